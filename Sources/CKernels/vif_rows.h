// The row kernels of integer VIF, written once for all instruction sets. The including file
// defines the vector types and the operations on them, and KERNEL and INLINE; see vif.h for the
// layout.
//
// All arithmetic is on integers modulo 2^32, so the order of additions and intermediate
// overflows do not matter; what is left at the end is the true value because that fits.

#include "vif_strips.h"

// Puts strips together again: the low halves of `count` vectors become `count` words at each
// multiple of `count`. Later words of a strip are written first, so that what a store writes
// beyond its strip is overwritten by the strip it belongs to.
INLINE void join_strips(const uint32_t *row, ptrdiff_t count, uint16_t *out) {
  for (ptrdiff_t x = (count - 1) / LANES * LANES; x >= 0; x -= LANES) {
    u32v block[LANES];
    UNROLL for (int i = 0; i < LANES; i++) block[i] = load(row + (x + i) * LANES);
    transpose(block);
    UNROLL for (int lane = 0; lane < LANES; lane++) narrow(out + lane * count + x, block[lane]);
  }
}

// MARK: - Windows

// Adds a pair's products to the sums of some of four outputs.
INLINE void add_product(u32v sums[4], u32v pair, const int32_t *weights, int from, int to) {
  for (int i = from; i < to; i++) sums[i] = dot2(sums[i], pair, splat((uint32_t)weights[i]));
}

// Adds the window sums of `count` planes at four columns.
INLINE void add_window(const uint32_t *planes, ptrdiff_t plane, int count,
                       const ck_vif_taps4 *taps, u32v sums[][4]) {
  const int last = taps->count - 1;
  const uint32_t *end = planes + taps->pair[last] * LANES;
  for (int i = 0; i < count; i++) {
    add_product(sums[i], load(planes + i * plane), taps->weights[0], 0, 2);
  }
  ROLLED for (int k = 1; k < last; k++) {
    const uint32_t *p = planes + taps->pair[k] * LANES;
    for (int i = 0; i < count; i++) {
      add_product(sums[i], load(p + i * plane), taps->weights[k], 0, 4);
    }
  }
  for (int i = 0; i < count; i++) {
    add_product(sums[i], load(end + i * plane), taps->weights[last], 2, 4);
  }
}

// MARK: - Vertical window, 16-bit samples
//
// Squares and products have 32 bits and are cut in two halves, centred on zero by flipping the
// uppermost bit. Weights sum to 2^16, so the centred sums lack 2^31.

#define HIGH_START 0x80000000u
#define LOW_START 0x80008000u  // with the rounding of the last 16 bits, which are dropped

// The sums at one column of four rows.
typedef struct {
  u32v mean[4], square_high[4], square_low[4], product_high[4], product_low[4];
} sums16;

// The moments at one column of four rows: means with 16 fractional bits, centred on zero.
typedef struct {
  u32v mean[4], square[4], product[4];
} moments;

INLINE sums16 start_sums16(void) {
  sums16 s;
  UNROLL for (int i = 0; i < 4; i++) {
    s.mean[i] = splat(0x8000);
    s.square_high[i] = s.product_high[i] = splat(HIGH_START);
    s.square_low[i] = s.product_low[i] = splat(LOW_START);
  }
  return s;
}

INLINE void add_own16(sums16 *s, u32v x, const int32_t *weights, int from, int to) {
  const u32v sign = splat(SIGN_HALVES);
  add_product(s->mean, x ^ sign, weights, from, to);
  add_product(s->square_high, multiply_high(x, x) ^ sign, weights, from, to);
  add_product(s->square_low, multiply_low(x, x) ^ sign, weights, from, to);
}

INLINE void add_common16(sums16 *s, u32v x, u32v y, const int32_t *weights, int from, int to) {
  const u32v sign = splat(SIGN_HALVES);
  add_product(s->product_high, multiply_high(x, y) ^ sign, weights, from, to);
  add_product(s->product_low, multiply_low(x, y) ^ sign, weights, from, to);
}

// Stores the planes of one row from the moments at two columns.
INLINE void store_moment(uint32_t *out, ptrdiff_t plane, u32v even, u32v odd) {
  // A signed low half borrows from the high one, which is then centred on zero.
  store(out, pack_high(even + SIGN_HALVES, odd + SIGN_HALVES));
  store(out + plane, pack_low(even, odd));
}

