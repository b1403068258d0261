// The wavelet of ADM, one output row of all four bands. Part of `adm_rows.h`.

// The taps in pairs, as the 16-bit halves of 32-bit lanes.
#define PAIR(x, y) ((int32_t)((uint32_t)(x) & 0xFFFF) | (int32_t)((uint32_t)(y) << 16))
#define LOW_01 PAIR(15826, 27411)
#define LOW_23 PAIR(7345, -4240)
#define HIGH_01 PAIR(-4240, -7345)
#define HIGH_23 PAIR(27411, -15826)
#define LOW_SUM 46342

// Sets the columns that the taps read beyond both ends of a line.
INLINE void extend_line(int16_t *line, int32_t width) {
  line[-1] = line[1];
  line[width] = line[width - 1];
  line[width + 1] = line[width - 2];
}

// The input columns under the outputs [first, last).
typedef struct {
  int32_t first, last;
} span;

INLINE span input_span(const ck_adm_wavelet *job) {
  span s = {job->first > 0 ? 2 * job->first - 1 : 0, 2 * job->last + 1};
  if (s.last > job->width) s.last = job->width;
  return s;
}

// Both filters over two interleaved pairs of rows or columns.
INLINE V dot_low(V start, V x01, V x23) {
  return v_dot(v_dot(start, x01, v_set32(LOW_01)), x23, v_set32(LOW_23));
}
INLINE V dot_high(V start, V x01, V x23) {
  return v_dot(v_dot(start, x01, v_set32(HIGH_01)), x23, v_set32(HIGH_23));
}

// Samples of one row as 16-bit lanes. Deeper samples are centred on zero here, so that 16 bits
// hold them; 8-bit samples are centred by the constant of the low filter.
INLINE V load_samples(const void *row, int32_t x, int bytes, V centre) {
  if (bytes == 1) return v_load_u8((const uint8_t *)row + x);
  return v_sub16(v_load((const uint16_t *)row + x), centre);
}

INLINE void wavelet_samples(const ck_adm_wavelet *job, int bytes) {
  int16_t *const low = job->lines[0], *const high = job->lines[1];
  const int32_t depth = bytes == 1 ? 8 : job->bit_depth, half = 1 << (depth - 1);
  const V centre = v_set16(half), high_start = v_set32(half);
  const V low_start = v_set32(bytes == 1 ? half - LOW_SUM * half : half);
  const span in = input_span(job);
  // The rows that the next output row will read, while this one's are being worked on.
  const ptrdiff_t stride = (const char *)job->rows[3] - (const char *)job->rows[2];
  const char *const next = (const char *)job->rows[3] + stride;
  for (int32_t x = block_start(in.first, 2 * LANES); x < in.last; x += 2 * LANES) {
    __builtin_prefetch(next + x * bytes);
    __builtin_prefetch(next + stride + x * bytes);
    const V r0 = load_samples(job->rows[0], x, bytes, centre);
    const V r1 = load_samples(job->rows[1], x, bytes, centre);
    const V r2 = load_samples(job->rows[2], x, bytes, centre);
    const V r3 = load_samples(job->rows[3], x, bytes, centre);
    const V a01 = v_unpack_low(r0, r1), b01 = v_unpack_high(r0, r1);
    const V a23 = v_unpack_low(r2, r3), b23 = v_unpack_high(r2, r3);
    // The scaled sums fit 16 bits: the taps' magnitudes add up to 54822 < 2^16.
    v_store(low + x, v_pack_signed(v_sra32(dot_low(low_start, a01, a23), depth),
                                   v_sra32(dot_low(low_start, b01, b23), depth)));
    v_store(high + x, v_pack_signed(v_sra32(dot_high(high_start, a01, a23), depth),
                                    v_sra32(dot_high(high_start, b01, b23), depth)));
  }
  extend_line(low, job->width);
  extend_line(high, job->width);

  int16_t *const a = job->a, *const h = job->detail.h;
  int16_t *const v = job->detail.v, *const d = job->detail.d;
  const V start = v_set32(32768);
  for (int32_t j = block_start(job->first, 2 * LANES); j < job->last; j += 2 * LANES) {
    const int16_t *const l = low + 2 * j, *const g = high + 2 * j;
    const V l01 = v_load(l - 1), l23 = v_load(l + 1);
    const V m01 = v_load(l - 1 + 2 * LANES), m23 = v_load(l + 1 + 2 * LANES);
    v_store(a + j, v_high_halves(dot_low(start, l01, l23), dot_low(start, m01, m23)));
    v_store(v + j, v_high_halves(dot_high(start, l01, l23), dot_high(start, m01, m23)));
    const V g01 = v_load(g - 1), g23 = v_load(g + 1);
    const V k01 = v_load(g - 1 + 2 * LANES), k23 = v_load(g + 1 + 2 * LANES);
    v_store(h + j, v_high_halves(dot_low(start, g01, g23), dot_low(start, k01, k23)));
    v_store(d + j, v_high_halves(dot_high(start, g01, g23), dot_high(start, k01, k23)));
  }
}

KERNEL void wavelet_u8(const ck_adm_wavelet *job) { wavelet_samples(job, 1); }
KERNEL void wavelet_u16(const ck_adm_wavelet *job) { wavelet_samples(job, 2); }

