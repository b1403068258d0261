// Vectors of 8 lanes: the operations that vif_rows.h and motion_rows.h are written in, with
// AVX2 and FMA.
#ifndef CKERNELS_VIF_SIMD_AVX2_H
#define CKERNELS_VIF_SIMD_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#include "vif_logarithm.h"

#pragma STDC FP_CONTRACT OFF

#define TARGET "avx2,fma,bmi,bmi2,popcnt"
#define KERNEL __attribute__((target(TARGET))) static
#define INLINE __attribute__((target(TARGET), always_inline)) static inline
#define UNROLL _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable)")
#define LANES 8
#define PLANES_AT_ONCE 2  // 16 registers: 8 sums
#define ROWS_AT_ONCE 2    // 10 sums
#define NOISE_VARIANCE 131072

typedef uint32_t u32v __attribute__((vector_size(32)));
typedef int32_t i32v __attribute__((vector_size(32)));
typedef int16_t i16v __attribute__((vector_size(32)));
typedef uint64_t u64v __attribute__((vector_size(32)));
typedef float f32v __attribute__((vector_size(32)));
typedef double f64v __attribute__((vector_size(32)));
typedef int32_t i32half __attribute__((vector_size(16)));

INLINE u32v loadu(const uint32_t *p) { return (u32v)_mm256_loadu_si256((const __m256i *)p); }

// sum + x.low * w.low + x.high * w.high, of signed halves.
INLINE u32v dot2(u32v sum, u32v x, u32v w) {
  return sum + (u32v)_mm256_madd_epi16((__m256i)x, (__m256i)w);
}

INLINE u32v multiply_high(u32v a, u32v b) {
  return (u32v)_mm256_mulhi_epu16((__m256i)a, (__m256i)b);
}

INLINE u32v multiply_low(u32v a, u32v b) {
  return (u32v)_mm256_mullo_epi16((__m256i)a, (__m256i)b);
}

// (a*b + 2^31) >> 32.
INLINE u32v multiply_means(u32v a, u32v b) {
  const __m256i half = _mm256_set1_epi64x(0x80000000);
  const __m256i even = _mm256_mul_epu32((__m256i)a, (__m256i)b);
  const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64((__m256i)a, 32),
                                       _mm256_srli_epi64((__m256i)b, 32));
  return (u32v)_mm256_blend_epi32(_mm256_srli_epi64(_mm256_add_epi64(even, half), 32),
                                  _mm256_add_epi64(odd, half), 0xaa);
}

INLINE u32v widen(const uint16_t *p) {
  return (u32v)_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p));
}

INLINE void narrow(uint16_t *p, u32v v) {
  const __m256i low = (__m256i)(v & 0xffffu);
  const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(low, low), 0xd8);
  _mm_storeu_si128((__m128i *)p, _mm256_castsi256_si128(packed));
}

INLINE void transpose(u32v m[8]) {
  __m256i a[8], b[8];
  UNROLL for (int i = 0; i < 8; i += 2) {
    a[i] = _mm256_unpacklo_epi32((__m256i)m[i], (__m256i)m[i + 1]);
    a[i + 1] = _mm256_unpackhi_epi32((__m256i)m[i], (__m256i)m[i + 1]);
  }
  UNROLL for (int i = 0; i < 8; i += 4) {
    UNROLL for (int j = 0; j < 2; j++) {
      b[i + 2 * j] = _mm256_unpacklo_epi64(a[i + j], a[i + j + 2]);
      b[i + 2 * j + 1] = _mm256_unpackhi_epi64(a[i + j], a[i + j + 2]);
    }
  }
  // Now half q of b[4*i + j] is column 4*q + j of rows 4*i to 4*i + 3.
  UNROLL for (int j = 0; j < 4; j++) {
    m[j] = (u32v)_mm256_permute2x128_si256(b[j], b[4 + j], 0x20);
    m[4 + j] = (u32v)_mm256_permute2x128_si256(b[j], b[4 + j], 0x31);
  }
}

INLINE i32v at_least_zero(i32v v) {
  return (i32v)_mm256_max_epi32((__m256i)v, _mm256_setzero_si256());
}

// MARK: - Sets of lanes, as bits

INLINE uint32_t lanes_not_below(i32v v, int32_t bound) {
  const __m256i mask = _mm256_cmpgt_epi32((__m256i)v, _mm256_set1_epi32(bound - 1));
  return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(mask));
}

INLINE uint32_t lanes_positive(i32v a, i32v b) {
  return lanes_not_below((i32v)_mm256_min_epi32((__m256i)a, (__m256i)b), 1);
}

INLINE uint32_t first_lanes(ptrdiff_t count) { return count >= LANES ? 0xff : (1u << count) - 1; }

