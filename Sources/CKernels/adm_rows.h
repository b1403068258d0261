// The row kernels of ADM, written once over the vector operations of `adm_avx512.c`, `adm_avx2.c`
// and `adm_neon.c`. Each of them defines the types V (integers), F (floats), M (a mask of 32-bit
// lanes), M16 (a mask of 16-bit lanes), the number LANES of 32-bit lanes, the functions `v_*`,
// and the macros INLINE and KERNEL, and then includes this file.
//
// Two orders of lanes occur. Linear: lane i is column i. Unpacked: what interleaving with
// `v_unpack_low` and `v_unpack_high` makes of a vector of 16-bit lanes; `v_pack_*` undoes it.
//
// "exact" below means: equal to the scalar reference, bit for bit, for every legal frame. Legal
// coefficients are at most 22930 in magnitude at scale 0 and below 2^31 - 2^24 later.

#include <stddef.h>

#include "adm.h"

#pragma STDC FP_CONTRACT OFF

// The taps in pairs, as the 16-bit halves of 32-bit lanes.
#define PAIR(x, y) ((int32_t)((uint32_t)(x) & 0xFFFF) | (int32_t)((uint32_t)(y) << 16))
#define LOW_01 PAIR(15826, 27411)
#define LOW_23 PAIR(7345, -4240)
#define HIGH_01 PAIR(-4240, -7345)
#define HIGH_23 PAIR(27411, -15826)
#define LOW_SUM 46342

INLINE int32_t block_start(int32_t first, int32_t block) { return first & -block; }

// MARK: - Wavelet

// Sets the columns that the taps read beyond both ends of a line.
INLINE void extend_line(int16_t *line, int32_t width) {
  line[-1] = line[1];
  line[width] = line[width - 1];
  line[width + 1] = line[width - 2];
}

// The input columns under the outputs [first, last).
typedef struct {
  int32_t first, last;
} span;

INLINE span input_span(const ck_adm_wavelet *job) {
  span s = {job->first > 0 ? 2 * job->first - 1 : 0, 2 * job->last + 1};
  if (s.last > job->width) s.last = job->width;
  return s;
}

// Both filters over two interleaved pairs of rows or columns.
INLINE V dot_low(V start, V x01, V x23) {
  return v_dot(v_dot(start, x01, v_set32(LOW_01)), x23, v_set32(LOW_23));
}
INLINE V dot_high(V start, V x01, V x23) {
  return v_dot(v_dot(start, x01, v_set32(HIGH_01)), x23, v_set32(HIGH_23));
}

// Samples of one row as 16-bit lanes. Deeper samples are centred on zero here, so that 16 bits
// hold them; 8-bit samples are centred by the constant of the low filter.
INLINE V load_samples(const void *row, int32_t x, int bytes, V centre) {
  if (bytes == 1) return v_load_u8((const uint8_t *)row + x);
  return v_sub16(v_load((const uint16_t *)row + x), centre);
}

INLINE void wavelet_samples(const ck_adm_wavelet *job, int bytes) {
  int16_t *const low = job->lines[0], *const high = job->lines[1];
  const int32_t depth = bytes == 1 ? 8 : job->bit_depth, half = 1 << (depth - 1);
  const V centre = v_set16(half), high_start = v_set32(half);
  const V low_start = v_set32(bytes == 1 ? half - LOW_SUM * half : half);
  const span in = input_span(job);
  for (int32_t x = block_start(in.first, 2 * LANES); x < in.last; x += 2 * LANES) {
    const V r0 = load_samples(job->rows[0], x, bytes, centre);
    const V r1 = load_samples(job->rows[1], x, bytes, centre);
    const V r2 = load_samples(job->rows[2], x, bytes, centre);
    const V r3 = load_samples(job->rows[3], x, bytes, centre);
    const V a01 = v_unpack_low(r0, r1), b01 = v_unpack_high(r0, r1);
    const V a23 = v_unpack_low(r2, r3), b23 = v_unpack_high(r2, r3);
    // The scaled sums fit 16 bits: the taps' magnitudes add up to 54822 < 2^16.
    v_store(low + x, v_pack_signed(v_sra32(dot_low(low_start, a01, a23), depth),
                                   v_sra32(dot_low(low_start, b01, b23), depth)));
    v_store(high + x, v_pack_signed(v_sra32(dot_high(high_start, a01, a23), depth),
                                    v_sra32(dot_high(high_start, b01, b23), depth)));
  }
  extend_line(low, job->width);
  extend_line(high, job->width);

  int16_t *const a = job->a, *const h = job->detail.h;
  int16_t *const v = job->detail.v, *const d = job->detail.d;
  const V start = v_set32(32768);
  for (int32_t j = block_start(job->first, 2 * LANES); j < job->last; j += 2 * LANES) {
    const int16_t *const l = low + 2 * j, *const g = high + 2 * j;
    const V l01 = v_load(l - 1), l23 = v_load(l + 1);
    const V m01 = v_load(l - 1 + 2 * LANES), m23 = v_load(l + 1 + 2 * LANES);
    v_store(a + j, v_high_halves(dot_low(start, l01, l23), dot_low(start, m01, m23)));
    v_store(v + j, v_high_halves(dot_high(start, l01, l23), dot_high(start, m01, m23)));
    const V g01 = v_load(g - 1), g23 = v_load(g + 1);
    const V k01 = v_load(g - 1 + 2 * LANES), k23 = v_load(g + 1 + 2 * LANES);
    v_store(h + j, v_high_halves(dot_low(start, g01, g23), dot_low(start, k01, k23)));
    v_store(d + j, v_high_halves(dot_high(start, g01, g23), dot_high(start, k01, k23)));
  }
}

