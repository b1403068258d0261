// What the running processor can execute.
#ifndef CKERNELS_PROCESSOR_H
#define CKERNELS_PROCESSOR_H

#include <stdbool.h>

// AVX2 with FMA and BMI2, as the kernels named *_avx2 need.
bool ck_processor_has_avx2(void);

// AVX-512 F, BW, DQ, VL and VNNI, as the kernels named *_avx512 need.
bool ck_processor_has_avx512(void);

// NEON, as the kernels named *_neon need; always true on arm64.
bool ck_processor_has_neon(void);

#endif
