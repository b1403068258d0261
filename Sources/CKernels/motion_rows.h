// The row kernels of integer motion, written once for all instruction sets.
#include "vif_strips.h"

KERNEL void difference8(const uint8_t *previous, const uint8_t *current, ptrdiff_t width,
                        int16_t *row) {
  for (ptrdiff_t x = 0; x < width; x++) row[x] = (int16_t)(previous[x] - current[x]);
}

KERNEL void difference16(const uint16_t *previous, const uint16_t *current, ptrdiff_t width,
                         int16_t *row) {
  for (ptrdiff_t x = 0; x < width; x++) row[x] = (int16_t)(previous[x] - current[x]);
}

KERNEL uint32_t filter(const uint32_t *const *pairs, const ck_vif_taps *taps, ptrdiff_t columns,
                       int depth, ck_vif_planes planes) {
  const u32v half = splat(1u << (depth - 1));
  u32v all_high = splat(0);
  for (ptrdiff_t x = 0; x < columns; x += 2) {
    u32v y[2][2];  // even and odd row, even and odd column
    UNROLL for (int c = 0; c < 2; c++) {
      y[0][c] = y[1][c] = half;
      UNROLL for (int k = 0; k < 3; k++) {
        const u32v pair = load(pairs[k] + (x + c) * LANES);
        y[0][c] = dot2(y[0][c], pair, splat((uint32_t)taps->even[k]));
        y[1][c] = dot2(y[1][c], pair, splat((uint32_t)taps->odd[k]));
      }
    }
    UNROLL for (int r = 0; r < 2; r++) {
      const u32v even = shift_signed(y[r][0], depth), odd = shift_signed(y[r][1], depth);
      // A signed low half borrows from the high one.
      const u32v high = pack_high(even + 0x8000, odd + 0x8000);
      uint32_t *out = planes.base + r * planes.row + x / 2 * LANES;
      store(out, high);
      store(out + planes.plane, pack_low(even, odd));
      all_high |= high;
    }
  }
  uint32_t any = 0;
  for (int lane = 0; lane < LANES; lane++) any |= all_high[lane];
  return any;
}

// The window sums at one column are those of 16-bit halves, y = 2^16 h + l with a signed l:
// (sum w*y + 2^15) >> 16 is sum w*h + ((sum w*l + 2^15) >> 16).
INLINE uint64_t sum_row(const uint32_t *planes, ptrdiff_t plane, const ck_vif_taps *taps,
                        ck_vif_extent extent, int has_high) {
  i32v sum = (i32v){};  // at most 2^16 for each column
  for (ptrdiff_t x = 0; x < extent.strip; x += 2) {
    u32v h[2] = {splat(0), splat(0)}, l[2] = {splat(0x8000), splat(0x8000)};
    UNROLL for (int k = 0; k < 3; k++) {
      const uint32_t *p = planes + (x / 2 + k) * LANES;
      const u32v even = splat((uint32_t)taps->even[k]), odd = splat((uint32_t)taps->odd[k]);
      const u32v low = load(p + plane);
      l[0] = dot2(l[0], low, even), l[1] = dot2(l[1], low, odd);
      if (!has_high) continue;
      const u32v high = load(p);
      h[0] = dot2(h[0], high, even), h[1] = dot2(h[1], high, odd);
    }
    UNROLL for (int c = 0; c < 2; c++) {
      const i32v value = (i32v)(h[c] + shift_signed(l[c], 16));
      sum += keep_lanes(lanes_inside(extent, x + c), __builtin_elementwise_abs(value));
    }
  }
  return (uint64_t)sum32(sum);
}

KERNEL uint64_t absolute_sum(const uint32_t *planes, ptrdiff_t plane, const ck_vif_taps *taps,
                             ck_vif_extent extent, uint32_t any_high) {
  if (any_high) return sum_row(planes, plane, taps, extent, 1);
  return sum_row(planes, plane, taps, extent, 0);
}

static const ck_motion_kernels kernels = {
    LANES, difference8, difference16, interleave, filter, absolute_sum,
};