KERNEL void wavelet_u8(const ck_adm_wavelet *job) { wavelet_samples(job, 1); }
KERNEL void wavelet_u16(const ck_adm_wavelet *job) { wavelet_samples(job, 2); }

// From scale 1 on the lines hold 32-bit values x as two 16-bit lines: x = 65536 u + l with l
// signed. Since u and l fit 16 bits, a filter is two 16-bit filters U and L, and its rounded
// scaling needs no 64-bit arithmetic:
//   (65536 U + L + 2^15) >> 16 = U + ((L + 2^15) >> 16)
//   (65536 U + L + 2^14) >> 15 = 2 U + ((L + 2^14) >> 15)
// |L| <= 54822 * 2^15, so adding the rounding constant does not overflow.
INLINE V scaled_sum(V upper, V lower, int shift) {
  return v_add32(shift == 15 ? v_add32(upper, upper) : upper, v_sra32(lower, shift));
}

INLINE void wavelet_lines(const ck_adm_wavelet *job, int shift) {
  for (int k = 0; k < 4; k++) extend_line(job->lines[k], job->width);
  int32_t *const a = job->a, *const h = job->detail.h;
  int32_t *const v = job->detail.v, *const d = job->detail.d;
  const V start = v_set32(1 << (shift - 1)), zero = v_set32(0);
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES) {
    const int16_t *const lu = job->lines[0] + 2 * j, *const ll = job->lines[1] + 2 * j;
    const int16_t *const hu = job->lines[2] + 2 * j, *const hl = job->lines[3] + 2 * j;
    const V u01 = v_load(lu - 1), u23 = v_load(lu + 1), l01 = v_load(ll - 1), l23 = v_load(ll + 1);
    v_store(a + j, scaled_sum(dot_low(zero, u01, u23), dot_low(start, l01, l23), shift));
    v_store(v + j, scaled_sum(dot_high(zero, u01, u23), dot_high(start, l01, l23), shift));
    const V s01 = v_load(hu - 1), s23 = v_load(hu + 1), t01 = v_load(hl - 1), t23 = v_load(hl + 1);
    v_store(h + j, scaled_sum(dot_low(zero, s01, s23), dot_low(start, t01, t23), shift));
    v_store(d + j, scaled_sum(dot_high(zero, s01, s23), dot_high(start, t01, t23), shift));
  }
}

// Scale 1: 16-bit input, and a vertical pass without scaling, whose sums fit 32 bits.
KERNEL void wavelet_1(const ck_adm_wavelet *job) {
  const V zero = v_set32(0), half = v_set32(32768);
  const span in = input_span(job);
  for (int32_t x = block_start(in.first, 2 * LANES); x < in.last; x += 2 * LANES) {
    const V r0 = v_load((const int16_t *)job->rows[0] + x);
    const V r1 = v_load((const int16_t *)job->rows[1] + x);
    const V r2 = v_load((const int16_t *)job->rows[2] + x);
    const V r3 = v_load((const int16_t *)job->rows[3] + x);
    const V a01 = v_unpack_low(r0, r1), b01 = v_unpack_high(r0, r1);
    const V a23 = v_unpack_low(r2, r3), b23 = v_unpack_high(r2, r3);
    const V la = dot_low(zero, a01, a23), lb = dot_low(zero, b01, b23);
    const V ha = dot_high(zero, a01, a23), hb = dot_high(zero, b01, b23);
    v_store(job->lines[0] + x, v_pack_high_halves(v_add32(la, half), v_add32(lb, half)));
    v_store(job->lines[1] + x, v_pack_low_halves(la, lb));
    v_store(job->lines[2] + x, v_pack_high_halves(v_add32(ha, half), v_add32(hb, half)));
    v_store(job->lines[3] + x, v_pack_low_halves(ha, hb));
  }
  wavelet_lines(job, 15);
}

// Two rows of 32-bit values, interleaved as pairs of upper and as pairs of lower halves.
typedef struct {
  V upper, lower;
} row_pair;

