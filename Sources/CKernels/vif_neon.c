// The VIF row kernels with NEON.
#include "vif.h"

#if defined(__aarch64__)

#include "vif_simd_neon.h"

#include "vif_rows.h"

const ck_vif_kernels *ck_vif_neon(void) { return &kernels; }

#else

const ck_vif_kernels *ck_vif_neon(void) { return NULL; }

#endif
