// Contrast sensitivity and masking: what a block of detail adds to the thresholds around it.
// Part of `adm_rows.h`.

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