INLINE row_pair load_pair(const void *first, const void *second, int32_t x) {
  const V r = v_load((const int32_t *)first + x), s = v_load((const int32_t *)second + x);
  const V half = v_set32(32768);
  const V low16 = v_set32(0xFFFF);
  row_pair pair;
  pair.lower = v_or(v_and(r, low16), v_sll32(s, 16));
  pair.upper = v_or(v_srl32(v_add32(r, half), 16), v_andnot(low16, v_add32(s, half)));
  return pair;
}

// Scales 2 and 3: 32-bit input, treated in halves as between the passes.
INLINE void wavelet_deep(const ck_adm_wavelet *job, int shift) {
  const V zero = v_set32(0), half = v_set32(32768);
  const span in = input_span(job);
  for (int32_t x = block_start(in.first, 2 * LANES); x < in.last; x += 2 * LANES) {
    V low[2], high[2];
    for (int k = 0; k < 2; k++) {
      const row_pair p01 = load_pair(job->rows[0], job->rows[1], x + k * LANES);
      const row_pair p23 = load_pair(job->rows[2], job->rows[3], x + k * LANES);
      low[k] = scaled_sum(dot_low(zero, p01.upper, p23.upper),
                          dot_low(half, p01.lower, p23.lower), 16);
      high[k] = scaled_sum(dot_high(zero, p01.upper, p23.upper),
                           dot_high(half, p01.lower, p23.lower), 16);
    }
    v_store(job->lines[0] + x, v_high_halves(v_add32(low[0], half), v_add32(low[1], half)));
    v_store(job->lines[1] + x, v_low_halves(low[0], low[1]));
    v_store(job->lines[2] + x, v_high_halves(v_add32(high[0], half), v_add32(high[1], half)));
    v_store(job->lines[3] + x, v_low_halves(high[0], high[1]));
  }
  wavelet_lines(job, shift);
}

KERNEL void wavelet_2(const ck_adm_wavelet *job) { wavelet_deep(job, 16); }
KERNEL void wavelet_3(const ck_adm_wavelet *job) { wavelet_deep(job, 15); }

// MARK: - Angle

// The test in double precision, as the reference has it; for the few positions where single
// precision cannot tell.
static int is_enhancement(int64_t oh, int64_t ov, int64_t th, int64_t tv) {
  const double dot = (float)(oh * th + ov * tv);
  const double o = (float)(oh * oh + ov * ov), t = (float)(th * th + tv * tv);
  return dot >= 0 && dot * dot >= (0x1.ffd814p-1 * o) * t;
}

// Compares the angle in single precision: `dot^2 >= cos^2 * o * t`. Positions whose two sides
// are within `margin` of each other are marked as doubtful; zero against zero is not.
//
// The powers of two by which the reference divides cancel out. The exact sides differ from these
// by at most 3 roundings (scale 0, where the products are exact) or 24 (later), of 2^-24 each.
INLINE M compare_angle(F dot, F o, F t, float margin, M *doubtful) {
  const F left = v_mulf(dot, dot);
  const F right = v_mulf(v_mulf(v_setf(0x1.ffd814p-1f), o), t);
  const M positive = v_ge(dot, v_setf(0));
  *doubtful = v_mask_and(
      positive, v_less(v_absf(v_subf(left, right)), v_mulf(right, v_setf(margin))));
  return v_mask_and(positive, v_ge(left, right));
}

// MARK: - Decoupling

// The gain t / o in Q15 for 0 < o and 0 <= t <= o + 1, both in 32-bit lanes; any value for o = 0.
//
// The reference computes (r t + 2^14) >> 15, with r = 2^30 / o truncated, and clamps it to 2^15.
// - r t <= 2^31 for t <= o + 1. From t = o + 1 on, r t >= 2^30, because r >= o for o <= 2^15
//   makes r o + r > 2^30 - o + r >= 2^30: so clamping t there does not change the clamped gain.
// - v_reciprocal gives r exactly for o >= 64. For smaller o it is short by less than 2^7 / o,
//   hence the gain before flooring by less than 2^-8 (1 + 1/o). The floor does not notice:
//   2^15 t / o + 1/2 is at least 1 / 126 from the integer above, since an odd part of o that
//   divides 2^15 t leaves a half, and any other one leaves a fraction of which twice is odd.
INLINE V gain_of(V o, V t) {
  const V product = v_mullo32(v_reciprocal(o), t);
  return v_minu32(v_srl32(v_add32(product, v_set32(16384)), 15), v_set32(32768));
}

// x with the sign of s, which is 0 or -1.
INLINE V with_sign16(V x, V s) { return v_sub16(v_xor(x, s), s); }
INLINE V with_sign32(V x, V s) { return v_sub32(v_xor(x, s), s); }

