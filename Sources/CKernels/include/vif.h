// Row kernels of integer visual information fidelity (VIF), one table of functions for each
// instruction set.
//
// Layout. A picture row of `width` samples is cut into `lanes` strips of `strip` columns each;
// vector lane l walks along strip l. So neighbouring columns are neighbouring vectors, a window
// along the row is computed like one down the columns, and no kernel needs a shuffle or an
// unaligned load. Strips carry copies of their neighbours' first and last columns: `radius`
// columns on either side.
//
// Samples come in pairs, because the multiplier takes them so: a 32-bit lane holds two 16-bit
// values, low half first. In `pairs` these are the samples of two rows at one column, in a plane
// they are two neighbouring columns of one row.
#ifndef CKERNELS_VIF_H
#define CKERNELS_VIF_H

#include <stddef.h>
#include <stdint.h>

// A window as dot products of two samples with two weights. Outputs come in twos as well: the
// even one and the odd one after it read the same pairs.
typedef struct {
  int count;         // dot products of each output
  int32_t pair[12];  // the pair that each of them reads, counted from the first
  int32_t even[12];  // its two weights for the even output, low half first
  int32_t odd[12];   // its two weights for the odd output
} ck_vif_taps;

// What the window down the columns leaves of two or four rows. Each row has some planes, one
// after the other: mean, mean square (high part, low part) and, of a distorted picture, mean
// product with the reference (high part, low part).
typedef struct {
  uint32_t *_Nonnull base;
  ptrdiff_t row;    // from one row to the next
  ptrdiff_t plane;  // from one plane to the next
} ck_vif_planes;

// What the statistics of a row of the reference leave for its distorted pictures.
typedef struct {
  uint32_t *_Nonnull mean;     // Q24 for 8-bit samples, one vector for each column
  uint16_t *_Nonnull busy;     // a bit for each lane: its variance is 2.0 or more
  int32_t *_Nonnull variance;  // Q16, of the busy pixels alone, without gaps
} ck_vif_reference_row;

// The number of columns of a strip and of samples in a row.
typedef struct {
  ptrdiff_t strip;  // even
  ptrdiff_t width;
} ck_vif_extent;

typedef struct {
  int lanes;

  // Cuts two rows of 16-bit words into strips: word `x` of strip `l` is word `l * strip + x` of
  // the rows. `count` words of each strip are written, and up to `lanes - 1` more.
  void (*_Nonnull interleave)(const uint16_t *_Nonnull upper, const uint16_t *_Nonnull lower,
                              ptrdiff_t strip, ptrdiff_t count, uint32_t *_Nonnull pairs);

  // The vertical window of two rows of the reference; `pairs` has an entry for each tap.
  void (*_Nonnull filter_reference)(const uint32_t *_Nonnull const *_Nonnull pairs,
                                    const ck_vif_taps *_Nonnull taps, ptrdiff_t columns,
                                    ck_vif_planes planes);

  // The vertical window of two rows of a distorted picture.
  void (*_Nonnull filter_distorted)(const uint32_t *_Nonnull const *_Nonnull reference,
                                    const uint32_t *_Nonnull const *_Nonnull pairs,
                                    const ck_vif_taps *_Nonnull taps, ptrdiff_t columns,
                                    ck_vif_planes planes);

  // The same of four rows of 8-bit samples. Here a 16-bit word has the samples of two columns,
  // centred on zero (see ck_vif_centre8), and `pairs` holds one entry more than there are taps.
  // `sums` are the reference's weighted sums: one vector for each column of each row.
  void (*_Nonnull filter_reference8)(const uint32_t *_Nonnull const *_Nonnull pairs,
                                     const ck_vif_taps *_Nonnull taps, ptrdiff_t columns,
                                     ck_vif_planes planes, uint32_t *_Nonnull sums);
  void (*_Nonnull filter_distorted8)(const uint32_t *_Nonnull const *_Nonnull reference,
                                     const uint32_t *_Nonnull const *_Nonnull pairs,
                                     const ck_vif_taps *_Nonnull taps, ptrdiff_t columns,
                                     ck_vif_planes planes, const uint32_t *_Nonnull sums);

  // One row of the next scale: both windows around every other pixel. `row` needs room for
  // `columns / 2` vectors.
  void (*_Nonnull decimate)(const uint32_t *_Nonnull const *_Nonnull pairs,
                            const ck_vif_taps *_Nonnull taps, ptrdiff_t columns,
                            ptrdiff_t strip, uint32_t *_Nonnull row, uint16_t *_Nonnull out);

  void (*_Nonnull decimate8)(const uint32_t *_Nonnull const *_Nonnull pairs,
                             const ck_vif_taps *_Nonnull taps, ptrdiff_t columns,
                             ptrdiff_t strip, uint32_t *_Nonnull row, uint16_t *_Nonnull out);

  // The horizontal window and the variance of one row of the reference. Returns the number of
  // busy pixels.
  ptrdiff_t (*_Nonnull measure_reference)(const uint32_t *_Nonnull planes, ptrdiff_t plane,
                                          const ck_vif_taps *_Nonnull taps,
                                          ck_vif_extent extent, ck_vif_reference_row row);

  // The sum of the logarithms of `count` busy pixels of the reference, relative to flat ones.
  int64_t (*_Nonnull reference_information)(const int32_t *_Nonnull variance, ptrdiff_t count);

  // The horizontal window, variance and covariance of one row of a distorted picture. Keeps
  // those of busy pixels, without gaps, and returns the sum of the variances of the others.
  int64_t (*_Nonnull measure_distorted)(const uint32_t *_Nonnull planes, ptrdiff_t plane,
                                        const ck_vif_taps *_Nonnull taps,
                                        ck_vif_extent extent, ck_vif_reference_row row,
                                        int32_t *_Nonnull variance,
                                        int32_t *_Nonnull covariance);

  // Adds the logarithms of `count` busy pixels of a distorted picture to a sum for each of
  // `limits` gain limits.
  void (*_Nonnull distorted_information)(const int32_t *_Nonnull variance1,
                                         const int32_t *_Nonnull variance2,
                                         const int32_t *_Nonnull covariance, ptrdiff_t count,
                                         const double *_Nonnull limit, ptrdiff_t limits,
                                         int64_t *_Nonnull sums);

  // The fractional part of the logarithm table, for tests: entry `i` belongs to 32768 + i.
  void (*_Nonnull logarithms)(int32_t *_Nonnull table);
} ck_vif_kernels;

// The kernels of an instruction set, or NULL where this build has none.
const ck_vif_kernels *_Nullable ck_vif_avx512(void);
const ck_vif_kernels *_Nullable ck_vif_avx2(void);
const ck_vif_kernels *_Nullable ck_vif_neon(void);

// Copies a row of 8-bit samples and makes them signed: 0 becomes -128.
void ck_vif_centre8(const uint8_t *_Nonnull samples, ptrdiff_t width, uint8_t *_Nonnull row);

// Copies a row of samples to 16-bit words, shifted left to have 16 significant bits. All depths
// give the same results as 16-bit samples so scaled.
void ck_vif_widen16(const uint16_t *_Nonnull samples, ptrdiff_t width, int shift,
                    uint16_t *_Nonnull row);

#endif
