// VIF row kernels: the window down the columns, four rows at a time.
#ifndef CKERNELS_VIF_VERTICAL_H
#define CKERNELS_VIF_VERTICAL_H

#include "vif_strips.h"

// MARK: - Vertical window, 16-bit samples
//
// Squares and products have 32 bits and are cut in two halves, centred on zero by flipping the
// uppermost bit.

#define LOW_START 0x80008000u  // HIGH_START and the rounding of the 16 bits that are dropped

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

#endif