// How a gain limit is applied to a magnitude r, with t the distorted magnitude of the same sign
// or else 0: min(r * limit, t), truncated.
//
// For an integer limit, r is first clamped to the largest value whose product does not overflow;
// a product that this changes is above t anyway. A product of zero needs no special case: the
// gain is zero only if r is, and then t is not negative. Other limits go through double precision.
typedef struct {
  double limit;
  int32_t factor;  // the limit if it is an integer, else 0
  V factor_lanes, largest;
} limiter;

INLINE limiter make_limiter(double limit, int32_t top) {
  limiter l = {.limit = limit, .factor = (int32_t)limit == limit ? (int32_t)limit : 0};
  const int32_t largest = l.factor > 0 ? top / l.factor : 0;
  l.factor_lanes = top == 32767 ? v_set16(l.factor) : v_set32(l.factor);
  l.largest = top == 32767 ? v_set16(largest) : v_set32(largest);
  return l;
}

INLINE V limit16(V r, V t, const limiter *l) {
  if (l->factor == 1) return v_min16(r, t);
  if (l->factor > 0) return v_min16(v_mullo16(v_min16(r, l->largest), l->factor_lanes), t);
  const V zero = v_set32(0);
  return v_pack_signed(
      v_limit_double(v_unpack_low(r, zero), v_unpack_low(t, zero), l->limit),
      v_limit_double(v_unpack_high(r, zero), v_unpack_high(t, zero), l->limit));
}

INLINE V limit32(V r, V t, const limiter *l) {
  if (l->factor == 1) return v_min32(r, t);
  if (l->factor > 0) return v_min32(v_mullo32(v_min32(r, l->largest), l->factor_lanes), t);
  return v_limit_double(r, t, l->limit);
}

// One band of a block: what is restored without enhancement, and what limits an enhancement.
typedef struct {
  V distorted;   // t
  V sign;        // of o
  V bound;       // the magnitude of t if it has the sign of o, else 0
  V plain;       // r, signed
} split;

INLINE split split16(const int16_t *reference, const int16_t *distorted) {
  const V o = v_load(reference), zero = v_set32(0);
  split s = {.distorted = v_load(distorted), .sign = v_sra16(o, 15)};
  const V magnitude = v_abs16(o);
  s.bound = v_max16(with_sign16(s.distorted, s.sign), zero);
  const V t = v_minu16(s.bound, v_add16(magnitude, v_set16(1)));
  const V gain = v_pack_unsigned(
      gain_of(v_unpack_low(magnitude, zero), v_unpack_low(t, zero)),
      gain_of(v_unpack_high(magnitude, zero), v_unpack_high(t, zero)));
  // (k o + 2^14) >> 15 is a rounding multiplication; of -k and -o, because k may be 2^15.
  s.plain = v_mulhrs16(v_sub16(zero, gain), v_sub16(zero, o));
  return s;
}

INLINE split split32(const int32_t *reference, const int32_t *distorted) {
  const V o = v_load(reference), zero = v_set32(0), one = v_set32(1);
  split s = {.distorted = v_load(distorted), .sign = v_sra32(o, 31)};
  const V magnitude = v_abs32(o);
  s.bound = v_max32(with_sign32(s.distorted, s.sign), zero);
  // The divisor is reduced to m = round(o / 2^e) <= 2^15. The exponent of the magnitude as a
  // float gives e; where the conversion rounds up to the next power of two, m would be 2^15, and
  // with e one larger it is 2^14: the same quotient.
  const V exponent = v_srl32(v_float_bits(v_to_float(magnitude)), 23);
  const V e = v_max32(v_sub32(exponent, v_set32(127 + 14)), zero);
  const V unit = v_sllv32(one, e);
  const V m = v_srlv32(v_add32(magnitude, v_srl32(unit, 1)), e);
  // With t = 2^e u + l: (r t + 2^(14+e)) >> (15+e) = (r u + (r l >> e) + 2^14) >> 15, all in 32
  // bits: r <= 2^16 where e > 0, l < 2^e <= 2^16, and u may be clamped as in gain_of.
  const V u = v_minu32(v_srlv32(s.bound, e), v_add32(m, one));
  const V l = v_and(s.bound, v_sub32(unit, one));
  const V r = v_reciprocal(m);
  const V sum = v_add32(v_mullo32(r, u), v_srlv32(v_mullo32(r, l), e));
  const V gain = v_minu32(v_srl32(v_add32(sum, v_set32(16384)), 15), v_set32(32768));
  // (k o + 2^14) >> 15 with o = 2^15 u + l, in 32 bits.
  const V low = v_mullo32(gain, v_and(o, v_set32(0x7FFF)));
  s.plain = v_add32(v_mullo32(gain, v_sra32(o, 15)),
                    v_srl32(v_add32(low, v_set32(16384)), 15));
  return s;
}

// MARK: - Weighting

// The masking parts of a block of 16-bit lanes, summed over the bands: thirtieths and fifteenths.
typedef struct {
  V neighbour;              // unsigned 16-bit lanes: at most 63640
  V centre_low, centre_high;  // 32-bit lanes, unpacked
} masking16;

