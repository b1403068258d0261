// The row kernels of ADM for AVX-512 F, BW, DQ, VL and VNNI.
#include "adm.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,bmi2")))
#define INLINE static inline __attribute__((always_inline)) TARGET
#define KERNEL static TARGET

typedef __m512i V;
typedef __m512 F;
typedef __mmask16 M;
typedef __mmask32 M16;
enum { LANES = 16 };

INLINE V v_load(const void *p) { return _mm512_loadu_si512(p); }
INLINE V v_load_u8(const uint8_t *p) {
  return _mm512_cvtepu8_epi16(_mm256_loadu_si256((const void *)p));
}
INLINE V v_load_i16(const int16_t *p) {
  return _mm512_cvtepi16_epi32(_mm256_loadu_si256((const void *)p));
}
INLINE void v_store(void *p, V x) { _mm512_storeu_si512(p, x); }
INLINE V v_set16(int x) { return _mm512_set1_epi16((short)x); }
INLINE V v_set32(int x) { return _mm512_set1_epi32(x); }
INLINE V v_set64(long long x) { return _mm512_set1_epi64(x); }
INLINE F v_setf(float x) { return _mm512_set1_ps(x); }

INLINE V v_and(V a, V b) { return _mm512_and_si512(a, b); }
INLINE V v_andnot(V a, V b) { return _mm512_andnot_si512(a, b); }
INLINE V v_or(V a, V b) { return _mm512_or_si512(a, b); }
INLINE V v_xor(V a, V b) { return _mm512_xor_si512(a, b); }

// 16-bit lanes.
INLINE V v_add16(V a, V b) { return _mm512_add_epi16(a, b); }
INLINE V v_sub16(V a, V b) { return _mm512_sub_epi16(a, b); }
INLINE V v_min16(V a, V b) { return _mm512_min_epi16(a, b); }
INLINE V v_minu16(V a, V b) { return _mm512_min_epu16(a, b); }
INLINE V v_max16(V a, V b) { return _mm512_max_epi16(a, b); }
INLINE V v_abs16(V a) { return _mm512_abs_epi16(a); }
INLINE V v_sra16(V a, int n) { return _mm512_srai_epi16(a, (unsigned)n); }
INLINE V v_mullo16(V a, V b) { return _mm512_mullo_epi16(a, b); }
INLINE V v_mulhi16(V a, V b) { return _mm512_mulhi_epi16(a, b); }
INLINE V v_mulhrs16(V a, V b) { return _mm512_mulhrs_epi16(a, b); }
INLINE V v_madd(V a, V b) { return _mm512_madd_epi16(a, b); }
INLINE V v_dot(V sum, V a, V b) { return _mm512_dpwssd_epi32(sum, a, b); }

// 32-bit lanes.
INLINE V v_add32(V a, V b) { return _mm512_add_epi32(a, b); }
INLINE V v_sub32(V a, V b) { return _mm512_sub_epi32(a, b); }
INLINE V v_min32(V a, V b) { return _mm512_min_epi32(a, b); }
INLINE V v_minu32(V a, V b) { return _mm512_min_epu32(a, b); }
INLINE V v_max32(V a, V b) { return _mm512_max_epi32(a, b); }
INLINE V v_abs32(V a) { return _mm512_abs_epi32(a); }
INLINE V v_mullo32(V a, V b) { return _mm512_mullo_epi32(a, b); }
INLINE V v_sll32(V a, int n) { return _mm512_sll_epi32(a, _mm_cvtsi32_si128(n)); }
INLINE V v_srl32(V a, int n) { return _mm512_srl_epi32(a, _mm_cvtsi32_si128(n)); }
INLINE V v_sra32(V a, int n) { return _mm512_sra_epi32(a, _mm_cvtsi32_si128(n)); }
INLINE V v_sllv32(V a, V n) { return _mm512_sllv_epi32(a, n); }
INLINE V v_srlv32(V a, V n) { return _mm512_srlv_epi32(a, n); }

// 64-bit lanes; the products are of the even 32-bit lanes.
INLINE V v_add64(V a, V b) { return _mm512_add_epi64(a, b); }
INLINE V v_sub64(V a, V b) { return _mm512_sub_epi64(a, b); }
INLINE V v_mul_signed(V a, V b) { return _mm512_mul_epi32(a, b); }
INLINE V v_mul_unsigned(V a, V b) { return _mm512_mul_epu32(a, b); }
INLINE V v_sll64(V a, int n) { return _mm512_sll_epi64(a, _mm_cvtsi32_si128(n)); }
INLINE V v_srl64(V a, int n) { return _mm512_srl_epi64(a, _mm_cvtsi32_si128(n)); }
INLINE V v_srlv64(V a, V n) { return _mm512_srlv_epi64(a, n); }
INLINE int64_t v_sum64(V a) { return _mm512_reduce_add_epi64(a); }
// The odd 32-bit lanes, moved to the even ones.
INLINE V v_odd(V a) { return _mm512_srli_epi64(a, 32); }
// The even 32-bit lanes of one vector and the odd ones of another.
INLINE V v_even_odd(V even, V odd) { return _mm512_mask_mov_epi32(even, 0xAAAA, odd); }

