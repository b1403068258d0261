// VIF row kernels: the window along the row, variances, and the sums of logarithms.
#ifndef CKERNELS_VIF_STATISTICS_H
#define CKERNELS_VIF_STATISTICS_H

#include "vif_strips.h"

// MARK: - Horizontal window and variances

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

// E[xy] in Q16, less the product of the means. The window sum of 32-bit values v is taken of
// their halves, v = 2^16 h + l with a signed l, and (sum w*v + 2^15) >> 16 is
// sum w*h + ((sum w*l + 2^15) >> 16).
INLINE i32v covariance(u32v high, u32v low, u32v mean1, u32v mean2) {
  return (i32v)(high + shift_signed(low, 16) - multiply_means(mean1, mean2));
}
#define SUM_LOW_START 0x8000u  // the rounding

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

#endif