INLINE void store_moments(ck_vif_planes planes, ptrdiff_t x, const moments m[2], int products) {
  UNROLL for (int r = 0; r < 4; r++) {
    uint32_t *out = planes.base + r * planes.row + x * LANES;
    store(out, pack_high(m[0].mean[r], m[1].mean[r]));
    store_moment(out + planes.plane, planes.plane, m[0].square[r], m[1].square[r]);
    if (!products) continue;
    store_moment(out + 3 * planes.plane, planes.plane, m[0].product[r], m[1].product[r]);
  }
}

// The rows from..<to. The first product does not count for the last two, nor the last product
// for the first two.
INLINE void sum_reference16(sums16 *s, const uint32_t *const *pairs, ptrdiff_t i,
                            const ck_vif_taps4 *taps, int from, int to) {
  const int last = taps->count - 1;
  if (from == 0) add_own16(s, load(pairs[0] + i), taps->weights[0], 0, 2);
  ROLLED for (int k = 1; k < last; k++) {
    add_own16(s, load(pairs[k] + i), taps->weights[k], from, to);
  }
  if (to == 4) add_own16(s, load(pairs[last] + i), taps->weights[last], 2, 4);
}

KERNEL void filter_reference(const uint32_t *const *pairs, const ck_vif_taps4 *taps,
                             ptrdiff_t columns, ck_vif_planes planes) {
  for (ptrdiff_t x = 0; x < columns / 2; x++) {
    moments m[2];
    UNROLL for (int c = 0; c < 2; c++) {
      sums16 s = start_sums16();
      UNROLL for (int r = 0; r < 4; r += ROWS_AT_ONCE) {
        sum_reference16(&s, pairs, (2 * x + c) * LANES, taps, r, r + ROWS_AT_ONCE);
      }
      UNROLL for (int r = 0; r < 4; r++) {
        m[c].mean[r] = s.mean[r];
        m[c].square[r] = s.square_high[r] + (s.square_low[r] >> 16);
      }
    }
    store_moments(planes, x, m, 0);
  }
}

INLINE void sum_distorted16(sums16 *s, const uint32_t *const *reference,
                            const uint32_t *const *pairs, ptrdiff_t i, const ck_vif_taps4 *taps,
                            int from, int to) {
  const int last = taps->count - 1;
  if (from == 0) {
    const u32v d = load(pairs[0] + i);
    add_own16(s, d, taps->weights[0], 0, 2);
    add_common16(s, d, load(reference[0] + i), taps->weights[0], 0, 2);
  }
  ROLLED for (int k = 1; k < last; k++) {
    const u32v d = load(pairs[k] + i);
    add_own16(s, d, taps->weights[k], from, to);
    add_common16(s, d, load(reference[k] + i), taps->weights[k], from, to);
  }
  if (to == 4) {
    const u32v d = load(pairs[last] + i);
    add_own16(s, d, taps->weights[last], 2, 4);
    add_common16(s, d, load(reference[last] + i), taps->weights[last], 2, 4);
  }
}

KERNEL void filter_distorted(const uint32_t *const *reference, const uint32_t *const *pairs,
                             const ck_vif_taps4 *taps, ptrdiff_t columns,
                             ck_vif_planes planes) {
  for (ptrdiff_t x = 0; x < columns / 2; x++) {
    moments m[2];
    UNROLL for (int c = 0; c < 2; c++) {
      sums16 s = start_sums16();
      UNROLL for (int r = 0; r < 4; r += ROWS_AT_ONCE) {
        const ptrdiff_t i = (2 * x + c) * LANES;
        sum_distorted16(&s, reference, pairs, i, taps, r, r + ROWS_AT_ONCE);
      }
      UNROLL for (int r = 0; r < 4; r++) {
        m[c].mean[r] = s.mean[r];
        m[c].square[r] = s.square_high[r] + (s.square_low[r] >> 16);
        m[c].product[r] = s.product_high[r] + (s.product_low[r] >> 16);
      }
    }
    store_moments(planes, x, m, 1);
  }
}

