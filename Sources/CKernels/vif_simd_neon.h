// Vectors of 4 lanes: the operations that vif_rows.h and motion_rows.h are written in, with
// NEON.
#ifndef CKERNELS_VIF_SIMD_NEON_H
#define CKERNELS_VIF_SIMD_NEON_H

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>

#include "vif_logarithm.h"

#pragma STDC FP_CONTRACT OFF

#define KERNEL static
#define INLINE __attribute__((always_inline)) static inline
#define UNROLL _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable)")
#define LANES 4
#define PLANES_AT_ONCE 5  // 32 registers: 20 sums
#define ROWS_AT_ONCE 4    // the same
#define NOISE_VARIANCE 131072

typedef uint32_t u32v __attribute__((vector_size(16)));
typedef int32_t i32v __attribute__((vector_size(16)));
typedef int16_t i16v __attribute__((vector_size(16)));
typedef uint64_t u64v __attribute__((vector_size(16)));
typedef float f32v __attribute__((vector_size(16)));
typedef double f64v __attribute__((vector_size(16)));
typedef int32_t i32half __attribute__((vector_size(8)));

INLINE u32v loadu(const uint32_t *p) { return (u32v)vld1q_u32(p); }

// sum + x.low * w.low + x.high * w.high, of signed halves.
INLINE u32v dot2(u32v sum, u32v x, u32v w) {
  const int16x8_t a = (int16x8_t)x, b = (int16x8_t)w;
  const int32x4_t first = vmull_s16(vget_low_s16(a), vget_low_s16(b));
  return sum + (u32v)vpaddq_s32(first, vmull_high_s16(a, b));
}

INLINE u32v multiply_high(u32v a, u32v b) {
  const uint16x8_t x = (uint16x8_t)a, y = (uint16x8_t)b;
  const uint32x4_t first = vmull_u16(vget_low_u16(x), vget_low_u16(y));
  return (u32v)vuzp2q_u16((uint16x8_t)first, (uint16x8_t)vmull_high_u16(x, y));
}

INLINE u32v multiply_low(u32v a, u32v b) {
  return (u32v)vmulq_u16((uint16x8_t)a, (uint16x8_t)b);
}

// (a*b + 2^31) >> 32.
INLINE u32v multiply_means(u32v a, u32v b) {
  const uint32x4_t x = (uint32x4_t)a, y = (uint32x4_t)b;
  const uint32x2_t first = vrshrn_n_u64(vmull_u32(vget_low_u32(x), vget_low_u32(y)), 32);
  return (u32v)vrshrn_high_n_u64(first, vmull_high_u32(x, y), 32);
}

INLINE u32v widen(const uint16_t *p) { return (u32v)vmovl_u16(vld1_u16(p)); }
INLINE void narrow(uint16_t *p, u32v v) { vst1_u16(p, vmovn_u32((uint32x4_t)v)); }

INLINE void transpose(u32v m[4]) {
  const uint64x2_t a = (uint64x2_t)vzip1q_u32((uint32x4_t)m[0], (uint32x4_t)m[1]);
  const uint64x2_t b = (uint64x2_t)vzip2q_u32((uint32x4_t)m[0], (uint32x4_t)m[1]);
  const uint64x2_t c = (uint64x2_t)vzip1q_u32((uint32x4_t)m[2], (uint32x4_t)m[3]);
  const uint64x2_t d = (uint64x2_t)vzip2q_u32((uint32x4_t)m[2], (uint32x4_t)m[3]);
  m[0] = (u32v)vzip1q_u64(a, c);
  m[1] = (u32v)vzip2q_u64(a, c);
  m[2] = (u32v)vzip1q_u64(b, d);
  m[3] = (u32v)vzip2q_u64(b, d);
}

INLINE i32v at_least_zero(i32v v) { return (i32v)vmaxq_s32((int32x4_t)v, vdupq_n_s32(0)); }

// MARK: - Sets of lanes, as bits

INLINE uint32_t lane_set(i32v mask) {
  const u32v bits = {1, 2, 4, 8};
  return vaddvq_u32((uint32x4_t)((u32v)mask & bits));
}

INLINE uint32_t lanes_not_below(i32v v, int32_t bound) { return lane_set(v >= bound); }
INLINE uint32_t lanes_positive(i32v a, i32v b) { return lane_set((a > 0) & (b > 0)); }
INLINE uint32_t first_lanes(ptrdiff_t count) { return count >= LANES ? 15 : (1u << count) - 1; }

