// Row kernels of integer motion, in the layout of vif.h.
#ifndef CKERNELS_MOTION_H
#define CKERNELS_MOTION_H

#include <stddef.h>
#include <stdint.h>

#include "vif.h"

typedef struct {
  int lanes;

  // previous - current of one row.
  void (*_Nonnull difference8)(const uint8_t *_Nonnull previous,
                               const uint8_t *_Nonnull current, ptrdiff_t width,
                               int16_t *_Nonnull row);
  // The same of samples of 9 to 15 bits.
  void (*_Nonnull difference16)(const uint16_t *_Nonnull previous,
                                const uint16_t *_Nonnull current, ptrdiff_t width,
                                int16_t *_Nonnull row);

  // Cuts two rows into strips, as in vif.h.
  void (*_Nonnull interleave)(const uint16_t *_Nonnull upper, const uint16_t *_Nonnull lower,
                              ptrdiff_t strip, ptrdiff_t count, uint32_t *_Nonnull pairs);

  // The vertical window of two rows, whose results of 17 bits go to two planes each: high halves
  // and signed low halves. Returns zero if all high halves are zero, as for moderate differences.
  uint32_t (*_Nonnull filter)(const uint32_t *_Nonnull const *_Nonnull pairs,
                              const ck_vif_taps *_Nonnull taps, ptrdiff_t columns, int depth,
                              ck_vif_planes planes);

  // The horizontal window of one row, and the sum of its absolute values. `any_high` is what
  // `filter` returned.
  uint64_t (*_Nonnull absolute_sum)(const uint32_t *_Nonnull planes, ptrdiff_t plane,
                                    const ck_vif_taps *_Nonnull taps, ck_vif_extent extent,
                                    uint32_t any_high);
} ck_motion_kernels;

// The kernels of an instruction set, or NULL where this build has none.
const ck_motion_kernels *_Nullable ck_motion_avx512(void);
const ck_motion_kernels *_Nullable ck_motion_avx2(void);
const ck_motion_kernels *_Nullable ck_motion_neon(void);

#endif
