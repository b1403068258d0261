// Matrix products of the small networks, single precision, one defined order of rounding.
#ifndef CKERNELS_MATRIX_H
#define CKERNELS_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

// What is applied to each element of a product.
typedef enum {
  CK_LINEAR = 0,
  CK_RELU = 1,
  CK_SILU = 2,
  CK_GELU = 3,
} ck_activation;

// C = activation(start + A B) .* gate, row by row.
//
// A is rows x depth and may be a transposed view (any two strides); B is depth x columns and C is
// rows x columns, both with contiguous rows. Strides count elements. No alignment is needed.
//
// The order of rounding is part of the contract. Each element begins with `start` (the bias, or
// the old C, or zero) and takes one fused multiply-add per depth index, ascending. A single column
// with depth-contiguous A and B is instead summed in sixteen lanes (index modulo 16), which are
// then added pairwise at distances 8, 4, 2, 1 and last to `start`. Every instruction set gives the
// same bits.
typedef struct {
  size_t rows, columns, depth;
  const float *a;
  size_t a_row_stride, a_depth_stride;
  const float *b;
  size_t b_stride;
  float *c;
  size_t c_stride;
  const float *bias;  // one per column, or NULL
  bool accumulate;    // begin with the old C; excludes a bias
  ck_activation activation;
  float *slope;       // receives the activation's derivative, laid out like C, or NULL
  const float *gate;  // multiplied into the result, laid out like C, or NULL
} ck_matrix_product;

void ck_matrix_product_avx2(const ck_matrix_product *product);
void ck_matrix_product_avx512(const ck_matrix_product *product);
void ck_matrix_product_neon(const ck_matrix_product *product);

#endif
