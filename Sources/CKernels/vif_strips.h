// What row kernels in the layout of vif.h have in common, on top of the vector operations.
#ifndef CKERNELS_VIF_STRIPS_H
#define CKERNELS_VIF_STRIPS_H

#define SIGN_HALVES 0x80008000u  // toggles a 16-bit value between unsigned and centred on zero

INLINE u32v load(const uint32_t *p) { return *(const u32v *)p; }
INLINE void store(uint32_t *p, u32v v) { *(u32v *)p = v; }
INLINE u32v splat(uint32_t x) { return (u32v){} + x; }
INLINE u32v shift_signed(u32v v, int count) { return (u32v)((i32v)v >> count); }

// Two columns of a row as a vector of pairs: the high halves of both values.
INLINE u32v pack_high(u32v even, u32v odd) { return even >> 16 | (odd & 0xffff0000u); }
// The same of the low halves.
INLINE u32v pack_low(u32v even, u32v odd) { return (even & 0xffffu) | odd << 16; }

// Adds a pair's products to the sums of some of four outputs.
INLINE void add_product(u32v sums[4], u32v pair, const int32_t *weights, int from, int to) {
  for (int i = from; i < to; i++) sums[i] = dot2(sums[i], pair, splat((uint32_t)weights[i]));
}

// Where sums of 16-bit halves centred on zero start, so that they end as those of unsigned
// halves: weights sum to 2^16, so 2^31 is missing.
#define HIGH_START 0x80000000u

// MARK: - Strips

KERNEL void interleave(const uint16_t *upper, const uint16_t *lower, ptrdiff_t strip,
                       ptrdiff_t count, uint32_t *pairs) {
  for (ptrdiff_t x = 0; x < count; x += LANES) {
    u32v block[LANES];
    UNROLL for (int lane = 0; lane < LANES; lane++) {
      block[lane] = widen(upper + lane * strip + x) | widen(lower + lane * strip + x) << 16;
    }
    transpose(block);
    UNROLL for (int i = 0; i < LANES; i++) store(pairs + (x + i) * LANES, block[i]);
  }
}

// The lanes whose strips have a column `x` inside the picture.
INLINE uint32_t lanes_inside(ck_vif_extent extent, ptrdiff_t x) {
  const ptrdiff_t whole = extent.width / extent.strip;
  const ptrdiff_t rest = extent.width - whole * extent.strip;
  return (uint32_t)((1ull << (whole + (x < rest))) - 1);
}

#endif
