// The sums of ADM: masked cubes of a row for the numerator, cubes of a row for the denominator.
// Part of `adm_rows.h`.

// The masking threshold of a block: eight neighbours and the centre.
INLINE V threshold(const ck_adm_pooling *job, int32_t j) {
  const int32_t *const f0 = job->neighbours[0] + j, *const f1 = job->neighbours[1] + j;
  const int32_t *const f2 = job->neighbours[2] + j;
  const V left = v_add32(v_add32(v_load(f0 - 1), v_load(f1 - 1)), v_load(f2 - 1));
  const V right = v_add32(v_add32(v_load(f0 + 1), v_load(f1 + 1)), v_load(f2 + 1));
  const V middle = v_add32(v_add32(v_load(f0), v_load(f2)), v_load(job->centre + j));
  return v_add32(v_add32(left, right), middle);
}

// A sum of cubes in two vectors of 64-bit lanes.
typedef struct {
  V even, odd;
  V square_half, half, shift;
  int square_shift, bias_shift;
} cube_sum;

// The bias makes every summand positive, so that a logical shift divides it; it is a multiple of
// 2^shift and leaves the sum in `total`.
#define BIAS (1LL << 62)

INLINE cube_sum make_cube_sum(int square_shift, int shift) {
  cube_sum c = {v_set32(0), v_set32(0), v_set64(1LL << (square_shift - 1)),
                v_set64(BIAS + (1LL << (shift - 1))), v_set64(shift), square_shift, shift};
  return c;
}

INLINE V cube(V x, const cube_sum *c) {
  const V square = v_srl64(v_add64(v_mul_unsigned(x, x), c->square_half), c->square_shift);
  return v_srlv64(v_add64(v_mul_signed(square, x), c->half), c->shift);
}

// Adds the cubes of 32-bit lanes 0 <= x; the square is taken as a signed 32-bit number.
INLINE void add_cubes(cube_sum *c, V x) {
  c->even = v_add64(c->even, cube(x, c));
  c->odd = v_add64(c->odd, cube(v_odd(x), c));
}

INLINE int64_t total(const cube_sum *c, int32_t count) {
  const uint64_t bias = (uint64_t)(BIAS >> c->bias_shift) * (uint64_t)count;
  return (int64_t)((uint64_t)v_sum64(v_add64(c->even, c->odd)) - bias);
}

INLINE V excess(V x, V threshold, V mask) {
  return v_and(v_max32(v_sub32(v_abs32(x), threshold), v_set32(0)), mask);
}

KERNEL ck_adm_sums pool_16(const ck_adm_pooling *job) {
  const int16_t *const h = job->detail.h, *const v = job->detail.v, *const d = job->detail.d;
  const V weight_hv = v_set32(job->weight_hv), weight_d = v_set32(job->weight_d);
  cube_sum ch = make_cube_sum(29, job->shift_hv), cv = ch, cd = make_cube_sum(30, job->shift_d);
  int32_t count = 0;
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES, count += LANES) {
    const V mask = v_load(job->mask + j), thr = threshold(job, j);
    const V thr_hv = v_sll32(thr, 10);
    // Above 2^19 the d band, whose products are below 2^31, is masked anyway.
    const V thr_d = v_sll32(v_min32(thr, v_set32((1 << 19) - 1)), 12);
    add_cubes(&ch, excess(v_mullo32(v_load_i16(h + j), weight_hv), thr_hv, mask));
    add_cubes(&cv, excess(v_mullo32(v_load_i16(v + j), weight_hv), thr_hv, mask));
    add_cubes(&cd, excess(v_mullo32(v_load_i16(d + j), weight_d), thr_d, mask));
  }
  return (ck_adm_sums){total(&ch, count), total(&cv, count), total(&cd, count)};
}

KERNEL ck_adm_sums pool_32(const ck_adm_pooling *job) {
  const int32_t *const h = job->detail.h, *const v = job->detail.v, *const d = job->detail.d;
  const V weight_hv = v_set64(job->weight_hv), weight_d = v_set64(job->weight_d);
  cube_sum ch = make_cube_sum(30, job->shift_hv), cv = ch, cd = make_cube_sum(30, job->shift_d);
  int32_t count = 0;
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES, count += LANES) {
    const V mask = v_load(job->mask + j), thr = threshold(job, j);
    add_cubes(&ch, excess(weighted32(v_load(h + j), weight_hv), thr, mask));
    add_cubes(&cv, excess(weighted32(v_load(v + j), weight_hv), thr, mask));
    add_cubes(&cd, excess(weighted32(v_load(d + j), weight_d), thr, mask));
  }
  return (ck_adm_sums){total(&ch, count), total(&cv, count), total(&cd, count)};
}

// MARK: - Denominator

INLINE int64_t cubes_of_row16(const int16_t *x, const ck_adm_cubes *job) {
  V even = v_set32(0), odd = even;
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES) {
    const V magnitude = v_abs32(v_and(v_load_i16(x + j), v_load(job->mask + j)));
    const V square = v_mullo32(magnitude, magnitude);
    even = v_add64(even, v_mul_unsigned(square, magnitude));
    odd = v_add64(odd, v_mul_unsigned(v_odd(square), v_odd(magnitude)));
  }
  return v_sum64(v_add64(even, odd));
}

KERNEL ck_adm_sums cubes_16(const ck_adm_cubes *job) {
  return (ck_adm_sums){cubes_of_row16(job->detail.h, job), cubes_of_row16(job->detail.v, job),
                       cubes_of_row16(job->detail.d, job)};
}

INLINE V cube_of_magnitude(V x, V unit, V half, const ck_adm_cubes *job) {
  const V square = v_srl64(v_add64(v_mul_unsigned(x, x), unit), job->square_shift);
  return v_srl64(v_add64(v_mul_unsigned(square, x), half), job->shift);
}

INLINE int64_t cubes_of_row32(const int32_t *x, const ck_adm_cubes *job) {
  V even = v_set32(0), odd = even;
  // A whole unit, not half of one, is added before the first shift, as upstream does.
  const V unit = v_set64(1LL << job->square_shift), half = v_set64(1LL << (job->shift - 1));
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES) {
    const V magnitude = v_abs32(v_and(v_load(x + j), v_load(job->mask + j)));
    even = v_add64(even, cube_of_magnitude(magnitude, unit, half, job));
    odd = v_add64(odd, cube_of_magnitude(v_odd(magnitude), unit, half, job));
  }
  return v_sum64(v_add64(even, odd));
}

KERNEL ck_adm_sums cubes_32(const ck_adm_cubes *job) {
  return (ck_adm_sums){cubes_of_row32(job->detail.h, job), cubes_of_row32(job->detail.v, job),
                       cubes_of_row32(job->detail.d, job)};
}