INLINE i32v lane_mask(uint32_t lanes) {
  const u32v bits = {1, 2, 4, 8, 16, 32, 64, 128};
  return (i32v)((((u32v){} + lanes) & bits) == bits);
}

INLINE i32v keep_lanes(uint32_t lanes, i32v v) { return lane_mask(lanes) & v; }

INLINE u32v select_lanes(uint32_t lanes, u32v a, u32v b) {
  return (u32v)_mm256_blendv_epi8((__m256i)b, (__m256i)a, (__m256i)lane_mask(lanes));
}

// For each set of lanes, a byte for each lane of a vector without gaps: the lane to take.
#define LANE(m, i) \
  ((m) >> (i) & 1 ? (uint64_t)(i) << 8 * __builtin_popcount((m) & ((1 << (i)) - 1)) : 0)
#define SET1(m)                                                                \
  (LANE(m, 0) | LANE(m, 1) | LANE(m, 2) | LANE(m, 3) | LANE(m, 4) | LANE(m, 5) | \
   LANE(m, 6) | LANE(m, 7))
#define SET4(m) SET1(m), SET1((m) + 1), SET1((m) + 2), SET1((m) + 3)
#define SET16(m) SET4(m), SET4((m) + 4), SET4((m) + 8), SET4((m) + 12)
#define SET64(m) SET16(m), SET16((m) + 16), SET16((m) + 32), SET16((m) + 48)
static const uint64_t lanes_without_gaps[256] = {SET64(0), SET64(64), SET64(128), SET64(192)};
#undef SET64
#undef SET16
#undef SET4
#undef SET1
#undef LANE

// Writes the chosen lanes without gaps, and others after them; returns how many they are.
INLINE ptrdiff_t append_lanes(int32_t *p, uint32_t lanes, i32v v) {
  const __m128i bytes = _mm_loadl_epi64((const __m128i *)&lanes_without_gaps[lanes]);
  const __m256i order = _mm256_cvtepu8_epi32(bytes);
  _mm256_storeu_si256((__m256i *)p, _mm256_permutevar8x32_epi32((__m256i)v, order));
  return __builtin_popcount(lanes);
}

INLINE i32v lane_numbers(void) { return (i32v){0, 1, 2, 3, 4, 5, 6, 7}; }

INLINE int64_t sum64(u64v v) { return (int64_t)(v[0] + v[1] + v[2] + v[3]); }

INLINE i32half lower(i32v v) { return (i32half)_mm256_castsi256_si128((__m256i)v); }
INLINE i32half upper(i32v v) { return (i32half)_mm256_extracti128_si256((__m256i)v, 1); }

INLINE int64_t sum32(i32v v) {
  return sum64((u64v)_mm256_cvtepi32_epi64((__m128i)lower(v)) +
               (u64v)_mm256_cvtepi32_epi64((__m128i)upper(v)));
}

// MARK: - Floating point

INLINE f64v truncate(f64v v) {
  return (f64v)_mm256_round_pd((__m256d)v, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
}

INLINE f64v add_truncated(f64v a, f64v b) { return truncate(a) + b; }

INLINE f64v maximum(f64v a, f64v b) { return (f64v)_mm256_max_pd((__m256d)a, (__m256d)b); }
INLINE f64v minimum(f64v a, f64v b) { return (f64v)_mm256_min_pd((__m256d)a, (__m256d)b); }

// The upper 32 bits of each double.
INLINE u32v upper_words(f64v a, f64v b) {
  const __m256 odd =
      _mm256_shuffle_ps(_mm256_castpd_ps((__m256d)a), _mm256_castpd_ps((__m256d)b), 0xdd);
  return (u32v)_mm256_permute4x64_epi64(_mm256_castps_si256(odd), 0xd8);
}

// The logarithm of a number's mantissa in units of 1/2048 bit.
INLINE i32v fraction_logarithm(u32v x) {
  const __m256i segment = (__m256i)(x >> 12);  // its three low bits are used
  const __m256 t = _mm256_cvtepi32_ps((__m256i)(x & 4095));
#define COEFFICIENT(table) _mm256_permutevar8x32_ps(_mm256_load_ps(table), segment)
  __m256 sum = _mm256_fmadd_ps(COEFFICIENT(quartic4), t, COEFFICIENT(quartic3));
  sum = _mm256_fmadd_ps(sum, t, COEFFICIENT(quartic2));
  sum = _mm256_fmadd_ps(sum, t, COEFFICIENT(quartic1));
  return (i32v)_mm256_cvtps_epi32(_mm256_fmadd_ps(sum, t, COEFFICIENT(quartic0)));
#undef COEFFICIENT
}

#endif