// The weights of scale 0 as signed 16-bit factors, with all-ones where 2^15 or 2^16 is left over.
typedef struct {
  V hv, hv_rest, d, d_rest;
} weights16;

INLINE weights16 make_weights16(int32_t hv, int32_t d) {
  weights16 w = {v_set16(hv & 0x7FFF), v_set16(hv >= 0x8000 ? -1 : 0), v_set16((int16_t)d),
                 v_set16(d >= 0x8000 ? -1 : 0)};
  return w;
}

// |(F x + 2^14) >> 15| with F = 2^15 n + f: n x + the rounding product of f and x.
INLINE V weighted_hv16(V x, const weights16 *w) {
  return v_abs16(v_add16(v_and(x, w->hv_rest), v_mulhrs16(w->hv, x)));
}

// |(F x + 65535) >> 17|: half of F x / 2^16 rounded up, which is -((F (-x)) >> 16); the signed
// factor is F - 2^16 where F >= 2^15.
INLINE V weighted_d16(V x, const weights16 *w) {
  const V up = v_sub16(v_and(x, w->d_rest), v_mulhi16(w->d, v_sub16(v_set32(0), x)));
  return v_abs16(v_sra16(up, 1));
}

// (4369 c + 2^11) >> 12 = c + ((273 c + 2^11) >> 12), and 273 / 2^12 = 2184 / 2^15.
INLINE V thirtieth16(V c) { return v_add16(c, v_mulhrs16(c, v_set16(2184))); }
// (8738 c + 2^11) >> 12 = 2 c + ((546 c + 2^11) >> 12); wraps to 16 bits as the reference does.
INLINE V fifteenth16(V c) { return v_add16(v_add16(c, c), v_mulhrs16(c, v_set16(4368))); }

INLINE masking16 mask16(const V x[3], const weights16 *w) {
  const V h = weighted_hv16(x[0], w), v = weighted_hv16(x[1], w), d = weighted_d16(x[2], w);
  const V eh = fifteenth16(h), ev = fifteenth16(v), ed = fifteenth16(d);
  const V ones = v_set16(1), zero = v_set32(0);
  masking16 m = {.neighbour = v_add16(v_add16(thirtieth16(h), thirtieth16(v)), thirtieth16(d))};
  // The d band's weight keeps its part below 2^15, so that it can be extended with zeros.
  m.centre_low = v_dot(v_unpack_low(ed, zero), v_unpack_low(eh, ev), ones);
  m.centre_high = v_dot(v_unpack_high(ed, zero), v_unpack_high(eh, ev), ones);
  return m;
}

INLINE void store_masking16(const masking16 *m, int32_t *neighbour, int32_t *centre) {
  const V zero = v_set32(0);
  v_store_unpacked(neighbour, v_unpack_low(m->neighbour, zero), v_unpack_high(m->neighbour, zero));
  v_store_unpacked(centre, m->centre_low, m->centre_high);
}

// |(F x + 2^27) >> 28| as 32 bits, of which a logical shift gives the same ones.
INLINE V weighted32(V x, V weight) {
  const V half = v_set64(1 << 27);
  const V even = v_add64(v_mul_signed(x, weight), half);
  const V odd = v_add64(v_mul_signed(v_odd(x), weight), half);
  return v_abs32(v_even_odd(v_srl64(even, 28), v_sll64(odd, 4)));
}

// The masking parts of 32-bit lanes: sums over the bands of (K c - 2^31) >> 32. The high halves
// of the 64-bit products are what is summed, with 32-bit additions.
typedef struct {
  V even1, odd1, even2, odd2;
} masking32;

INLINE void add_masking32(masking32 *m, V x, V weight) {
  const V even = weighted32(x, weight), odd = v_odd(even), half = v_set64(1LL << 31);
  const V k1 = v_set64(143165577), k2 = v_set64(286331153);
  m->even1 = v_add32(m->even1, v_sub64(v_mul_unsigned(even, k1), half));
  m->odd1 = v_add32(m->odd1, v_sub64(v_mul_unsigned(odd, k1), half));
  m->even2 = v_add32(m->even2, v_sub64(v_mul_unsigned(even, k2), half));
  m->odd2 = v_add32(m->odd2, v_sub64(v_mul_unsigned(odd, k2), half));
}

INLINE void store_masking32(const V x[3], V weight_hv, V weight_d, int32_t *neighbour,
                            int32_t *centre) {
  const V zero = v_set32(0);
  masking32 m = {zero, zero, zero, zero};
  add_masking32(&m, x[0], weight_hv);
  add_masking32(&m, x[1], weight_hv);
  add_masking32(&m, x[2], weight_d);
  v_store(neighbour, v_even_odd(v_srl64(m.even1, 32), m.odd1));
  v_store(centre, v_even_odd(v_srl64(m.even2, 32), m.odd2));
}

