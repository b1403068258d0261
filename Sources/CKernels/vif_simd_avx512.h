// Vectors of 16 lanes: the operations that vif_rows.h and motion_rows.h are written in, with
// AVX-512 F, BW, DQ, VL and VNNI.
#ifndef CKERNELS_VIF_SIMD_AVX512_H
#define CKERNELS_VIF_SIMD_AVX512_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#include "vif_logarithm.h"

#pragma STDC FP_CONTRACT OFF

#define TARGET "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,bmi,bmi2,popcnt"
#define KERNEL __attribute__((target(TARGET))) static
#define INLINE __attribute__((target(TARGET), always_inline)) static inline
#define UNROLL _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable)")
#define LANES 16
#define NOISE_VARIANCE 131072

typedef uint32_t u32v __attribute__((vector_size(64)));
typedef int32_t i32v __attribute__((vector_size(64)));
typedef int16_t i16v __attribute__((vector_size(64)));
typedef uint64_t u64v __attribute__((vector_size(64)));
typedef float f32v __attribute__((vector_size(64)));
typedef double f64v __attribute__((vector_size(64)));
typedef int32_t i32half __attribute__((vector_size(32)));

INLINE u32v loadu(const uint32_t *p) { return (u32v)_mm512_loadu_si512(p); }

// sum + x.low * w.low + x.high * w.high, of signed halves.
INLINE u32v dot2(u32v sum, u32v x, u32v w) {
  return (u32v)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)x, (__m512i)w);
}

INLINE u32v multiply_high(u32v a, u32v b) {
  return (u32v)_mm512_mulhi_epu16((__m512i)a, (__m512i)b);
}

INLINE u32v multiply_low(u32v a, u32v b) {
  return (u32v)_mm512_mullo_epi16((__m512i)a, (__m512i)b);
}

// (a*b + 2^31) >> 32.
INLINE u32v multiply_means(u32v a, u32v b) {
  const __m512i half = _mm512_set1_epi64(0x80000000);
  const __m512i even = _mm512_mul_epu32((__m512i)a, (__m512i)b);
  const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64((__m512i)a, 32),
                                       _mm512_srli_epi64((__m512i)b, 32));
  return (u32v)_mm512_mask_shuffle_epi32(_mm512_add_epi64(odd, half), 0x5555,
                                         _mm512_add_epi64(even, half), _MM_PERM_DDBB);
}

INLINE u32v widen(const uint16_t *p) {
  return (u32v)_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p));
}

INLINE void narrow(uint16_t *p, u32v v) {
  _mm256_storeu_si256((__m256i *)p, _mm512_cvtepi32_epi16((__m512i)v));
}

INLINE void transpose(u32v m[16]) {
  __m512i a[16], b[16];
  UNROLL for (int i = 0; i < 16; i += 2) {
    a[i] = _mm512_unpacklo_epi32((__m512i)m[i], (__m512i)m[i + 1]);
    a[i + 1] = _mm512_unpackhi_epi32((__m512i)m[i], (__m512i)m[i + 1]);
  }
  UNROLL for (int i = 0; i < 16; i += 4) {
    UNROLL for (int j = 0; j < 2; j++) {
      b[i + 2 * j] = _mm512_unpacklo_epi64(a[i + j], a[i + j + 2]);
      b[i + 2 * j + 1] = _mm512_unpackhi_epi64(a[i + j], a[i + j + 2]);
    }
  }
  // Now 128-bit quarter q of b[4*i + j] is column 4*q + j of rows 4*i to 4*i + 3.
  UNROLL for (int j = 0; j < 4; j++) {
    const __m512i even0 = _mm512_shuffle_i32x4(b[j], b[4 + j], 0x88);
    const __m512i odd0 = _mm512_shuffle_i32x4(b[j], b[4 + j], 0xdd);
    const __m512i even1 = _mm512_shuffle_i32x4(b[8 + j], b[12 + j], 0x88);
    const __m512i odd1 = _mm512_shuffle_i32x4(b[8 + j], b[12 + j], 0xdd);
    m[j] = (u32v)_mm512_shuffle_i32x4(even0, even1, 0x88);
    m[4 + j] = (u32v)_mm512_shuffle_i32x4(odd0, odd1, 0x88);
    m[8 + j] = (u32v)_mm512_shuffle_i32x4(even0, even1, 0xdd);
    m[12 + j] = (u32v)_mm512_shuffle_i32x4(odd0, odd1, 0xdd);
  }
}