// MARK: - Vertical window, 8-bit samples
//
// Samples centred on zero have squares and products of 15 bits, which go through the multiplier
// without being cut in two:
//
//   sum w x    = sum w x' + 2^23
//   sum w x y  = sum w x' y' + 128 (sum w x' + sum w y') + 2^30    with x = x' + 128, y = y' + 128

// The samples of the even or the odd column of a vector of words, as signed 16-bit values.
INLINE u32v unpack8(u32v words, int column) {
  return (u32v)((column ? (i16v)words : (i16v)words << 8) >> 8);
}

INLINE moments start_moments8(void) {
  moments m;
  UNROLL for (int i = 0; i < 4; i++) {
    m.mean[i] = splat(0);
    m.square[i] = m.product[i] = splat(1u << 30);
  }
  return m;
}

INLINE void add_own8(moments *m, u32v x, const int32_t *weights, int from, int to) {
  add_product(m->mean, x, weights, from, to);
  add_product(m->square, multiply_low(x, x), weights, from, to);
}

INLINE void sum_reference8(moments *m, const uint32_t *const *pairs, ptrdiff_t i, int column,
                           const ck_vif_taps4 *taps) {
  const int last = taps->count - 1;
  add_own8(m, unpack8(load(pairs[0] + i), column), taps->weights[0], 0, 2);
  ROLLED for (int k = 1; k < last; k++) {
    add_own8(m, unpack8(load(pairs[k] + i), column), taps->weights[k], 0, 4);
  }
  add_own8(m, unpack8(load(pairs[last] + i), column), taps->weights[last], 2, 4);
}

KERNEL void filter_reference8(const uint32_t *const *pairs, const ck_vif_taps4 *taps,
                              ptrdiff_t columns, ck_vif_planes planes, uint32_t *sums) {
  for (ptrdiff_t x = 0; x < columns / 2; x++) {
    moments m[2];
    UNROLL for (int c = 0; c < 2; c++) {
      m[c] = start_moments8();
      sum_reference8(&m[c], pairs, x * LANES, c, taps);
      UNROLL for (int r = 0; r < 4; r++) {
        store(sums + (r * columns + 2 * x + c) * LANES, m[c].mean[r]);
        m[c].square[r] += m[c].mean[r] << 8;
        m[c].mean[r] = (m[c].mean[r] + 128) << 8;
      }
    }
    store_moments(planes, x, m, 0);
  }
}

INLINE void add_distorted8(moments *m, u32v r, u32v d, const int32_t *weights, int from,
                           int to) {
  add_own8(m, d, weights, from, to);
  add_product(m->product, multiply_low(r, d), weights, from, to);
}

// The rows from..<to.
INLINE void sum_distorted8(moments *m, const uint32_t *const *reference,
                           const uint32_t *const *pairs, ptrdiff_t i, int column,
                           const ck_vif_taps4 *taps, int from, int to) {
  const int last = taps->count - 1;
  if (from == 0) {
    const u32v r = unpack8(load(reference[0] + i), column);
    add_distorted8(m, r, unpack8(load(pairs[0] + i), column), taps->weights[0], 0, 2);
  }
  ROLLED for (int k = 1; k < last; k++) {
    const u32v r = unpack8(load(reference[k] + i), column);
    add_distorted8(m, r, unpack8(load(pairs[k] + i), column), taps->weights[k], from, to);
  }
  if (to == 4) {
    const u32v r = unpack8(load(reference[last] + i), column);
    add_distorted8(m, r, unpack8(load(pairs[last] + i), column), taps->weights[last], 2, 4);
  }
}

KERNEL void filter_distorted8(const uint32_t *const *reference, const uint32_t *const *pairs,
                              const ck_vif_taps4 *taps, ptrdiff_t columns,
                              ck_vif_planes planes, const uint32_t *sums) {
  for (ptrdiff_t x = 0; x < columns / 2; x++) {
    moments m[2];
    UNROLL for (int c = 0; c < 2; c++) {
      m[c] = start_moments8();
      UNROLL for (int r = 0; r < 4; r += ROWS_AT_ONCE) {
        sum_distorted8(&m[c], reference, pairs, x * LANES, c, taps, r, r + ROWS_AT_ONCE);
      }
      UNROLL for (int r = 0; r < 4; r++) {
        const u32v mean1 = load(sums + (r * columns + 2 * x + c) * LANES);
        m[c].product[r] += (m[c].mean[r] + mean1) << 7;
        m[c].square[r] += m[c].mean[r] << 8;
        m[c].mean[r] = (m[c].mean[r] + 128) << 8;
      }
    }
    store_moments(planes, x, m, 1);
  }
}

