// The row kernels of ADM for AVX2.
#include "adm.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi2")))
#define INLINE static inline __attribute__((always_inline)) TARGET
#define KERNEL static TARGET

typedef __m256i V;
typedef __m256 F;
typedef __m256i M;
typedef __m256i M16;
enum { LANES = 8 };

INLINE V v_load(const void *p) { return _mm256_loadu_si256(p); }
INLINE V v_load_u8(const uint8_t *p) {
  return _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)p));
}
INLINE V v_load_i16(const int16_t *p) {
  return _mm256_cvtepi16_epi32(_mm_loadu_si128((const void *)p));
}
INLINE void v_store(void *p, V x) { _mm256_storeu_si256(p, x); }
INLINE V v_set16(int x) { return _mm256_set1_epi16((short)x); }
INLINE V v_set32(int x) { return _mm256_set1_epi32(x); }
INLINE V v_set64(long long x) { return _mm256_set1_epi64x(x); }
INLINE F v_setf(float x) { return _mm256_set1_ps(x); }

INLINE V v_and(V a, V b) { return _mm256_and_si256(a, b); }
INLINE V v_andnot(V a, V b) { return _mm256_andnot_si256(a, b); }
INLINE V v_or(V a, V b) { return _mm256_or_si256(a, b); }
INLINE V v_xor(V a, V b) { return _mm256_xor_si256(a, b); }

// 16-bit lanes.
INLINE V v_add16(V a, V b) { return _mm256_add_epi16(a, b); }
INLINE V v_sub16(V a, V b) { return _mm256_sub_epi16(a, b); }
INLINE V v_min16(V a, V b) { return _mm256_min_epi16(a, b); }
INLINE V v_minu16(V a, V b) { return _mm256_min_epu16(a, b); }
INLINE V v_max16(V a, V b) { return _mm256_max_epi16(a, b); }
INLINE V v_abs16(V a) { return _mm256_abs_epi16(a); }
INLINE V v_sra16(V a, int n) { return _mm256_srai_epi16(a, n); }
INLINE V v_mullo16(V a, V b) { return _mm256_mullo_epi16(a, b); }
INLINE V v_mulhi16(V a, V b) { return _mm256_mulhi_epi16(a, b); }
INLINE V v_mulhrs16(V a, V b) { return _mm256_mulhrs_epi16(a, b); }
INLINE V v_madd(V a, V b) { return _mm256_madd_epi16(a, b); }
INLINE V v_dot(V sum, V a, V b) { return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b)); }

// 32-bit lanes.
INLINE V v_add32(V a, V b) { return _mm256_add_epi32(a, b); }
INLINE V v_sub32(V a, V b) { return _mm256_sub_epi32(a, b); }
INLINE V v_min32(V a, V b) { return _mm256_min_epi32(a, b); }
INLINE V v_minu32(V a, V b) { return _mm256_min_epu32(a, b); }
INLINE V v_max32(V a, V b) { return _mm256_max_epi32(a, b); }
INLINE V v_abs32(V a) { return _mm256_abs_epi32(a); }
INLINE V v_mullo32(V a, V b) { return _mm256_mullo_epi32(a, b); }
INLINE V v_sll32(V a, int n) { return _mm256_sll_epi32(a, _mm_cvtsi32_si128(n)); }
INLINE V v_srl32(V a, int n) { return _mm256_srl_epi32(a, _mm_cvtsi32_si128(n)); }
INLINE V v_sra32(V a, int n) { return _mm256_sra_epi32(a, _mm_cvtsi32_si128(n)); }
INLINE V v_sllv32(V a, V n) { return _mm256_sllv_epi32(a, n); }
INLINE V v_srlv32(V a, V n) { return _mm256_srlv_epi32(a, n); }

