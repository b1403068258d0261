// Decoupling of distorted detail into restored and additive detail, and the weighting of a row.
// Part of `adm_rows.h`.

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

// MARK: - Gain

// The gain t / o in Q15 for 0 < o and 0 <= t <= o + 1, both in 32-bit lanes; any value for o = 0.
//
// The reference computes (r t + 2^14) >> 15, with r = 2^30 / o truncated, and clamps it to 2^15.
// - r t <= 2^31 for t <= o + 1. From t = o + 1 on, r t >= 2^30, because r >= o for o <= 2^15
//   makes r o + r > 2^30 - o + r >= 2^30: so clamping t there does not change the clamped gain.
// - v_reciprocal gives r exactly for o >= 64. For smaller o it is off by at most 2^7 / o + 1,
//   and r itself by less than 1 from 2^30 / o; so both move 2^15 t / o + 1/2 by less than 1/126.
//   No floor changes, since that number is at least 1/126 away from every integer: in lowest
//   terms the divisor m of 2^15 t / o is odd and at most 63, and n / m + 1/2 = (2 n + m) / 2 m
//   has an odd numerator.
INLINE V gain_of(V o, V t) {
  const V product = v_mullo32(v_reciprocal(o), t);
  return v_minu32(v_srl32(v_add32(product, v_set32(16384)), 15), v_set32(32768));
}

// x with the sign of s, which is 0 or -1.
INLINE V with_sign16(V x, V s) { return v_sub16(v_xor(x, s), s); }
INLINE V with_sign32(V x, V s) { return v_sub32(v_xor(x, s), s); }

// How a gain limit is applied to a magnitude r, with t the distorted magnitude of the same sign
// or else 0: min(r * limit, t), truncated. A product of zero needs no special case: the gain is
// zero only if r is, and then t is not negative.
//
// For an integer limit, r is first clamped to the largest value whose product does not overflow;
// a product that this changes is above t anyway. Other limits go through double precision.
typedef struct {
  double limit;
  V factor, largest;
} limiter;

INLINE int is_fractional(const ck_adm_decoupling *job) {
  for (int k = 0; k < job->outcome_count; k++)
    if (job->outcomes[k].gain_limit != (int32_t)job->outcomes[k].gain_limit) return 1;
  return 0;
}

INLINE limiter make_limiter16(double limit) {
  const limiter l = {limit, v_set16((int)limit), v_set16(INT16_MAX / (int)limit)};
  return l;
}

INLINE limiter make_limiter32(double limit) {
  const limiter l = {limit, v_set32((int)limit), v_set32(INT32_MAX / (int)limit)};
  return l;
}

INLINE V limit16(V r, V t, const limiter *l, int fractional) {
  if (!fractional) return v_min16(v_mullo16(v_min16(r, l->largest), l->factor), t);
  const V zero = v_set32(0);
  return v_pack_signed(
      v_limit_double(v_unpack_low(r, zero), v_unpack_low(t, zero), l->limit),
      v_limit_double(v_unpack_high(r, zero), v_unpack_high(t, zero), l->limit));
}

INLINE V limit32(V r, V t, const limiter *l, int fractional) {
  if (!fractional) return v_min32(v_mullo32(v_min32(r, l->largest), l->factor), t);
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

// MARK: - Rows

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
                             const limiter *limits, int fractional) {
  const int16_t *const o[3] = {job->reference.h, job->reference.v, job->reference.d};
  const int16_t *const t[3] = {job->distorted.h, job->distorted.v, job->distorted.d};
  const M16 enhancement = angles16(o[0] + j, o[1] + j, t[0] + j, t[1] + j);
  split s[3];
  for (int b = 0; b < 3; b++) s[b] = split16(o[b] + j, t[b] + j);
  for (int k = 0; k < job->outcome_count; k++) {
    const ck_adm_outcome *const out = &job->outcomes[k];
    V restored[3], additive[3];
    for (int b = 0; b < 3; b++) {
      const V limited = limit16(v_abs16(s[b].plain), s[b].bound, &limits[k], fractional);
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

INLINE void decouple_row16(const ck_adm_decoupling *job, int fractional) {
  const weights16 weights = make_weights16(job->weight_hv, job->weight_d);
  limiter limits[MAX_LIMITS];
  for (int k = 0; k < job->outcome_count; k++)
    limits[k] = make_limiter16(job->outcomes[k].gain_limit);
  for (int32_t j = block_start(job->first, 2 * LANES); j < job->last; j += 2 * LANES)
    decouple_block16(job, j, &weights, limits, fractional);
  extend_outcomes(job);
}

KERNEL void decouple_16(const ck_adm_decoupling *job) {
  if (is_fractional(job)) {
    decouple_row16(job, 1);
  } else {
    decouple_row16(job, 0);
  }
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

INLINE void decouple_block32(const ck_adm_decoupling *job, int32_t j, const limiter *limits,
                             int fractional) {
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
      const V limited = limit32(v_abs32(s[b].plain), s[b].bound, &limits[k], fractional);
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

INLINE void decouple_row32(const ck_adm_decoupling *job, int fractional) {
  limiter limits[MAX_LIMITS];
  for (int k = 0; k < job->outcome_count; k++)
    limits[k] = make_limiter32(job->outcomes[k].gain_limit);
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES)
    decouple_block32(job, j, limits, fractional);
  extend_outcomes(job);
}

KERNEL void decouple_32(const ck_adm_decoupling *job) {
  if (is_fractional(job)) {
    decouple_row32(job, 1);
  } else {
    decouple_row32(job, 0);
  }
}