// MARK: - Next scale

// The horizontal window around the even columns of a filtered row.
INLINE void decimate_columns(const ck_vif_taps *taps, int count, ptrdiff_t strip, uint32_t *row,
                             uint16_t *out) {
  for (ptrdiff_t x = 0; x < strip / 2; x++) {
    u32v sum = splat(0x80008000u);  // rounding, and back from centred to unsigned
    UNROLL for (int k = 0; k < count; k++) {
      sum = dot2(sum, load(row + (x + taps->pair[k]) * LANES), splat((uint32_t)taps->even[k]));
    }
    store(row + x * LANES, sum >> 16);
  }
  join_strips(row, strip / 2, out);
}

INLINE void decimate_taps(const uint32_t *const *pairs, const ck_vif_taps *taps, int count,
                          ptrdiff_t columns, ptrdiff_t strip, uint32_t *row, uint16_t *out) {
  const u32v sign = splat(SIGN_HALVES);
  for (ptrdiff_t x = 0; x < columns; x += 2) {
    u32v even = splat(0x8000), odd = even;
    UNROLL for (int k = 0; k < count; k++) {
      const u32v weights = splat((uint32_t)taps->even[k]);
      even = dot2(even, load(pairs[k] + x * LANES) ^ sign, weights);
      odd = dot2(odd, load(pairs[k] + (x + 1) * LANES) ^ sign, weights);
    }
    store(row + x / 2 * LANES, pack_high(even, odd));
  }
  decimate_columns(taps, count, strip, row, out);
}

INLINE void decimate8_taps(const uint32_t *const *pairs, const ck_vif_taps *taps, int count,
                           ptrdiff_t columns, ptrdiff_t strip, uint32_t *row, uint16_t *out) {
  for (ptrdiff_t x = 0; x < columns / 2; x++) {
    u32v even = splat(128), odd = even;
    UNROLL for (int k = 0; k < count; k++) {
      const u32v words = load(pairs[k] + x * LANES), weights = splat((uint32_t)taps->even[k]);
      even = dot2(even, unpack8(words, 0), weights);
      odd = dot2(odd, unpack8(words, 1), weights);
    }
    store(row + x * LANES, pack_high(even << 8, odd << 8));
  }
  decimate_columns(taps, count, strip, row, out);
}

// The windows of the scales 1 to 3 have five, three and four products: known numbers of steps
// let the compiler keep the weights in registers.
KERNEL void decimate(const uint32_t *const *pairs, const ck_vif_taps *taps, ptrdiff_t columns,
                     ptrdiff_t strip, uint32_t *row, uint16_t *out) {
  switch (taps->count) {
    case 3: return decimate_taps(pairs, taps, 3, columns, strip, row, out);
    case 4: return decimate_taps(pairs, taps, 4, columns, strip, row, out);
    case 5: return decimate_taps(pairs, taps, 5, columns, strip, row, out);
  }
}

KERNEL void decimate8(const uint32_t *const *pairs, const ck_vif_taps *taps, ptrdiff_t columns,
                      ptrdiff_t strip, uint32_t *row, uint16_t *out) {
  if (taps->count == 5) decimate8_taps(pairs, taps, 5, columns, strip, row, out);
}

// MARK: - Horizontal window and variances

// E[xy] in Q16 from the sums of both halves, less the product of the means.
INLINE i32v covariance(u32v high, u32v low, u32v mean1, u32v mean2) {
  return (i32v)(high + shift_signed(low, 16) - multiply_means(mean1, mean2));
}
#define SUM_LOW_START 0x8000u

// The planes of a row, in the order of ck_vif_planes.
enum { MEAN, SQUARE_HIGH, SQUARE_LOW, PRODUCT_HIGH, PRODUCT_LOW, REFERENCE_PLANES = 3, PLANES = 5 };