// Outside the plane, column -1 is column 1 and the column after the last one repeats it.
INLINE void extend_masking(int32_t *neighbour, int32_t width) {
  neighbour[-1] = neighbour[1];
  neighbour[width] = neighbour[width - 1];
}

// MARK: - Decoupling and weighting of a row

INLINE M16 angles16(const int16_t *oh, const int16_t *ov, const int16_t *th, const int16_t *tv) {
  const V o[2] = {v_unpack_low(v_load(oh), v_load(ov)), v_unpack_high(v_load(oh), v_load(ov))};
  const V t[2] = {v_unpack_low(v_load(th), v_load(tv)), v_unpack_high(v_load(th), v_load(tv))};
  M result[2], doubtful[2];
  for (int k = 0; k < 2; k++) {
    const F dot = v_to_float(v_madd(o[k], t[k])), oo = v_to_float(v_madd(o[k], o[k]));
    result[k] = compare_angle(dot, oo, v_to_float(v_madd(t[k], t[k])), 1e-6f, &doubtful[k]);
  }
  if (__builtin_expect(v_any(doubtful[0]) || v_any(doubtful[1]), 0)) {
    _Alignas(64) int32_t exact[2][LANES];
    for (int i = 0; i < 2 * LANES; i++)  // eight columns are four low and four high lanes
      exact[i >> 2 & 1][(i >> 3) * 4 + (i & 3)] = -is_enhancement(oh[i], ov[i], th[i], tv[i]);
    for (int k = 0; k < 2; k++) result[k] = v_mask(v_load(exact[k]));
  }
  return v_pack_masks(result[0], result[1]);
}

INLINE void decouple_block16(const ck_adm_decoupling *job, int32_t j, const weights16 *weights,
                             const limiter *limits) {
  const int16_t *const o[3] = {job->reference.h, job->reference.v, job->reference.d};
  const int16_t *const t[3] = {job->distorted.h, job->distorted.v, job->distorted.d};
  const M16 enhancement = angles16(o[0] + j, o[1] + j, t[0] + j, t[1] + j);
  split s[3];
  for (int b = 0; b < 3; b++) s[b] = split16(o[b] + j, t[b] + j);
  for (int k = 0; k < job->outcome_count; k++) {
    const ck_adm_outcome *const out = &job->outcomes[k];
    V restored[3], additive[3];
    for (int b = 0; b < 3; b++) {
      const V limited = limit16(v_abs16(s[b].plain), s[b].bound, &limits[k]);
      restored[b] = v_select16(enhancement, with_sign16(limited, s[b].sign), s[b].plain);
      additive[b] = v_sub16(s[b].distorted, restored[b]);
    }
    v_store((int16_t *)out->restored.h + j, restored[0]);
    v_store((int16_t *)out->restored.v + j, restored[1]);
    v_store((int16_t *)out->restored.d + j, restored[2]);
    const masking16 m = mask16(additive, weights);
    store_masking16(&m, out->neighbour + j, out->centre + j);
    if (out->additive.h) {
      v_store((int16_t *)out->additive.h + j, additive[0]);
      v_store((int16_t *)out->additive.v + j, additive[1]);
      v_store((int16_t *)out->additive.d + j, additive[2]);
      const masking16 n = mask16(restored, weights);
      store_masking16(&n, out->restored_neighbour + j, out->restored_centre + j);
    }
  }
}

// More limits than this are not asked for at once.
enum { MAX_LIMITS = 8 };

INLINE void extend_outcomes(const ck_adm_decoupling *job) {
  for (int k = 0; k < job->outcome_count; k++) {
    extend_masking(job->outcomes[k].neighbour, job->width);
    if (job->outcomes[k].additive.h)
      extend_masking(job->outcomes[k].restored_neighbour, job->width);
  }
}

KERNEL void decouple_16(const ck_adm_decoupling *job) {
  const weights16 weights = make_weights16(job->weight_hv, job->weight_d);
  limiter limits[MAX_LIMITS];
  for (int k = 0; k < job->outcome_count; k++)
    limits[k] = make_limiter(job->outcomes[k].gain_limit, 32767);
  for (int32_t j = block_start(job->first, 2 * LANES); j < job->last; j += 2 * LANES)
    decouple_block16(job, j, &weights, limits);
  extend_outcomes(job);
}

INLINE M angles32(const int32_t *oh, const int32_t *ov, const int32_t *th, const int32_t *tv) {
  const F foh = v_to_float(v_load(oh)), fov = v_to_float(v_load(ov));
  const F fth = v_to_float(v_load(th)), ftv = v_to_float(v_load(tv));
  const F dot = v_addf(v_mulf(foh, fth), v_mulf(fov, ftv));
  const F oo = v_addf(v_mulf(foh, foh), v_mulf(fov, fov));
  const F tt = v_addf(v_mulf(fth, fth), v_mulf(ftv, ftv));
  M doubtful, result = compare_angle(dot, oo, tt, 4e-6f, &doubtful);
  if (__builtin_expect(v_any(doubtful), 0)) {
    _Alignas(64) int32_t exact[LANES];
    for (int i = 0; i < LANES; i++) exact[i] = -is_enhancement(oh[i], ov[i], th[i], tv[i]);
    result = v_mask(v_load(exact));
  }
  return result;
}

