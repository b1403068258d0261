#include "matrix.h"

#if defined(__x86_64__)

#include <immintrin.h>

// ---- AVX-512: 8 rows x 32 columns in sixteen registers

#define NAME(part) avx512_##part
#define TARGET target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")
#define VEC __m512
#define IVEC avx512_ints
#define LANES 16
#define BLOCK_ROWS 8
#define SPLAT(x) _mm512_set1_ps(x)
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define LOAD_PART(p, n) _mm512_maskz_loadu_ps((__mmask16)((1u << (n)) - 1), p)
#define STORE_PART(p, v, n) _mm512_mask_storeu_ps(p, (__mmask16)((1u << (n)) - 1), v)

typedef int avx512_ints __attribute__((vector_size(64)));

#include "matrix_template.h"

__attribute__((TARGET)) void ck_matrix_product_avx512(const ck_matrix_product *product) {
  avx512_product(product);
}

#undef NAME
#undef TARGET
#undef VEC
#undef IVEC
#undef LANES
#undef BLOCK_ROWS
#undef SPLAT
#undef LOAD
#undef STORE
#undef LOAD_PART
#undef STORE_PART

// ---- AVX2: 6 rows x 16 columns in twelve registers

typedef int avx2_ints __attribute__((vector_size(32)));

static const int avx2_lanes[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};

#define NAME(part) avx2_##part
#define TARGET target("avx2,fma")
#define VEC __m256
#define IVEC avx2_ints
#define LANES 8
#define BLOCK_ROWS 6
#define SPLAT(x) _mm256_set1_ps(x)
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define MASK(n) _mm256_loadu_si256((const __m256i *)(avx2_lanes + 8 - (n)))
#define LOAD_PART(p, n) _mm256_maskload_ps(p, MASK(n))
#define STORE_PART(p, v, n) _mm256_maskstore_ps(p, MASK(n), v)

#include "matrix_template.h"

__attribute__((TARGET)) void ck_matrix_product_avx2(const ck_matrix_product *product) {
  avx2_product(product);
}

#else

// Never called: the processor's test says no.
void ck_matrix_product_avx512(const ck_matrix_product *product) { (void)product; }
void ck_matrix_product_avx2(const ck_matrix_product *product) { (void)product; }

#endif