// All window sums at four columns; as many planes at once as there are registers for.
INLINE void sum_planes(const uint32_t *planes, ptrdiff_t plane, int count,
                       const ck_vif_taps4 *taps, u32v sums[][4]) {
  UNROLL for (int i = 0; i < count; i++) {
    const int is_low = i == SQUARE_LOW || i == PRODUCT_LOW;
    for (int c = 0; c < 4; c++) sums[i][c] = splat(is_low ? SUM_LOW_START : HIGH_START);
  }
  UNROLL for (int i = 0; i < count; i += PLANES_AT_ONCE) {
    const int some = count - i < PLANES_AT_ONCE ? count - i : PLANES_AT_ONCE;
    add_window(planes + i * plane, plane, some, taps, sums + i);
  }
}

KERNEL ptrdiff_t measure_reference(const uint32_t *planes, ptrdiff_t plane,
                                   const ck_vif_taps4 *taps, ck_vif_extent extent,
                                   ck_vif_reference_row row) {
  ptrdiff_t busy = 0;
  for (ptrdiff_t x = 0; x < extent.strip; x += 4) {
    u32v s[REFERENCE_PLANES][4];
    sum_planes(planes + x / 2 * LANES, plane, REFERENCE_PLANES, taps, s);
    UNROLL for (int i = 0; i < 4; i++) {
      const u32v mean = s[MEAN][i];
      const i32v variance = covariance(s[SQUARE_HIGH][i], s[SQUARE_LOW][i], mean, mean);
      const uint32_t mask =
          lanes_not_below(variance, NOISE_VARIANCE) & lanes_inside(extent, x + i);
      store(row.mean + (x + i) * LANES, mean);
      row.busy[x + i] = (uint16_t)mask;
      busy += append_lanes(row.variance + busy, mask, variance);
    }
  }
  return busy;
}

KERNEL int64_t measure_distorted(const uint32_t *planes, ptrdiff_t plane,
                                 const ck_vif_taps4 *taps, ck_vif_extent extent,
                                 ck_vif_reference_row row, int32_t *variance2,
                                 int32_t *covariance12) {
  ptrdiff_t busy = 0;
  u64v flat = (u64v){};
  for (ptrdiff_t x = 0; x < extent.strip; x += 4) {
    u32v s[PLANES][4];
    sum_planes(planes + x / 2 * LANES, plane, PLANES, taps, s);
    UNROLL for (int i = 0; i < 4; i++) {
      const u32v mean1 = load(row.mean + (x + i) * LANES), mean2 = s[MEAN][i];
      const i32v variance =
          at_least_zero(covariance(s[SQUARE_HIGH][i], s[SQUARE_LOW][i], mean2, mean2));
      const i32v product = covariance(s[PRODUCT_HIGH][i], s[PRODUCT_LOW][i], mean1, mean2);
      const uint32_t mask = row.busy[x + i], inside = lanes_inside(extent, x + i);
      if (mask != inside) {
        const u64v rest = (u64v)keep_lanes(inside & ~mask, variance);
        flat += (rest & 0xffffffffu) + (rest >> 32);
      }
      append_lanes(covariance12 + busy, mask, product);
      busy += append_lanes(variance2 + busy, mask, variance);
    }
  }
  return sum64(flat);
}

// MARK: - Information

// A number in the units of the logarithm table: the exponent (biased) above 15 bits of mantissa.
// Those of a float and of the upper half of a double are in the right order already.
INLINE u32v exponent_and_mantissa(i32v value) {
  // Clearing a bit below the 16 leading ones keeps rounding from reaching those.
  return (u32v)__builtin_convertvector(value & ~(value >> 16), f32v) >> 8;
}

// The logarithm of a number of that form, in units of 1/2048 bit.
INLINE i32v logarithm(u32v x) { return fraction_logarithm(x) + (i32v)(x >> 15 << 11); }

