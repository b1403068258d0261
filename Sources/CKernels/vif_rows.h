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

// MARK: - Vertical window

// The moments of one column: the mean with 16 fractional bits, centred on zero and rounded up by
// half; the mean product, an unsigned number.
typedef struct {
  u32v mean, square, product;
} column;

// sum w*x*y over the window, rounded to 16 bits less, from the sums of the high and low halves
// of the products. Both halves are centred on zero; weights sum to 2^16, so that takes 2^31.
INLINE u32v mean_product(u32v high, u32v low) { return high + (low >> 16); }
#define HIGH_START 0x80000000u
#define LOW_START 0x80008000u  // with the rounding

INLINE void store_moment(uint32_t *out, ptrdiff_t plane, u32v even, u32v odd) {
  // A signed low half borrows from the high one, which is then centred on zero.
  store(out, pack_high(even + SIGN_HALVES, odd + SIGN_HALVES));
  store(out + plane, pack_low(even, odd));
}

INLINE void reference_column(const uint32_t *const *pairs, const ck_vif_taps *taps, ptrdiff_t x,
                             column *even, column *odd) {
  const u32v sign = splat(SIGN_HALVES);
  u32v me = splat(0x8000), mo = me;
  u32v he = splat(HIGH_START), ho = he, le = splat(LOW_START), lo = le;
  ROLLED for (int k = 0; k < taps->count; k++) {
    const u32v r = load(pairs[k] + x * LANES);
    const u32v we = splat(taps->even[k]), wo = splat(taps->odd[k]);
    const u32v centred = r ^ sign;
    me = dot2(me, centred, we), mo = dot2(mo, centred, wo);
    const u32v high = multiply_high(r, r) ^ sign, low = multiply_low(r, r) ^ sign;
    he = dot2(he, high, we), ho = dot2(ho, high, wo);
    le = dot2(le, low, we), lo = dot2(lo, low, wo);
  }
  *even = (column){.mean = me, .square = mean_product(he, le)};
  *odd = (column){.mean = mo, .square = mean_product(ho, lo)};
}

KERNEL void filter_reference(const uint32_t *const *pairs, const ck_vif_taps *taps,
                             ptrdiff_t columns, ck_vif_planes planes) {
  const ptrdiff_t plane = planes.plane;
  for (ptrdiff_t x = 0; x < columns; x += 2) {
    column a[2], b[2];  // even and odd row, of both columns
    reference_column(pairs, taps, x, &a[0], &b[0]);
    reference_column(pairs, taps, x + 1, &a[1], &b[1]);
    uint32_t *even = planes.base + x / 2 * LANES, *odd = even + planes.row;
    store(even, pack_high(a[0].mean, a[1].mean));
    store_moment(even + plane, plane, a[0].square, a[1].square);
    store(odd, pack_high(b[0].mean, b[1].mean));
    store_moment(odd + plane, plane, b[0].square, b[1].square);
  }
}

INLINE void distorted_column(const uint32_t *const *reference, const uint32_t *const *pairs,
                             const ck_vif_taps *taps, ptrdiff_t x, column *even, column *odd) {
  const u32v sign = splat(SIGN_HALVES);
  u32v me = splat(0x8000), mo = me;
  u32v he = splat(HIGH_START), ho = he, le = splat(LOW_START), lo = le;
  u32v xhe = he, xho = he, xle = le, xlo = le;
  ROLLED for (int k = 0; k < taps->count; k++) {
    const u32v r = load(reference[k] + x * LANES), d = load(pairs[k] + x * LANES);
    const u32v we = splat(taps->even[k]), wo = splat(taps->odd[k]);
    const u32v centred = d ^ sign;
    me = dot2(me, centred, we), mo = dot2(mo, centred, wo);
    const u32v high = multiply_high(d, d) ^ sign, low = multiply_low(d, d) ^ sign;
    he = dot2(he, high, we), ho = dot2(ho, high, wo);
    le = dot2(le, low, we), lo = dot2(lo, low, wo);
    const u32v xhigh = multiply_high(r, d) ^ sign, xlow = multiply_low(r, d) ^ sign;
    xhe = dot2(xhe, xhigh, we), xho = dot2(xho, xhigh, wo);
    xle = dot2(xle, xlow, we), xlo = dot2(xlo, xlow, wo);
  }
  *even = (column){me, mean_product(he, le), mean_product(xhe, xle)};
  *odd = (column){mo, mean_product(ho, lo), mean_product(xho, xlo)};
}

