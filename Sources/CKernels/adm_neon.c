#include "adm.h"
const ck_adm_kernels *ck_adm_kernels_neon(void) { return 0; }
