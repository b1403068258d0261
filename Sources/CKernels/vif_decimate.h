// VIF row kernels: the rows of the next scale. Only pixels that survive the decimation are
// computed.
#ifndef CKERNELS_VIF_DECIMATE_H
#define CKERNELS_VIF_DECIMATE_H

#include "vif_vertical.h"

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

#endif
