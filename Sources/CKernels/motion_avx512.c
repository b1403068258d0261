// The motion row kernels with AVX-512.
#include "motion.h"

#if defined(__x86_64__)

#include "vif_simd_avx512.h"

#include "motion_rows.h"

const ck_motion_kernels *ck_motion_avx512(void) { return &kernels; }

#else

const ck_motion_kernels *ck_motion_avx512(void) { return NULL; }

#endif