INLINE void decouple_block32(const ck_adm_decoupling *job, int32_t j, const limiter *limits) {
  const int32_t *const o[3] = {job->reference.h, job->reference.v, job->reference.d};
  const int32_t *const t[3] = {job->distorted.h, job->distorted.v, job->distorted.d};
  const V weight_hv = v_set64(job->weight_hv), weight_d = v_set64(job->weight_d);
  const M enhancement = angles32(o[0] + j, o[1] + j, t[0] + j, t[1] + j);
  split s[3];
  for (int b = 0; b < 3; b++) s[b] = split32(o[b] + j, t[b] + j);
  for (int k = 0; k < job->outcome_count; k++) {
    const ck_adm_outcome *const out = &job->outcomes[k];
    V restored[3], additive[3];
    for (int b = 0; b < 3; b++) {
      const V limited = limit32(v_abs32(s[b].plain), s[b].bound, &limits[k]);
      restored[b] = v_select32(enhancement, with_sign32(limited, s[b].sign), s[b].plain);
      additive[b] = v_sub32(s[b].distorted, restored[b]);
    }
    v_store((int32_t *)out->restored.h + j, restored[0]);
    v_store((int32_t *)out->restored.v + j, restored[1]);
    v_store((int32_t *)out->restored.d + j, restored[2]);
    store_masking32(additive, weight_hv, weight_d, out->neighbour + j, out->centre + j);
    if (out->additive.h) {
      v_store((int32_t *)out->additive.h + j, additive[0]);
      v_store((int32_t *)out->additive.v + j, additive[1]);
      v_store((int32_t *)out->additive.d + j, additive[2]);
      store_masking32(restored, weight_hv, weight_d, out->restored_neighbour + j,
                      out->restored_centre + j);
    }
  }
}

KERNEL void decouple_32(const ck_adm_decoupling *job) {
  limiter limits[MAX_LIMITS];
  for (int k = 0; k < job->outcome_count; k++)
    limits[k] = make_limiter(job->outcomes[k].gain_limit, INT32_MAX);
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES)
    decouple_block32(job, j, limits);
  extend_outcomes(job);
}

// MARK: - Pooling

// The masking threshold of a block: eight neighbours and the centre.
INLINE V threshold(const ck_adm_pooling *job, int32_t j) {
  const int32_t *const f0 = job->neighbours[0] + j, *const f1 = job->neighbours[1] + j;
  const int32_t *const f2 = job->neighbours[2] + j;
  const V left = v_add32(v_add32(v_load(f0 - 1), v_load(f1 - 1)), v_load(f2 - 1));
  const V right = v_add32(v_add32(v_load(f0 + 1), v_load(f1 + 1)), v_load(f2 + 1));
  const V middle = v_add32(v_add32(v_load(f0), v_load(f2)), v_load(job->centre + j));
  return v_add32(v_add32(left, right), middle);
}

// A sum of cubes in two vectors of 64-bit lanes.
typedef struct {
  V even, odd;
  V square_half, half;
  int square_shift, shift;
} cube_sum;

// The bias makes every summand positive, so that a logical shift divides it; it is a multiple of
// 2^shift and leaves the sum in `total`.
#define BIAS (1LL << 62)

INLINE cube_sum make_cube_sum(int square_shift, int shift) {
  cube_sum c = {v_set32(0), v_set32(0), v_set64(1LL << (square_shift - 1)),
                v_set64(BIAS + (1LL << (shift - 1))), square_shift, shift};
  return c;
}

INLINE V cube(V x, const cube_sum *c) {
  const V square = v_srl64(v_add64(v_mul_unsigned(x, x), c->square_half), c->square_shift);
  return v_srl64(v_add64(v_mul_signed(square, x), c->half), c->shift);
}

// Adds the cubes of 32-bit lanes 0 <= x; the square is taken as a signed 32-bit number.
INLINE void add_cubes(cube_sum *c, V x) {
  c->even = v_add64(c->even, cube(x, c));
  c->odd = v_add64(c->odd, cube(v_odd(x), c));
}

INLINE int64_t total(const cube_sum *c, int32_t count) {
  const uint64_t bias = (uint64_t)(BIAS >> c->shift) * (uint64_t)count;
  return (int64_t)((uint64_t)v_sum64(v_add64(c->even, c->odd)) - bias);
}

INLINE V excess(V x, V threshold, V mask) {
  return v_and(v_max32(v_sub32(v_abs32(x), threshold), v_set32(0)), mask);
}