KERNEL void filter_distorted(const uint32_t *const *reference, const uint32_t *const *pairs,
                             const ck_vif_taps *taps, ptrdiff_t columns, ck_vif_planes planes) {
  const ptrdiff_t plane = planes.plane;
  for (ptrdiff_t x = 0; x < columns; x += 2) {
    column a[2], b[2];  // even and odd row, of both columns
    distorted_column(reference, pairs, taps, x, &a[0], &b[0]);
    distorted_column(reference, pairs, taps, x + 1, &a[1], &b[1]);
    uint32_t *even = planes.base + x / 2 * LANES, *odd = even + planes.row;
    store(even, pack_high(a[0].mean, a[1].mean));
    store_moment(even + plane, plane, a[0].square, a[1].square);
    store_moment(even + 3 * plane, plane, a[0].product, a[1].product);
    store(odd, pack_high(b[0].mean, b[1].mean));
    store_moment(odd + plane, plane, b[0].square, b[1].square);
    store_moment(odd + 3 * plane, plane, b[0].product, b[1].product);
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

// Adds the products of a pair of rows with the weights for four rows: the first two are as far
// from the pair as taps `k` say, the others are a pair further down. A pair outside the window
// of some rows leaves those out.
INLINE void add_pair(u32v sums[4], u32v x, const ck_vif_taps *taps, int k, int from, int to) {
  for (int r = from; r < to; r++) {
    const int32_t *weights = r & 1 ? taps->odd : taps->even;
    sums[r] = dot2(sums[r], x, splat(weights[r < 2 ? k : k - 1]));
  }
}

typedef struct {
  u32v mean[4], square[4];
} reference_sums8;

INLINE void add_reference8(reference_sums8 *s, const uint32_t *words, int column,
                           const ck_vif_taps *taps, int k, int from, int to) {
  const u32v r = unpack8(load(words), column);
  add_pair(s->mean, r, taps, k, from, to);
  add_pair(s->square, multiply_low(r, r), taps, k, from, to);
}

KERNEL void filter_reference8(const uint32_t *const *pairs, const ck_vif_taps *taps,
                              ptrdiff_t columns, ck_vif_planes planes, uint32_t *sums) {
  const int n = taps->count;
  for (ptrdiff_t x = 0; x < columns / 2; x++) {
    reference_sums8 s[2];
    UNROLL for (int c = 0; c < 2; c++) {
      UNROLL for (int r = 0; r < 4; r++) {
        s[c].mean[r] = splat(0);
        s[c].square[r] = splat(1u << 30);
      }
      add_reference8(&s[c], pairs[0] + x * LANES, c, taps, 0, 0, 2);
      ROLLED for (int k = 1; k < n; k++) {
        add_reference8(&s[c], pairs[k] + x * LANES, c, taps, k, 0, 4);
      }
      add_reference8(&s[c], pairs[n] + x * LANES, c, taps, n, 2, 4);
      UNROLL for (int r = 0; r < 4; r++) {
        store(sums + (r * columns + 2 * x + c) * LANES, s[c].mean[r]);
        s[c].square[r] += s[c].mean[r] << 8;
        s[c].mean[r] = (s[c].mean[r] + 128) << 8;
      }
    }
    UNROLL for (int r = 0; r < 4; r++) {
      uint32_t *out = planes.base + r * planes.row + x * LANES;
      store(out, pack_high(s[0].mean[r], s[1].mean[r]));
      store_moment(out + planes.plane, planes.plane, s[0].square[r], s[1].square[r]);
    }
  }
}

typedef struct {
  u32v mean[4], square[4], product[4];
} distorted_sums8;

INLINE void add_distorted8(distorted_sums8 *s, const uint32_t *reference, const uint32_t *words,
                           int column, const ck_vif_taps *taps, int k, int from, int to) {
  const u32v r = unpack8(load(reference), column), d = unpack8(load(words), column);
  add_pair(s->mean, d, taps, k, from, to);
  add_pair(s->square, multiply_low(d, d), taps, k, from, to);
  add_pair(s->product, multiply_low(r, d), taps, k, from, to);
}

KERNEL void filter_distorted8(const uint32_t *const *reference, const uint32_t *const *pairs,
                              const ck_vif_taps *taps, ptrdiff_t columns, ck_vif_planes planes,
                              const uint32_t *sums) {
  const int n = taps->count;
  for (ptrdiff_t x = 0; x < columns / 2; x++) {
    distorted_sums8 s[2];
    const ptrdiff_t i = x * LANES;
    UNROLL for (int c = 0; c < 2; c++) {
      UNROLL for (int r = 0; r < 4; r++) {
        s[c].mean[r] = splat(0);
        s[c].square[r] = s[c].product[r] = splat(1u << 30);
      }
      add_distorted8(&s[c], reference[0] + i, pairs[0] + i, c, taps, 0, 0, 2);
      ROLLED for (int k = 1; k < n; k++) {
        add_distorted8(&s[c], reference[k] + i, pairs[k] + i, c, taps, k, 0, 4);
      }
      add_distorted8(&s[c], reference[n] + i, pairs[n] + i, c, taps, n, 2, 4);
      UNROLL for (int r = 0; r < 4; r++) {
        const u32v mean1 = load(sums + (r * columns + 2 * x + c) * LANES);
        s[c].product[r] += (s[c].mean[r] + mean1) << 7;
        s[c].square[r] += s[c].mean[r] << 8;
        s[c].mean[r] = (s[c].mean[r] + 128) << 8;
      }
    }
    UNROLL for (int r = 0; r < 4; r++) {
      uint32_t *out = planes.base + r * planes.row + i;
      store(out, pack_high(s[0].mean[r], s[1].mean[r]));
      store_moment(out + planes.plane, planes.plane, s[0].square[r], s[1].square[r]);
      store_moment(out + 3 * planes.plane, planes.plane, s[0].product[r], s[1].product[r]);
    }
  }
}

// MARK: - Next scale

// The horizontal window around the even columns of a filtered row.
INLINE void decimate_row(const ck_vif_taps *taps, ptrdiff_t strip, uint32_t *row,
                         uint16_t *out) {
  for (ptrdiff_t x = 0; x < strip / 2; x++) {
    u32v sum = splat(0x80008000u);  // rounding, and back from centred to unsigned
    ROLLED for (int k = 0; k < taps->count; k++) {
      sum = dot2(sum, load(row + (x + taps->pair[k]) * LANES), splat(taps->even[k]));
    }
    store(row + x * LANES, sum >> 16);
  }
  join_strips(row, strip / 2, out);
}

KERNEL void decimate(const uint32_t *const *pairs, const ck_vif_taps *taps, ptrdiff_t columns,
                     ptrdiff_t strip, uint32_t *row, uint16_t *out) {
  const u32v sign = splat(SIGN_HALVES);
  for (ptrdiff_t x = 0; x < columns; x += 2) {
    u32v even = splat(0x8000), odd = even;
    ROLLED for (int k = 0; k < taps->count; k++) {
      const u32v weights = splat(taps->even[k]);
      even = dot2(even, load(pairs[k] + x * LANES) ^ sign, weights);
      odd = dot2(odd, load(pairs[k] + (x + 1) * LANES) ^ sign, weights);
    }
    store(row + x / 2 * LANES, pack_high(even, odd));
  }
  decimate_row(taps, strip, row, out);
}

KERNEL void decimate8(const uint32_t *const *pairs, const ck_vif_taps *taps, ptrdiff_t columns,
                      ptrdiff_t strip, uint32_t *row, uint16_t *out) {
  for (ptrdiff_t x = 0; x < columns / 2; x++) {
    u32v even = splat(128), odd = even;
    ROLLED for (int k = 0; k < taps->count; k++) {
      const u32v words = load(pairs[k] + x * LANES), weights = splat(taps->even[k]);
      even = dot2(even, unpack8(words, 0), weights);
      odd = dot2(odd, unpack8(words, 1), weights);
    }
    store(row + x * LANES, pack_high(even << 8, odd << 8));
  }
  decimate_row(taps, strip, row, out);
}

// MARK: - Horizontal window and variances

// E[xy] in Q16 from the sums of both halves, less the product of the means.
INLINE i32v covariance(u32v high, u32v low, u32v mean1, u32v mean2) {
  return (i32v)(high + shift_signed(low, 16) - multiply_means(mean1, mean2));
}
#define SUM_LOW_START 0x8000u

KERNEL ptrdiff_t measure_reference(const uint32_t *planes, ptrdiff_t plane,
                                   const ck_vif_taps *taps, ck_vif_extent extent,
                                   ck_vif_reference_row row) {
  ptrdiff_t busy = 0;
  for (ptrdiff_t x = 0; x < extent.strip; x += 2) {
    const uint32_t *p = planes + x / 2 * LANES;
    u32v m[2], h[2], l[2];  // even and odd column
    m[0] = m[1] = h[0] = h[1] = splat(HIGH_START);
    l[0] = l[1] = splat(SUM_LOW_START);
    ROLLED for (int k = 0; k < taps->count; k++) {
      const uint32_t *q = p + taps->pair[k] * LANES;
      const u32v we = splat(taps->even[k]), wo = splat(taps->odd[k]);
      const u32v mean = load(q), high = load(q + plane), low = load(q + 2 * plane);
      m[0] = dot2(m[0], mean, we), m[1] = dot2(m[1], mean, wo);
      h[0] = dot2(h[0], high, we), h[1] = dot2(h[1], high, wo);
      l[0] = dot2(l[0], low, we), l[1] = dot2(l[1], low, wo);
    }
    UNROLL for (int i = 0; i < 2; i++) {
      const i32v variance = covariance(h[i], l[i], m[i], m[i]);
      const uint32_t mask =
          lanes_not_below(variance, NOISE_VARIANCE) & lanes_inside(extent, x + i);
      store(row.mean + (x + i) * LANES, m[i]);
      row.busy[x + i] = (uint16_t)mask;
      busy += append_lanes(row.variance + busy, mask, variance);
    }
  }
  return busy;
}

KERNEL int64_t measure_distorted(const uint32_t *planes, ptrdiff_t plane,
                                 const ck_vif_taps *taps, ck_vif_extent extent,
                                 ck_vif_reference_row row, int32_t *variance2,
                                 int32_t *covariance12) {
  ptrdiff_t busy = 0;
  u64v flat = (u64v){};
  for (ptrdiff_t x = 0; x < extent.strip; x += 2) {
    const uint32_t *p = planes + x / 2 * LANES;
    u32v m[2], h[2], l[2], xh[2], xl[2];  // even and odd column
    m[0] = m[1] = h[0] = h[1] = xh[0] = xh[1] = splat(HIGH_START);
    l[0] = l[1] = xl[0] = xl[1] = splat(SUM_LOW_START);
    ROLLED for (int k = 0; k < taps->count; k++) {
      const uint32_t *q = p + taps->pair[k] * LANES;
      const u32v we = splat(taps->even[k]), wo = splat(taps->odd[k]);
      const u32v mean = load(q), high = load(q + plane), low = load(q + 2 * plane);
      m[0] = dot2(m[0], mean, we), m[1] = dot2(m[1], mean, wo);
      h[0] = dot2(h[0], high, we), h[1] = dot2(h[1], high, wo);
      l[0] = dot2(l[0], low, we), l[1] = dot2(l[1], low, wo);
      const u32v xhigh = load(q + 3 * plane), xlow = load(q + 4 * plane);
      xh[0] = dot2(xh[0], xhigh, we), xh[1] = dot2(xh[1], xhigh, wo);
      xl[0] = dot2(xl[0], xlow, we), xl[1] = dot2(xl[1], xlow, wo);
    }
    UNROLL for (int i = 0; i < 2; i++) {
      const u32v mean1 = load(row.mean + (x + i) * LANES);
      const i32v variance = at_least_zero(covariance(h[i], l[i], m[i], m[i]));
      const i32v product = covariance(xh[i], xl[i], mean1, m[i]);
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

// Units of 1/2048 bit between two numbers of that form.
INLINE i32v logarithm_ratio(u32v numerator, u32v denominator) {
  const i32v exponent = (i32v)(numerator >> 15) - (i32v)(denominator >> 15);
  return fraction_logarithm(numerator) - fraction_logarithm(denominator) + (exponent << 11);
}

KERNEL int64_t reference_information(const int32_t *variance, ptrdiff_t count) {
  i32v sum = (i32v){};
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const i32v s1 = (i32v)loadu((const uint32_t *)variance + i);
    const u32v x = exponent_and_mantissa(s1 + NOISE_VARIANCE);
    const i32v exponent = (i32v)(x >> 15) - (127 + 17);
    sum += keep_lanes(first_lanes(count - i), fraction_logarithm(x) + (exponent << 11));
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
    total[i] = truncate((limited * limited) * a) + *residue;
  }
}

INLINE void add_information(const int32_t *variance1, const int32_t *variance2,
                            const int32_t *covariance, ptrdiff_t count, const double *limit,
                            int limits, int64_t *sums) {
  i32v sum[2] = {{}, {}};
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const i32v s1 = (i32v)loadu((const uint32_t *)variance1 + i);
    const i32v s2 = (i32v)loadu((const uint32_t *)variance2 + i);
    const i32v s12 = (i32v)loadu((const uint32_t *)covariance + i);
    const uint32_t mask = lanes_positive(s12, s2) & first_lanes(count - i);
    f64v residue[2], total[2][2];
    split_information(lower(s1), lower(s2), lower(s12), limit, limits, &residue[0], total[0]);
    split_information(upper(s1), upper(s2), upper(s12), limit, limits, &residue[1], total[1]);
    const u32v n1 = upper_words(residue[0], residue[1]) >> 5;
    UNROLL for (int j = 0; j < limits; j++) {
      const u32v n2 = upper_words(total[0][j], total[1][j]) >> 5;
      sum[j] += keep_lanes(mask, logarithm_ratio(n2, n1));
    }
  }
  UNROLL for (int j = 0; j < limits; j++) sums[j] += sum32(sum[j]);
}

KERNEL void distorted_information(const int32_t *variance1, const int32_t *variance2,
                                  const int32_t *covariance, ptrdiff_t count,
                                  const double *limit, ptrdiff_t limits, int64_t *sums) {
  for (; limits >= 2; limits -= 2, limit += 2, sums += 2) {
    add_information(variance1, variance2, covariance, count, limit, 2, sums);
  }
  if (limits) add_information(variance1, variance2, covariance, count, limit, 1, sums);
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