// Between 16 and 32 bits, in unpacked order.
INLINE V v_unpack_low(V a, V b) { return _mm512_unpacklo_epi16(a, b); }
INLINE V v_unpack_high(V a, V b) { return _mm512_unpackhi_epi16(a, b); }
INLINE V v_pack_signed(V a, V b) { return _mm512_packs_epi32(a, b); }
INLINE V v_pack_unsigned(V a, V b) { return _mm512_packus_epi32(a, b); }
INLINE V v_pack_low_halves(V a, V b) {
  const V low = v_set32(0xFFFF);
  return _mm512_packus_epi32(v_and(a, low), v_and(b, low));
}
INLINE V v_pack_high_halves(V a, V b) {
  return _mm512_packus_epi32(_mm512_srli_epi32(a, 16), _mm512_srli_epi32(b, 16));
}
// Stores two vectors of unpacked 32-bit lanes in linear order.
INLINE void v_store_unpacked(int32_t *p, V low, V high) {
  const V first = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0);
  const V second = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
  v_store(p, _mm512_permutex2var_epi64(low, first, high));
  v_store(p + LANES, _mm512_permutex2var_epi64(low, second, high));
}

// The low or high halves of two vectors of 32-bit lanes, in linear order.
INLINE V v_low_halves(V a, V b) {
  const V order = _mm512_set_epi16(62, 60, 58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32,
                                   30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
  return _mm512_permutex2var_epi16(a, order, b);
}
INLINE V v_high_halves(V a, V b) {
  const V order = _mm512_set_epi16(63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35, 33,
                                   31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
  return _mm512_permutex2var_epi16(a, order, b);
}

// Floats.
INLINE F v_to_float(V a) { return _mm512_cvtepi32_ps(a); }
INLINE V v_float_bits(F a) { return _mm512_castps_si512(a); }
INLINE F v_addf(F a, F b) { return _mm512_add_ps(a, b); }
INLINE F v_subf(F a, F b) { return _mm512_sub_ps(a, b); }
INLINE F v_mulf(F a, F b) { return _mm512_mul_ps(a, b); }
INLINE F v_absf(F a) { return _mm512_abs_ps(a); }

// 2^30 / a, truncated, for 64 <= a <= 2^15: the division itself truncates, to 24 bits, which
// hold the integer part. For smaller a > 0 the result is truncated to 24 bits.
INLINE V v_reciprocal(V a) {
  const F quotient = _mm512_div_round_ps(_mm512_set1_ps(0x1p30f), _mm512_cvtepi32_ps(a),
                                         _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
  return _mm512_cvttps_epi32(quotient);
}

// min(r * limit, t) in double precision, truncated, of 32-bit lanes.
INLINE __m256i limit_half(__m256i r, __m256i t, __m512d limit) {
  const __m512d product = _mm512_mul_pd(_mm512_cvtepi32_pd(r), limit);
  return _mm512_cvttpd_epi32(_mm512_min_pd(product, _mm512_cvtepi32_pd(t)));
}
INLINE V v_limit_double(V r, V t, double limit) {
  const __m512d l = _mm512_set1_pd(limit);
  const __m256i low = limit_half(_mm512_castsi512_si256(r), _mm512_castsi512_si256(t), l);
  const __m256i high =
      limit_half(_mm512_extracti64x4_epi64(r, 1), _mm512_extracti64x4_epi64(t, 1), l);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

// Masks.
INLINE M v_ge(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_GE_OQ); }
INLINE M v_less(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
INLINE M v_mask(V a) { return _mm512_test_epi32_mask(a, a); }
INLINE M v_mask_and(M a, M b) { return a & b; }
INLINE int v_any(M a) { return a != 0; }
// The mask of 16-bit lanes of two masks of unpacked 32-bit lanes.
INLINE M16 v_pack_masks(M low, M high) {
  return _pdep_u32(low, 0x0F0F0F0F) | _pdep_u32(high, 0xF0F0F0F0);
}
INLINE V v_select32(M m, V yes, V no) { return _mm512_mask_mov_epi32(no, m, yes); }
INLINE V v_select16(M16 m, V yes, V no) { return _mm512_mask_mov_epi16(no, m, yes); }

#include "adm_rows.h"

const ck_adm_kernels *ck_adm_kernels_avx512(void) { return &kernels; }

#else

const ck_adm_kernels *ck_adm_kernels_avx512(void) { return 0; }

#endif