INLINE i32v lane_mask(uint32_t lanes) {
  const u32v bits = {1, 2, 4, 8};
  return (i32v)((((u32v){} + lanes) & bits) == bits);
}

INLINE i32v keep_lanes(uint32_t lanes, i32v v) { return lane_mask(lanes) & v; }

INLINE u32v select_lanes(uint32_t lanes, u32v a, u32v b) {
  return (u32v)vbslq_u32((uint32x4_t)lane_mask(lanes), (uint32x4_t)a, (uint32x4_t)b);
}

// Writes the chosen lanes without gaps, and others after them; returns how many they are.
INLINE ptrdiff_t append_lanes(int32_t *p, uint32_t lanes, i32v v) {
  // For each set of lanes, the bytes of those that are in it, then any.
#define L(n) (4 * n) | (4 * n + 1) << 8 | (4 * n + 2) << 16 | (4 * n + 3) << 24
#define ROW(a, b, c, d) {L(a), L(b), L(c), L(d)}
  static const uint32_t order[16][4] = {
      ROW(0, 1, 2, 3), ROW(0, 1, 2, 3), ROW(1, 0, 2, 3), ROW(0, 1, 2, 3),
      ROW(2, 0, 1, 3), ROW(0, 2, 1, 3), ROW(1, 2, 0, 3), ROW(0, 1, 2, 3),
      ROW(3, 0, 1, 2), ROW(0, 3, 1, 2), ROW(1, 3, 0, 2), ROW(0, 1, 3, 2),
      ROW(2, 3, 0, 1), ROW(0, 2, 3, 1), ROW(1, 2, 3, 0), ROW(0, 1, 2, 3),
  };
#undef ROW
#undef L
  const uint8x16_t bytes = (uint8x16_t)vld1q_u32(order[lanes]);
  vst1q_s32(p, (int32x4_t)vqtbl1q_u8((uint8x16_t)v, bytes));
  return __builtin_popcount(lanes);
}

INLINE i32v lane_numbers(void) { return (i32v){0, 1, 2, 3}; }

INLINE int64_t sum64(u64v v) { return (int64_t)(v[0] + v[1]); }
INLINE int64_t sum32(i32v v) { return vaddlvq_s32((int32x4_t)v); }

INLINE i32half lower(i32v v) { return (i32half)vget_low_s32((int32x4_t)v); }
INLINE i32half upper(i32v v) { return (i32half)vget_high_s32((int32x4_t)v); }

// MARK: - Floating point

INLINE f64v truncate(f64v v) { return (f64v)vrndq_f64((float64x2_t)v); }
INLINE f64v add_truncated(f64v a, f64v b) { return truncate(a) + b; }

INLINE f64v maximum(f64v a, f64v b) { return (f64v)vmaxq_f64((float64x2_t)a, (float64x2_t)b); }
INLINE f64v minimum(f64v a, f64v b) { return (f64v)vminq_f64((float64x2_t)a, (float64x2_t)b); }

// The upper 32 bits of each double.
INLINE u32v upper_words(f64v a, f64v b) {
  return (u32v)vuzp2q_u32((uint32x4_t)a, (uint32x4_t)b);
}

// Four coefficients of a table of eight, by the three low bits of `segment`.
INLINE float32x4_t coefficients(const float *table, u32v segment) {
  const u32v bytes = (segment & 7) * 0x04040404u + 0x03020100u;
  const uint8x16x2_t floats = vld1q_u8_x2((const uint8_t *)table);
  return (float32x4_t)vqtbl2q_u8(floats, (uint8x16_t)bytes);
}

// The logarithm of a number's mantissa in units of 1/2048 bit.
INLINE i32v fraction_logarithm(u32v x) {
  const u32v segment = x >> 12;
  const float32x4_t t = vcvtq_f32_u32((uint32x4_t)(x & 4095));
  float32x4_t sum = coefficients(quartic4, segment);
  sum = vfmaq_f32(coefficients(quartic3, segment), sum, t);
  sum = vfmaq_f32(coefficients(quartic2, segment), sum, t);
  sum = vfmaq_f32(coefficients(quartic1, segment), sum, t);
  return (i32v)vcvtnq_s32_f32(vfmaq_f32(coefficients(quartic0, segment), sum, t));
}

#endif
