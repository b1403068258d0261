#include "matrix.h"

#if defined(__aarch64__)

#include <arm_neon.h>

// ---- NEON: 8 rows x 8 columns in sixteen registers

typedef int neon_ints __attribute__((vector_size(16)));
typedef float neon_floats __attribute__((vector_size(16)));

#define NAME(part) neon_##part
#define TARGET target("neon")
#define VEC neon_floats
#define IVEC neon_ints
#define LANES 4
#define BLOCK_ROWS 8
#define SPLAT(x) ((neon_floats)vdupq_n_f32(x))
#define LOAD(p) ((neon_floats)vld1q_f32(p))
#define STORE(p, v) vst1q_f32(p, (float32x4_t)(v))
#define LOAD_PART(p, n) neon_load_part(p, n)
#define STORE_PART(p, v, n) neon_store_part(p, v, n)

static inline neon_floats neon_load_part(const float *p, size_t n) {
  neon_floats v = {0, 0, 0, 0};
  __builtin_memcpy(&v, p, n * sizeof *p);
  return v;
}

static inline void neon_store_part(float *p, neon_floats v, size_t n) {
  __builtin_memcpy(p, &v, n * sizeof *p);
}

#include "matrix_template.h"

void ck_matrix_product_neon(const ck_matrix_product *product) { neon_product(product); }

#else

// Never called: the processor's test says no.
void ck_matrix_product_neon(const ck_matrix_product *product) { (void)product; }

#endif
