// The motion row kernels with AVX2.
#include "motion.h"

#if defined(__x86_64__)

#include "vif_simd_avx2.h"

#include "motion_rows.h"

const ck_motion_kernels *ck_motion_avx2(void) { return &kernels; }

#else

const ck_motion_kernels *ck_motion_avx2(void) { return NULL; }

#endif