// From scale 1 on the lines hold 32-bit values x as two 16-bit lines: x = 65536 u + l with l
// signed. Since u and l fit 16 bits, a filter is two 16-bit filters U and L, and its rounded
// scaling needs no 64-bit arithmetic:
//   (65536 U + L + 2^15) >> 16 = U + ((L + 2^15) >> 16)
//   (65536 U + L + 2^14) >> 15 = 2 U + ((L + 2^14) >> 15)
// |L| <= 54822 * 2^15, so adding the rounding constant does not overflow.
INLINE V scaled_sum(V upper, V lower, int shift) {
  return v_add32(shift == 15 ? v_add32(upper, upper) : upper, v_sra32(lower, shift));
}

INLINE void wavelet_lines(const ck_adm_wavelet *job, int shift) {
  for (int k = 0; k < 4; k++) extend_line(job->lines[k], job->width);
  int32_t *const a = job->a, *const h = job->detail.h;
  int32_t *const v = job->detail.v, *const d = job->detail.d;
  const V start = v_set32(1 << (shift - 1)), zero = v_set32(0);
  for (int32_t j = block_start(job->first, LANES); j < job->last; j += LANES) {
    const int16_t *const lu = job->lines[0] + 2 * j, *const ll = job->lines[1] + 2 * j;
    const int16_t *const hu = job->lines[2] + 2 * j, *const hl = job->lines[3] + 2 * j;
    const V u01 = v_load(lu - 1), u23 = v_load(lu + 1), l01 = v_load(ll - 1), l23 = v_load(ll + 1);
    v_store(a + j, scaled_sum(dot_low(zero, u01, u23), dot_low(start, l01, l23), shift));
    v_store(v + j, scaled_sum(dot_high(zero, u01, u23), dot_high(start, l01, l23), shift));
    const V s01 = v_load(hu - 1), s23 = v_load(hu + 1), t01 = v_load(hl - 1), t23 = v_load(hl + 1);
    v_store(h + j, scaled_sum(dot_low(zero, s01, s23), dot_low(start, t01, t23), shift));
    v_store(d + j, scaled_sum(dot_high(zero, s01, s23), dot_high(start, t01, t23), shift));
  }
}

// Scale 1: 16-bit input, and a vertical pass without scaling, whose sums fit 32 bits.
KERNEL void wavelet_1(const ck_adm_wavelet *job) {
  const V zero = v_set32(0), half = v_set32(32768);
  const span in = input_span(job);
  for (int32_t x = block_start(in.first, 2 * LANES); x < in.last; x += 2 * LANES) {
    const V r0 = v_load((const int16_t *)job->rows[0] + x);
    const V r1 = v_load((const int16_t *)job->rows[1] + x);
    const V r2 = v_load((const int16_t *)job->rows[2] + x);
    const V r3 = v_load((const int16_t *)job->rows[3] + x);
    const V a01 = v_unpack_low(r0, r1), b01 = v_unpack_high(r0, r1);
    const V a23 = v_unpack_low(r2, r3), b23 = v_unpack_high(r2, r3);
    const V la = dot_low(zero, a01, a23), lb = dot_low(zero, b01, b23);
    const V ha = dot_high(zero, a01, a23), hb = dot_high(zero, b01, b23);
    v_store(job->lines[0] + x, v_pack_high_halves(v_add32(la, half), v_add32(lb, half)));
    v_store(job->lines[1] + x, v_pack_low_halves(la, lb));
    v_store(job->lines[2] + x, v_pack_high_halves(v_add32(ha, half), v_add32(hb, half)));
    v_store(job->lines[3] + x, v_pack_low_halves(ha, hb));
  }
  wavelet_lines(job, 15);
}

// Two rows of 32-bit values, interleaved as pairs of upper and as pairs of lower halves.
typedef struct {
  V upper, lower;
} row_pair;

INLINE row_pair load_pair(const void *first, const void *second, int32_t x) {
  const V r = v_load((const int32_t *)first + x), s = v_load((const int32_t *)second + x);
  const V half = v_set32(32768);
  const V low16 = v_set32(0xFFFF);
  row_pair pair;
  pair.lower = v_or(v_and(r, low16), v_sll32(s, 16));
  pair.upper = v_or(v_srl32(v_add32(r, half), 16), v_andnot(low16, v_add32(s, half)));
  return pair;
}

// Scales 2 and 3: 32-bit input, treated in halves as between the passes.
INLINE void wavelet_deep(const ck_adm_wavelet *job, int shift) {
  const V zero = v_set32(0), half = v_set32(32768);
  const span in = input_span(job);
  for (int32_t x = block_start(in.first, 2 * LANES); x < in.last; x += 2 * LANES) {
    V low[2], high[2];
    for (int k = 0; k < 2; k++) {
      const row_pair p01 = load_pair(job->rows[0], job->rows[1], x + k * LANES);
      const row_pair p23 = load_pair(job->rows[2], job->rows[3], x + k * LANES);
      low[k] = scaled_sum(dot_low(zero, p01.upper, p23.upper),
                          dot_low(half, p01.lower, p23.lower), 16);
      high[k] = scaled_sum(dot_high(zero, p01.upper, p23.upper),
                           dot_high(half, p01.lower, p23.lower), 16);
    }
    v_store(job->lines[0] + x, v_high_halves(v_add32(low[0], half), v_add32(low[1], half)));
    v_store(job->lines[1] + x, v_low_halves(low[0], low[1]));
    v_store(job->lines[2] + x, v_high_halves(v_add32(high[0], half), v_add32(high[1], half)));
    v_store(job->lines[3] + x, v_low_halves(high[0], high[1]));
  }
  wavelet_lines(job, shift);
}

KERNEL void wavelet_2(const ck_adm_wavelet *job) { wavelet_deep(job, 16); }
KERNEL void wavelet_3(const ck_adm_wavelet *job) { wavelet_deep(job, 15); }
