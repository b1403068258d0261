// The VIF row kernels with AVX-512.
#include "vif.h"

#if defined(__x86_64__)

#include "vif_simd_avx512.h"

#include "vif_rows.h"

const ck_vif_kernels *ck_vif_avx512(void) { return &kernels; }

#else

const ck_vif_kernels *ck_vif_avx512(void) { return NULL; }

#endif
