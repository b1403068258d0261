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

KERNEL void filter(const uint32_t *const *pairs, const ck_vif_taps *taps, ptrdiff_t columns,
                   int depth, ck_vif_planes planes) {
  const u32v half = splat(1u << (depth - 1));
  for (ptrdiff_t x = 0; x < columns; x += 2) {
    u32v even[2], odd[2];  // even and odd row, of both columns
    UNROLL for (int c = 0; c < 2; c++) {
      even[c] = odd[c] = half;
      UNROLL for (int k = 0; k < 3; k++) {
        const u32v pair = load(pairs[k] + (x + c) * LANES);
        even[c] = dot2(even[c], pair, splat(taps->even[k]));
        odd[c] = dot2(odd[c], pair, splat(taps->odd[k]));
      }
      even[c] = shift_signed(even[c], depth);
      odd[c] = shift_signed(odd[c], depth);
    }
    uint32_t *out = planes.base + x / 2 * LANES;
    store(out, pack_high(even[0] << 15, even[1] << 15));
    store(out + planes.plane, pack_low(even[0] & 1, even[1] & 1));
    store(out + planes.row, pack_high(odd[0] << 15, odd[1] << 15));
    store(out + planes.row + planes.plane, pack_low(odd[0] & 1, odd[1] & 1));
  }
}

// |(sum w*y + 2^15) >> 16| of y = 2 a + b is |(sum w*a + ((sum w*b + 2^15) >> 1)) >> 15|, whose
// terms fit 32 bits.
INLINE i32v absolute_value(u32v a, u32v b) {
  return (i32v)__builtin_elementwise_abs((i32v)shift_signed(a + (b >> 1), 15));
}

KERNEL uint64_t absolute_sum(const uint32_t *planes, ptrdiff_t plane, const ck_vif_taps *taps,
                             ck_vif_extent extent) {
  i32v sum = (i32v){};  // at most 2^17 for each column
  for (ptrdiff_t x = 0; x < extent.strip; x += 2) {
    u32v a[2] = {splat(0), splat(0)}, b[2] = {splat(0x8000), splat(0x8000)};
    UNROLL for (int k = 0; k < 3; k++) {
      const uint32_t *p = planes + (x / 2 + k) * LANES;
      const u32v high = load(p), last = load(p + plane);
      const u32v even = splat(taps->even[k]), odd = splat(taps->odd[k]);
      a[0] = dot2(a[0], high, even), a[1] = dot2(a[1], high, odd);
      b[0] = dot2(b[0], last, even), b[1] = dot2(b[1], last, odd);
    }
    sum += keep_lanes(lanes_inside(extent, x), absolute_value(a[0], b[0]));
    sum += keep_lanes(lanes_inside(extent, x + 1), absolute_value(a[1], b[1]));
  }
  return (uint64_t)sum32(sum);
}

static const ck_motion_kernels kernels = {
    LANES, difference8, difference16, interleave, filter, absolute_sum,
};
