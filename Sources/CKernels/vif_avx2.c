// The VIF row kernels with AVX2.
#include "vif.h"

#if defined(__x86_64__)

#include "vif_simd_avx2.h"

#include "vif_rows.h"

const ck_vif_kernels *ck_vif_avx2(void) { return &kernels; }

#else

const ck_vif_kernels *ck_vif_avx2(void) { return NULL; }

#endif
