// Row kernels of ADM. The caller schedules the rows; a kernel computes one row of one scale.
//
// Row buffers start at multiples of 64 bytes, with at least 64 readable bytes before the first
// element and room for 64 elements after the last one: kernels work on whole vectors and leave
// unspecified values outside the columns asked for. Bands hold 16-bit values at scale 0 and
// 32-bit values at scales 1 to 3.
#ifndef CKERNELS_ADM_H
#define CKERNELS_ADM_H

#include <stdint.h>

// One sum per detail band.
typedef struct {
  int64_t h, v, d;
} ck_adm_sums;

// One row of each detail band.
typedef struct {
  void *_Nullable h, *_Nullable v, *_Nullable d;
} ck_adm_detail;

// One output row of the wavelet, of the columns [first, last).
typedef struct {
  const void *_Nonnull rows[4];   // the input rows under the four taps
  int32_t width;                  // elements in an input row
  int32_t first, last;            // the output columns wanted
  int32_t bit_depth;              // of samples; unused after scale 0
  int16_t *_Nonnull lines[4];     // rows between the passes, each as long as an input row
  void *_Nonnull a;               // out: low-pass in both directions
  ck_adm_detail detail;           // out
} ck_adm_wavelet;

// What one gain limit makes of a row.
typedef struct {
  double gain_limit;              // at least 1
  ck_adm_detail restored;         // out
  int32_t *_Nonnull neighbour;    // out: the thirtieths of the weighted additive detail
  int32_t *_Nonnull centre;       // out: the fifteenths
  // The same with the parts in swapped roles, for AIM; not computed if `additive.h` is null.
  ck_adm_detail additive;                 // out
  int32_t *_Nullable restored_neighbour;  // out
  int32_t *_Nullable restored_centre;     // out
} ck_adm_outcome;

// One row of decoupling and weighting, of the columns [first, last) of `width`.
typedef struct {
  ck_adm_detail reference, distorted;
  int32_t width;
  int32_t first, last;
  int32_t weight_hv, weight_d;
  int32_t outcome_count;
  ck_adm_outcome *_Nonnull outcomes;
} ck_adm_decoupling;

// One row of the pooled window, of the columns [first, last).
typedef struct {
  ck_adm_detail detail;
  const int32_t *_Nonnull neighbours[3];  // the rows above, here and below
  const int32_t *_Nonnull centre;
  const int32_t *_Nonnull mask;           // -1 in the window's columns, else 0
  int32_t first, last;
  int32_t weight_hv, weight_d;
  int32_t shift_hv, shift_d;              // of each cube
} ck_adm_pooling;

// One row of the denominator, of the columns [first, last).
typedef struct {
  ck_adm_detail detail;
  const int32_t *_Nonnull mask;
  int32_t first, last;
  int32_t square_shift, shift;            // unused at scale 0
} ck_adm_cubes;

// The kernels of one instruction set. A digit is the size of the elements in bits.
typedef struct {
  // Scale 0, from samples of 8 or of more bits.
  void (*_Nonnull wavelet_u8)(const ck_adm_wavelet *_Nonnull);
  void (*_Nonnull wavelet_u16)(const ck_adm_wavelet *_Nonnull);
  // Scales 1 to 3, from the band a of the scale before.
  void (*_Nonnull wavelet_1)(const ck_adm_wavelet *_Nonnull);
  void (*_Nonnull wavelet_2)(const ck_adm_wavelet *_Nonnull);
  void (*_Nonnull wavelet_3)(const ck_adm_wavelet *_Nonnull);
  void (*_Nonnull decouple_16)(const ck_adm_decoupling *_Nonnull);
  void (*_Nonnull decouple_32)(const ck_adm_decoupling *_Nonnull);
  ck_adm_sums (*_Nonnull pool_16)(const ck_adm_pooling *_Nonnull);
  ck_adm_sums (*_Nonnull pool_32)(const ck_adm_pooling *_Nonnull);
  ck_adm_sums (*_Nonnull cubes_16)(const ck_adm_cubes *_Nonnull);
  ck_adm_sums (*_Nonnull cubes_32)(const ck_adm_cubes *_Nonnull);
} ck_adm_kernels;

// Null where the set does not exist on this architecture.
const ck_adm_kernels *_Nullable ck_adm_kernels_avx2(void);
const ck_adm_kernels *_Nullable ck_adm_kernels_avx512(void);
const ck_adm_kernels *_Nullable ck_adm_kernels_neon(void);

#endif