// 64-bit lanes; the products are of the even 32-bit lanes.
INLINE V v_add64(V a, V b) { return _mm256_add_epi64(a, b); }
INLINE V v_sub64(V a, V b) { return _mm256_sub_epi64(a, b); }
INLINE V v_mul_signed(V a, V b) { return _mm256_mul_epi32(a, b); }
INLINE V v_mul_unsigned(V a, V b) { return _mm256_mul_epu32(a, b); }
INLINE V v_sll64(V a, int n) { return _mm256_sll_epi64(a, _mm_cvtsi32_si128(n)); }
INLINE V v_srl64(V a, int n) { return _mm256_srl_epi64(a, _mm_cvtsi32_si128(n)); }
INLINE int64_t v_sum64(V a) {
  const __m128i s = _mm_add_epi64(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  return _mm_cvtsi128_si64(_mm_add_epi64(s, _mm_unpackhi_epi64(s, s)));
}
// The odd 32-bit lanes, moved to the even ones.
INLINE V v_odd(V a) { return _mm256_srli_epi64(a, 32); }
// The even 32-bit lanes of one vector and the odd ones of another.
INLINE V v_even_odd(V even, V odd) { return _mm256_blend_epi32(even, odd, 0xAA); }

// Between 16 and 32 bits, in unpacked order.
INLINE V v_unpack_low(V a, V b) { return _mm256_unpacklo_epi16(a, b); }
INLINE V v_unpack_high(V a, V b) { return _mm256_unpackhi_epi16(a, b); }
INLINE V v_pack_signed(V a, V b) { return _mm256_packs_epi32(a, b); }
INLINE V v_pack_unsigned(V a, V b) { return _mm256_packus_epi32(a, b); }
INLINE V v_pack_low_halves(V a, V b) {
  const V zero = v_set32(0);
  return _mm256_packus_epi32(_mm256_blend_epi16(a, zero, 0xAA), _mm256_blend_epi16(b, zero, 0xAA));
}
INLINE V v_pack_high_halves(V a, V b) {
  return _mm256_packus_epi32(_mm256_srli_epi32(a, 16), _mm256_srli_epi32(b, 16));
}
// Stores two vectors of unpacked 32-bit lanes in linear order.
INLINE void v_store_unpacked(int32_t *p, V low, V high) {
  v_store(p, _mm256_permute2x128_si256(low, high, 0x20));
  v_store(p + LANES, _mm256_permute2x128_si256(low, high, 0x31));
}

// The low or high halves of two vectors of 32-bit lanes, in linear order.
INLINE V v_low_halves(V a, V b) {
  return _mm256_permute4x64_epi64(v_pack_low_halves(a, b), 0xD8);
}
INLINE V v_high_halves(V a, V b) {
  return _mm256_permute4x64_epi64(v_pack_high_halves(a, b), 0xD8);
}

// Floats.
INLINE F v_to_float(V a) { return _mm256_cvtepi32_ps(a); }
INLINE V v_float_bits(F a) { return _mm256_castps_si256(a); }
INLINE F v_addf(F a, F b) { return _mm256_add_ps(a, b); }
INLINE F v_subf(F a, F b) { return _mm256_sub_ps(a, b); }
INLINE F v_mulf(F a, F b) { return _mm256_mul_ps(a, b); }
INLINE F v_absf(F a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }

// 2^30 / a, truncated, for 64 <= a <= 2^15. The division rounds to nearest, to 24 bits, so that
// its integer part is at most one too large; the remainder, exact in 32 bits, tells. For smaller
// a > 0 the result is at most 32 / a away from 2^30 / a.
INLINE V v_reciprocal(V a) {
  const F quotient = _mm256_div_ps(_mm256_set1_ps(0x1p30f), _mm256_cvtepi32_ps(a));
  const V q = _mm256_cvttps_epi32(quotient);
  const V remainder = v_sub32(v_set32(1 << 30), v_mullo32(q, a));
  return v_add32(q, v_sra32(remainder, 31));
}

// min(r * limit, t) in double precision, truncated, of 32-bit lanes.
INLINE __m128i limit_half(__m128i r, __m128i t, __m256d limit) {
  const __m256d product = _mm256_mul_pd(_mm256_cvtepi32_pd(r), limit);
  return _mm256_cvttpd_epi32(_mm256_min_pd(product, _mm256_cvtepi32_pd(t)));
}
INLINE V v_limit_double(V r, V t, double limit) {
  const __m256d l = _mm256_set1_pd(limit);
  const __m128i low = limit_half(_mm256_castsi256_si128(r), _mm256_castsi256_si128(t), l);
  const __m128i high =
      limit_half(_mm256_extracti128_si256(r, 1), _mm256_extracti128_si256(t, 1), l);
  return _mm256_set_m128i(high, low);
}

// Masks.
INLINE M v_ge(F a, F b) { return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_GE_OQ)); }
INLINE M v_less(F a, F b) { return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_LT_OQ)); }
INLINE M v_mask(V a) { return a; }
INLINE M v_mask_and(M a, M b) { return v_and(a, b); }
INLINE int v_any(M a) { return !_mm256_testz_si256(a, a); }
// The mask of 16-bit lanes of two masks of unpacked 32-bit lanes.
INLINE M16 v_pack_masks(M low, M high) { return _mm256_packs_epi32(low, high); }
INLINE V v_select32(M m, V yes, V no) { return _mm256_blendv_epi8(no, yes, m); }
INLINE V v_select16(M16 m, V yes, V no) { return _mm256_blendv_epi8(no, yes, m); }

#include "adm_rows.h"

const ck_adm_kernels *ck_adm_kernels_avx2(void) { return &kernels; }

#else

const ck_adm_kernels *ck_adm_kernels_avx2(void) { return 0; }

#endif