KERNEL int64_t reference_information(const int32_t *variance, ptrdiff_t count) {
  i32v sum = (i32v){};
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const i32v s1 = (i32v)loadu((const uint32_t *)variance + i);
    const u32v x = exponent_and_mantissa(s1 + NOISE_VARIANCE);
    const i32v flat = (i32v)splat((127 + 17) << 11);
    sum += keep_lanes(first_lanes(count - i), logarithm(x) - flat);
  }
  return sum32(sum);
}

// The residue of half a vector of pixels and, for each limit, the total, as doubles.
INLINE void split_information(i32half s1, i32half s2, i32half s12, const double *limit,
                              int limits, f64v *residue, f64v *total) {
  const f64v a = __builtin_convertvector(s1, f64v), b = __builtin_convertvector(s2, f64v);
  const f64v c = __builtin_convertvector(s12, f64v);
  const f64v gain = c / (a + 65536 * 1.0e-10);
  *residue = truncate(maximum(b - gain * c, (f64v){})) + (double)NOISE_VARIANCE;
  for (int i = 0; i < limits; i++) {
    const f64v limited = minimum(gain, (f64v){} + limit[i]);
    total[i] = add_truncated((limited * limited) * a, *residue);
  }
}

// In two passes, first the floating-point part and then the logarithms, because one long chain
// of dependent operations would leave the processor waiting.
INLINE void add_information(const int32_t *variance1, const int32_t *variance2,
                            const int32_t *covariance, ptrdiff_t count, const double *limit,
                            int limits, uint32_t *scratch, int64_t *sums) {
  const ptrdiff_t step = (1 + limits) * LANES;
  uint32_t *out = scratch;
  for (ptrdiff_t i = 0; i < count; i += LANES, out += step) {
    const i32v s1 = (i32v)loadu((const uint32_t *)variance1 + i);
    const i32v s2 = (i32v)loadu((const uint32_t *)variance2 + i);
    const i32v s12 = (i32v)loadu((const uint32_t *)covariance + i);
    f64v residue[2], total[2][2];
    split_information(lower(s1), lower(s2), lower(s12), limit, limits, &residue[0], total[0]);
    split_information(upper(s1), upper(s2), upper(s12), limit, limits, &residue[1], total[1]);
    const u32v n1 = upper_words(residue[0], residue[1]) >> 5;
    const uint32_t mask = lanes_positive(s12, s2) & first_lanes(count - i);
    store(out, n1);
    UNROLL for (int j = 0; j < limits; j++) {
      // Where there is nothing to add, the ratio is 1.
      const u32v n2 = upper_words(total[0][j], total[1][j]) >> 5;
      store(out + (1 + j) * LANES, select_lanes(mask, n2, n1));
    }
  }
  i32v sum[2] = {{}, {}};
  for (const uint32_t *p = scratch; p < out; p += step) {
    const u32v n1 = load(p);
    const i32v l1 = logarithm(n1);
    UNROLL for (int j = 0; j < limits; j++) {
      const u32v n2 = load(p + (1 + j) * LANES);
      sum[j] += logarithm(n2) - l1;
    }
  }
  UNROLL for (int j = 0; j < limits; j++) sums[j] += sum32(sum[j]);
}

KERNEL void distorted_information(const int32_t *variance1, const int32_t *variance2,
                                  const int32_t *covariance, ptrdiff_t count,
                                  const double *limit, ptrdiff_t limits, uint32_t *scratch,
                                  int64_t *sums) {
  for (; limits >= 2; limits -= 2, limit += 2, sums += 2) {
    add_information(variance1, variance2, covariance, count, limit, 2, scratch, sums);
  }
  if (limits) {
    add_information(variance1, variance2, covariance, count, limit, 1, scratch, sums);
  }
}

KERNEL void logarithms(int32_t *table) {
  for (int i = 0; i < 32768; i += LANES) {
    const i32v value = (i32v)splat(32768 + i) + lane_numbers();
    const i32v fraction = fraction_logarithm(exponent_and_mantissa(value));
    __builtin_memcpy(table + i, &fraction, sizeof fraction);
  }
}

static const ck_vif_kernels kernels = {
    LANES,
    interleave,
    filter_reference,
    filter_distorted,
    filter_reference8,
    filter_distorted8,
    decimate,
    decimate8,
    measure_reference,
    reference_information,
    measure_distorted,
    distorted_information,
    logarithms,
};
