// The row kernels of ADM for NEON.
#include "adm.h"

#if defined(__aarch64__)

#include <arm_neon.h>

#define INLINE static inline __attribute__((always_inline))
#define KERNEL static

typedef int32x4_t V;
typedef float32x4_t F;
typedef uint32x4_t M;
typedef uint16x8_t M16;
enum { LANES = 4 };

// The same bits as lanes of another size.
#define S16(x) vreinterpretq_s16_s32(x)
#define U16(x) vreinterpretq_u16_s32(x)
#define U32(x) vreinterpretq_u32_s32(x)
#define S64(x) vreinterpretq_s64_s32(x)
#define U64(x) vreinterpretq_u64_s32(x)
#define FROM_S16(x) vreinterpretq_s32_s16(x)
#define FROM_U16(x) vreinterpretq_s32_u16(x)
#define FROM_U32(x) vreinterpretq_s32_u32(x)
#define FROM_S64(x) vreinterpretq_s32_s64(x)
#define FROM_U64(x) vreinterpretq_s32_u64(x)

INLINE V v_load(const void *p) { return vreinterpretq_s32_u8(vld1q_u8(p)); }
INLINE V v_load_u8(const uint8_t *p) { return FROM_U16(vmovl_u8(vld1_u8(p))); }
INLINE V v_load_i16(const int16_t *p) { return vmovl_s16(vld1_s16(p)); }
INLINE void v_store(void *p, V x) { vst1q_u8(p, vreinterpretq_u8_s32(x)); }
INLINE V v_set16(int x) { return FROM_S16(vdupq_n_s16((int16_t)x)); }
INLINE V v_set32(int x) { return vdupq_n_s32(x); }
INLINE V v_set64(long long x) { return FROM_S64(vdupq_n_s64(x)); }
INLINE F v_setf(float x) { return vdupq_n_f32(x); }

INLINE V v_and(V a, V b) { return vandq_s32(a, b); }
INLINE V v_andnot(V a, V b) { return vbicq_s32(b, a); }
INLINE V v_or(V a, V b) { return vorrq_s32(a, b); }
INLINE V v_xor(V a, V b) { return veorq_s32(a, b); }

// 16-bit lanes.
INLINE V v_add16(V a, V b) { return FROM_S16(vaddq_s16(S16(a), S16(b))); }
INLINE V v_sub16(V a, V b) { return FROM_S16(vsubq_s16(S16(a), S16(b))); }
INLINE V v_min16(V a, V b) { return FROM_S16(vminq_s16(S16(a), S16(b))); }
INLINE V v_minu16(V a, V b) { return FROM_U16(vminq_u16(U16(a), U16(b))); }
INLINE V v_max16(V a, V b) { return FROM_S16(vmaxq_s16(S16(a), S16(b))); }
INLINE V v_abs16(V a) { return FROM_S16(vabsq_s16(S16(a))); }
INLINE V v_sra16(V a, int n) { return FROM_S16(vshlq_s16(S16(a), vdupq_n_s16((int16_t)-n))); }
INLINE V v_mullo16(V a, V b) { return FROM_S16(vmulq_s16(S16(a), S16(b))); }
INLINE V v_mulhi16(V a, V b) {
  const int32x4_t low = vmull_s16(vget_low_s16(S16(a)), vget_low_s16(S16(b)));
  const int32x4_t high = vmull_high_s16(S16(a), S16(b));
  return FROM_S16(vuzp2q_s16(S16(low), S16(high)));
}
INLINE V v_mulhrs16(V a, V b) { return FROM_S16(vqrdmulhq_s16(S16(a), S16(b))); }
INLINE V v_madd(V a, V b) {
  const int32x4_t low = vmull_s16(vget_low_s16(S16(a)), vget_low_s16(S16(b)));
  return vpaddq_s32(low, vmull_high_s16(S16(a), S16(b)));
}
INLINE V v_dot(V sum, V a, V b) { return vaddq_s32(sum, v_madd(a, b)); }

// 32-bit lanes.
INLINE V v_add32(V a, V b) { return vaddq_s32(a, b); }
INLINE V v_sub32(V a, V b) { return vsubq_s32(a, b); }
INLINE V v_min32(V a, V b) { return vminq_s32(a, b); }
INLINE V v_minu32(V a, V b) { return FROM_U32(vminq_u32(U32(a), U32(b))); }
INLINE V v_max32(V a, V b) { return vmaxq_s32(a, b); }
INLINE V v_abs32(V a) { return vabsq_s32(a); }
INLINE V v_mullo32(V a, V b) { return vmulq_s32(a, b); }
INLINE V v_sll32(V a, int n) { return vshlq_s32(a, vdupq_n_s32(n)); }
INLINE V v_srl32(V a, int n) { return FROM_U32(vshlq_u32(U32(a), vdupq_n_s32(-n))); }
INLINE V v_sra32(V a, int n) { return vshlq_s32(a, vdupq_n_s32(-n)); }
INLINE V v_sllv32(V a, V n) { return vshlq_s32(a, n); }
INLINE V v_srlv32(V a, V n) { return FROM_U32(vshlq_u32(U32(a), vnegq_s32(n))); }