INLINE i32v at_least_zero(i32v v) { return (i32v)_mm512_max_epi32((__m512i)v, (__m512i)(i32v){}); }

// MARK: - Sets of lanes, as bits

INLINE uint32_t lanes_not_below(i32v v, int32_t bound) {
  return _mm512_cmpge_epi32_mask((__m512i)v, _mm512_set1_epi32(bound));
}

INLINE uint32_t lanes_positive(i32v a, i32v b) {
  const __m512i zero = _mm512_setzero_si512();
  return _mm512_mask_cmpgt_epi32_mask(_mm512_cmpgt_epi32_mask((__m512i)a, zero), (__m512i)b,
                                      zero);
}

INLINE uint32_t first_lanes(ptrdiff_t count) {
  return count >= LANES ? 0xffff : (1u << count) - 1;
}

INLINE i32v keep_lanes(uint32_t lanes, i32v v) {
  return (i32v)_mm512_maskz_mov_epi32((__mmask16)lanes, (__m512i)v);
}

// Writes the chosen lanes without gaps, and zeros after them; returns how many they are.
INLINE ptrdiff_t append_lanes(int32_t *p, uint32_t lanes, i32v v) {
  _mm512_storeu_si512(p, _mm512_maskz_compress_epi32((__mmask16)lanes, (__m512i)v));
  return __builtin_popcount(lanes);
}

INLINE i32v lane_numbers(void) {
  return (i32v){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}

INLINE int64_t sum64(u64v v) { return _mm512_reduce_add_epi64((__m512i)v); }

INLINE i32half lower(i32v v) { return (i32half)_mm512_castsi512_si256((__m512i)v); }
INLINE i32half upper(i32v v) { return (i32half)_mm512_extracti64x4_epi64((__m512i)v, 1); }

INLINE int64_t sum32(i32v v) {
  return _mm512_reduce_add_epi64(_mm512_add_epi64(_mm512_cvtepi32_epi64((__m256i)lower(v)),
                                                  _mm512_cvtepi32_epi64((__m256i)upper(v))));
}

// MARK: - Floating point

INLINE f64v truncate(f64v v) {
  return (f64v)_mm512_roundscale_pd((__m512d)v, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
}

INLINE f64v maximum(f64v a, f64v b) { return (f64v)_mm512_max_pd((__m512d)a, (__m512d)b); }
INLINE f64v minimum(f64v a, f64v b) { return (f64v)_mm512_min_pd((__m512d)a, (__m512d)b); }

// The upper 32 bits of each double.
INLINE u32v upper_words(f64v a, f64v b) {
  const __m512i odd =
      _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
  return (u32v)_mm512_permutex2var_epi32(_mm512_castpd_si512((__m512d)a), odd,
                                         _mm512_castpd_si512((__m512d)b));
}

// The logarithm of a number's mantissa in units of 1/2048 bit.
INLINE i32v fraction_logarithm(u32v x) {
  const __m512i segment = (__m512i)(x >> 10);  // its five low bits are used
  const __m512 t = _mm512_cvtepi32_ps((__m512i)(x & 1023));
#define COEFFICIENT(table) \
  _mm512_permutex2var_ps(_mm512_load_ps(table), segment, _mm512_load_ps(table + 16))
  const __m512 slope = _mm512_fmadd_ps(COEFFICIENT(parabola2), t, COEFFICIENT(parabola1));
  return (i32v)_mm512_cvtps_epi32(_mm512_fmadd_ps(slope, t, COEFFICIENT(parabola0)));
#undef COEFFICIENT
}

#endif
