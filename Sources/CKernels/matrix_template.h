// One matrix product for one instruction set. Included by matrix_*.c with
//   NAME(x)            the function name of part x
//   TARGET             the target attribute
//   VEC, IVEC, LANES   a vector of floats, of as many ints, and their number
//   BLOCK_ROWS         rows of the register block (times two vectors of columns)
//   SPLAT(x)           a vector of x
//   LOAD(p), STORE(p, v)
//   LOAD_PART(p, n), STORE_PART(p, v, n)   the first n lanes; the other lanes read as zero
// Only fused multiply-adds named as such are fused: contraction is off.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline, TARGET))
#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)

// e^x within one ulp, x limited to [-87, 88]: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2].
INLINE VEC NAME(exponential)(VEC x) {
  const VEC low = SPLAT(-87.0f), high = SPLAT(88.0f), magic = SPLAT(12582912.0f);
  IVEC below = x < low, above = x > high;
  x = (VEC)(((IVEC)x & ~below) | ((IVEC)low & below));
  x = (VEC)(((IVEC)x & ~above) | ((IVEC)high & above));
  // Adding 1.5 * 2^23 rounds to an integer, which then sits in the low bits.
  VEC shifted = FMA(x, SPLAT(0x1.715476p+0f), magic);
  VEC n = shifted - magic;
  VEC r = FMA(n, SPLAT(-0x1.62e0p-1f), x);
  r = FMA(n, SPLAT(-0x1.0bfbe8p-15f), r);
  VEC p = SPLAT(0x1.6a23cep-10f);
  p = FMA(p, r, SPLAT(0x1.123a2p-7f));
  p = FMA(p, r, SPLAT(0x1.5558f2p-5f));
  p = FMA(p, r, SPLAT(0x1.555492p-3f));
  p = FMA(p, r, SPLAT(0x1.fffffcp-2f));
  VEC e = FMA(p, r * r, r) + SPLAT(1.0f);
  return e * (VEC)(((IVEC)shifted + 127) << 23);
}

// The activation of z; its derivative goes to *slope.
INLINE VEC NAME(activate)(ck_activation activation, VEC z, VEC *slope) {
  const VEC one = SPLAT(1.0f);
  switch (activation) {
    case CK_RELU: {
      IVEC positive = z > SPLAT(0.0f);
      *slope = (VEC)((IVEC)one & positive);
      return (VEC)((IVEC)z & positive);
    }
    case CK_SILU: {
      VEC s = one / (one + NAME(exponential)(-z));
      VEC y = z * s;
      *slope = FMA(y, one - s, s);
      return y;
    }
    case CK_GELU: {
      // z sigmoid(u), u = 2 sqrt(2 / pi) (z + 0.044715 z^3), which is the tanh form of GELU.
      const VEC c1 = SPLAT(1.5957691216f), c3 = SPLAT(0.0713548163f);
      VEC q = c3 * (z * z);
      VEC s = one / (one + NAME(exponential)(-(z * (c1 + q))));
      VEC y = z * s;
      *slope = FMA(y * (one - s), FMA(SPLAT(3.0f), q, c1), s);
      return y;
    }
    default:
      *slope = one;
      return z;
  }
}

// Activation, slope and gate of a block that still sits in the first-level cache.
INLINE void NAME(finish)(const ck_matrix_product *p, ck_activation activation, size_t row,
                         size_t rows, size_t column, size_t columns) {
  for (size_t r = row; r < row + rows; r++) {
    for (size_t k = 0; k < columns; k += LANES) {
      size_t at = r * p->c_stride + column + k, count = columns - k;
      bool whole = count >= LANES;
      VEC slope;
      VEC z = whole ? LOAD(p->c + at) : LOAD_PART(p->c + at, count);
      VEC y = NAME(activate)(activation, z, &slope);
      if (p->gate) y = y * (whole ? LOAD(p->gate + at) : LOAD_PART(p->gate + at, count));
      if (whole) {
        STORE(p->c + at, y);
        if (p->slope) STORE(p->slope + at, slope);
      } else {
        STORE_PART(p->c + at, y, count);
        if (p->slope) STORE_PART(p->slope + at, slope, count);
      }
    }
  }
}