KERNEL ck_adm_sums pool_16(const ck_adm_pooling *job) {
  const int16_t *const h = job->detail.h, *const v = job->detail.v, *const d = job->detail.d;
  const V weight_hv = v_set32(job->weight_hv), weight_d = v_set32(job->weight_d);
  cube_sum ch = make_cube_sum(29, job->shift_hv), cv = ch, cd = make_cube_sum(30, job->shift_d);
  int32_t count = 0;
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES, count += LANES) {
    const V mask = v_load(job->mask + j), thr = threshold(job, j);
    const V thr_hv = v_sll32(thr, 10);
    // Above 2^19 the d band, whose products are below 2^31, is masked anyway.
    const V thr_d = v_sll32(v_min32(thr, v_set32((1 << 19) - 1)), 12);
    add_cubes(&ch, excess(v_mullo32(v_load_i16(h + j), weight_hv), thr_hv, mask));
    add_cubes(&cv, excess(v_mullo32(v_load_i16(v + j), weight_hv), thr_hv, mask));
    add_cubes(&cd, excess(v_mullo32(v_load_i16(d + j), weight_d), thr_d, mask));
  }
  return (ck_adm_sums){total(&ch, count), total(&cv, count), total(&cd, count)};
}

KERNEL ck_adm_sums pool_32(const ck_adm_pooling *job) {
  const int32_t *const h = job->detail.h, *const v = job->detail.v, *const d = job->detail.d;
  const V weight_hv = v_set64(job->weight_hv), weight_d = v_set64(job->weight_d);
  cube_sum ch = make_cube_sum(30, job->shift_hv), cv = ch, cd = make_cube_sum(30, job->shift_d);
  int32_t count = 0;
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES, count += LANES) {
    const V mask = v_load(job->mask + j), thr = threshold(job, j);
    add_cubes(&ch, excess(weighted32(v_load(h + j), weight_hv), thr, mask));
    add_cubes(&cv, excess(weighted32(v_load(v + j), weight_hv), thr, mask));
    add_cubes(&cd, excess(weighted32(v_load(d + j), weight_d), thr, mask));
  }
  return (ck_adm_sums){total(&ch, count), total(&cv, count), total(&cd, count)};
}

// MARK: - Denominator

INLINE int64_t cubes_of_row16(const int16_t *x, const ck_adm_cubes *job) {
  V even = v_set32(0), odd = even;
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES) {
    const V magnitude = v_abs32(v_and(v_load_i16(x + j), v_load(job->mask + j)));
    const V square = v_mullo32(magnitude, magnitude);
    even = v_add64(even, v_mul_unsigned(square, magnitude));
    odd = v_add64(odd, v_mul_unsigned(v_odd(square), v_odd(magnitude)));
  }
  return v_sum64(v_add64(even, odd));
}

KERNEL ck_adm_sums cubes_16(const ck_adm_cubes *job) {
  return (ck_adm_sums){cubes_of_row16(job->detail.h, job), cubes_of_row16(job->detail.v, job),
                       cubes_of_row16(job->detail.d, job)};
}

INLINE V cube_of_magnitude(V x, V unit, V half, const ck_adm_cubes *job) {
  const V square = v_srl64(v_add64(v_mul_unsigned(x, x), unit), job->square_shift);
  return v_srl64(v_add64(v_mul_unsigned(square, x), half), job->shift);
}

INLINE int64_t cubes_of_row32(const int32_t *x, const ck_adm_cubes *job) {
  V even = v_set32(0), odd = even;
  // A whole unit, not half of one, is added before the first shift, as upstream does.
  const V unit = v_set64(1LL << job->square_shift), half = v_set64(1LL << (job->shift - 1));
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES) {
    const V magnitude = v_abs32(v_and(v_load(x + j), v_load(job->mask + j)));
    even = v_add64(even, cube_of_magnitude(magnitude, unit, half, job));
    odd = v_add64(odd, cube_of_magnitude(v_odd(magnitude), unit, half, job));
  }
  return v_sum64(v_add64(even, odd));
}

KERNEL ck_adm_sums cubes_32(const ck_adm_cubes *job) {
  return (ck_adm_sums){cubes_of_row32(job->detail.h, job), cubes_of_row32(job->detail.v, job),
                       cubes_of_row32(job->detail.d, job)};
}

static const ck_adm_kernels kernels = {
    .wavelet_u8 = wavelet_u8,   .wavelet_u16 = wavelet_u16, .wavelet_1 = wavelet_1,
    .wavelet_2 = wavelet_2,     .wavelet_3 = wavelet_3,     .decouple_16 = decouple_16,
    .decouple_32 = decouple_32, .pool_16 = pool_16,         .pool_32 = pool_32,
    .cubes_16 = cubes_16,       .cubes_32 = cubes_32,
};
