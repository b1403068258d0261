// The motion row kernels with NEON.
#include "motion.h"

#if defined(__aarch64__)

#include "vif_simd_neon.h"

#include "motion_rows.h"

const ck_motion_kernels *ck_motion_neon(void) { return &kernels; }

#else

const ck_motion_kernels *ck_motion_neon(void) { return NULL; }

#endif