// 64-bit lanes; the products are of the even 32-bit lanes.
INLINE V v_add64(V a, V b) { return FROM_S64(vaddq_s64(S64(a), S64(b))); }
INLINE V v_sub64(V a, V b) { return FROM_S64(vsubq_s64(S64(a), S64(b))); }
INLINE V v_mul_signed(V a, V b) {
  return FROM_S64(vmull_s32(vmovn_s64(S64(a)), vmovn_s64(S64(b))));
}
INLINE V v_mul_unsigned(V a, V b) {
  return FROM_U64(vmull_u32(vmovn_u64(U64(a)), vmovn_u64(U64(b))));
}
INLINE V v_sll64(V a, int n) { return FROM_U64(vshlq_u64(U64(a), vdupq_n_s64(n))); }
INLINE V v_srl64(V a, int n) { return FROM_U64(vshlq_u64(U64(a), vdupq_n_s64(-n))); }
INLINE V v_srlv64(V a, V n) { return FROM_U64(vshlq_u64(U64(a), vnegq_s64(S64(n)))); }
INLINE int64_t v_sum64(V a) { return vaddvq_s64(S64(a)); }
// The odd 32-bit lanes, moved to the even ones.
INLINE V v_odd(V a) { return FROM_U64(vshrq_n_u64(U64(a), 32)); }
// The even 32-bit lanes of one vector and the odd ones of another.
INLINE V v_even_odd(V even, V odd) {
  return vbslq_s32(vreinterpretq_u32_u64(vdupq_n_u64(0xFFFFFFFF)), even, odd);
}

// Between 16 and 32 bits; with 128-bit vectors, unpacked order is linear.
INLINE V v_unpack_low(V a, V b) { return FROM_S16(vzip1q_s16(S16(a), S16(b))); }
INLINE V v_unpack_high(V a, V b) { return FROM_S16(vzip2q_s16(S16(a), S16(b))); }
INLINE V v_pack_signed(V a, V b) { return FROM_S16(vqmovn_high_s32(vqmovn_s32(a), b)); }
INLINE V v_pack_unsigned(V a, V b) { return FROM_U16(vqmovun_high_s32(vqmovun_s32(a), b)); }
INLINE V v_pack_low_halves(V a, V b) { return FROM_S16(vuzp1q_s16(S16(a), S16(b))); }
INLINE V v_pack_high_halves(V a, V b) { return FROM_S16(vuzp2q_s16(S16(a), S16(b))); }
INLINE void v_store_unpacked(int32_t *p, V low, V high) {
  v_store(p, low);
  v_store(p + LANES, high);
}
INLINE V v_low_halves(V a, V b) { return v_pack_low_halves(a, b); }
INLINE V v_high_halves(V a, V b) { return v_pack_high_halves(a, b); }

// Floats.
INLINE F v_to_float(V a) { return vcvtq_f32_s32(a); }
INLINE V v_float_bits(F a) { return vreinterpretq_s32_f32(a); }
INLINE F v_addf(F a, F b) { return vaddq_f32(a, b); }
INLINE F v_subf(F a, F b) { return vsubq_f32(a, b); }
INLINE F v_mulf(F a, F b) { return vmulq_f32(a, b); }
INLINE F v_absf(F a) { return vabsq_f32(a); }

// 2^30 / a, truncated, for 64 <= a <= 2^15; as in `adm_avx2.c`.
INLINE V v_reciprocal(V a) {
  const V q = vcvtq_s32_f32(vdivq_f32(vdupq_n_f32(0x1p30f), vcvtq_f32_s32(a)));
  const V remainder = vmlsq_s32(vdupq_n_s32(1 << 30), q, a);
  return vaddq_s32(q, vshrq_n_s32(remainder, 31));
}

// min(r * limit, t) in double precision, truncated, of 32-bit lanes.
INLINE int32x2_t limit_half(int32x2_t r, int32x2_t t, float64x2_t limit) {
  const float64x2_t product = vmulq_f64(vcvtq_f64_s64(vmovl_s32(r)), limit);
  return vmovn_s64(vcvtq_s64_f64(vminq_f64(product, vcvtq_f64_s64(vmovl_s32(t)))));
}
INLINE V v_limit_double(V r, V t, double limit) {
  const float64x2_t l = vdupq_n_f64(limit);
  return vcombine_s32(limit_half(vget_low_s32(r), vget_low_s32(t), l),
                      limit_half(vget_high_s32(r), vget_high_s32(t), l));
}

// Masks.
INLINE M v_ge(F a, F b) { return vcgeq_f32(a, b); }
INLINE M v_less(F a, F b) { return vcltq_f32(a, b); }
INLINE M v_mask(V a) { return U32(a); }
INLINE M v_mask_and(M a, M b) { return vandq_u32(a, b); }
INLINE int v_any(M a) { return vmaxvq_u32(a) != 0; }
INLINE M16 v_pack_masks(M low, M high) { return vmovn_high_u32(vmovn_u32(low), high); }
INLINE V v_select32(M m, V yes, V no) { return vbslq_s32(m, yes, no); }
INLINE V v_select16(M16 m, V yes, V no) { return FROM_S16(vbslq_s16(m, S16(yes), S16(no))); }

#include "adm_rows.h"

const ck_adm_kernels *ck_adm_kernels_neon(void) { return &kernels; }

#else

const ck_adm_kernels *ck_adm_kernels_neon(void) { return 0; }

#endif