// rows x (vectors * LANES) elements in registers; the last vector has `last` lanes if partial.
INLINE void NAME(block)(const ck_matrix_product *p, size_t row, size_t column, const size_t rows,
                        const size_t vectors, const bool partial, size_t last) {
  VEC sum[BLOCK_ROWS][2];
  const size_t end = vectors - 1;
#define PICK(pointer, v) \
  (partial && (v) == end ? LOAD_PART((pointer) + (v) * LANES, last) : LOAD((pointer) + (v) * LANES))
#pragma clang loop unroll(full)
  for (size_t v = 0; v < vectors; v++) {
    VEC start = SPLAT(0.0f);
    if (p->bias) start = PICK(p->bias + column, v);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) sum[r][v] = start;
  }
  if (p->accumulate) {
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++)
        sum[r][v] = PICK(p->c + (row + r) * p->c_stride + column, v);
  }
  const float *a = p->a + row * p->a_row_stride, *b = p->b + column;
  const size_t a_row = p->a_row_stride, a_depth = p->a_depth_stride, b_step = p->b_stride;
  for (size_t k = 0; k < p->depth; k++) {
    VEC y[2];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) y[v] = PICK(b, v);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
      VEC x = SPLAT(a[r * a_row]);
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) sum[r][v] = FMA(x, y[v], sum[r][v]);
    }
    a += a_depth;
    b += b_step;
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
      float *c = p->c + (row + r) * p->c_stride + column + v * LANES;
      if (partial && v == end)
        STORE_PART(c, sum[r][v], last);
      else
        STORE(c, sum[r][v]);
    }
  }
#undef PICK
}

// All rows of one panel of columns.
INLINE void NAME(panel)(const ck_matrix_product *p, size_t column, const size_t vectors,
                        const bool partial, size_t last) {
  size_t columns = partial ? (vectors - 1) * LANES + last : vectors * LANES;
  bool plain = p->activation == CK_LINEAR && !p->gate && !p->slope;
  for (size_t row = 0, rows; row < p->rows; row += rows) {
    size_t left = p->rows - row;
    if (left >= BLOCK_ROWS) {
      rows = BLOCK_ROWS;
      NAME(block)(p, row, column, BLOCK_ROWS, vectors, partial, last);
    } else if (left >= 4) {
      rows = 4;
      NAME(block)(p, row, column, 4, vectors, partial, last);
    } else if (left >= 2) {
      rows = 2;
      NAME(block)(p, row, column, 2, vectors, partial, last);
    } else {
      rows = 1;
      NAME(block)(p, row, column, 1, vectors, partial, last);
    }
    if (plain) continue;
    switch (p->activation) {
      case CK_RELU: NAME(finish)(p, CK_RELU, row, rows, column, columns); break;
      case CK_SILU: NAME(finish)(p, CK_SILU, row, rows, column, columns); break;
      case CK_GELU: NAME(finish)(p, CK_GELU, row, rows, column, columns); break;
      default: NAME(finish)(p, CK_LINEAR, row, rows, column, columns); break;
    }
  }
}

// One column: sixteen lanes per element.
INLINE void NAME(single_column)(const ck_matrix_product *p) {
  enum { VECTORS = 16 / LANES };
  for (size_t row = 0; row < p->rows; row++) {
    const float *a = p->a + row * p->a_row_stride;
    VEC sum[VECTORS];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < VECTORS; v++) sum[v] = SPLAT(0.0f);
    size_t k = 0;
    for (; k + 16 <= p->depth; k += 16) {
#pragma clang loop unroll(full)
      for (size_t v = 0; v < VECTORS; v++)
        sum[v] = FMA(LOAD(a + k + v * LANES), LOAD(p->b + k + v * LANES), sum[v]);
    }
    for (size_t v = 0; k < p->depth; v++, k += LANES) {
      size_t left = p->depth - k, count = left < LANES ? left : LANES;
      sum[v] = FMA(LOAD_PART(a + k, count), LOAD_PART(p->b + k, count), sum[v]);
    }
    float lane[16];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < VECTORS; v++) STORE(lane + v * LANES, sum[v]);
    for (size_t width = 8; width > 0; width /= 2)
      for (size_t i = 0; i < width; i++) lane[i] += lane[i + width];
    float *c = p->c + row * p->c_stride;
    *c = (p->bias ? *p->bias : p->accumulate ? *c : 0.0f) + lane[0];
  }
  if (p->activation != CK_LINEAR || p->gate || p->slope)
    NAME(finish)(p, p->activation, 0, p->rows, 0, 1);
}

__attribute__((TARGET)) static void NAME(product)(const ck_matrix_product *p) {
  if (p->columns == 1 && p->a_depth_stride == 1 && p->b_stride == 1) {
    NAME(single_column)(p);
    return;
  }
  size_t column = 0;
  for (; column + 2 * LANES <= p->columns; column += 2 * LANES)
    NAME(panel)(p, column, 2, false, 0);
  size_t left = p->columns - column;
  if (left > LANES) {
    NAME(panel)(p, column, 2, true, left - LANES);
  } else if (left == LANES) {
    NAME(panel)(p, column, 1, false, 0);
  } else if (left > 0) {
    NAME(panel)(p, column, 1, true, left);
  }
}

#undef INLINE
#undef FMA
