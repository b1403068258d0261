// The row kernels of ADM, written once over the vector operations of `adm_avx512.c`, `adm_avx2.c`
// and `adm_neon.c`. Each of them defines the types V (integers), F (floats), M (a mask of 32-bit
// lanes), M16 (a mask of 16-bit lanes), the number LANES of 32-bit lanes, the functions `v_*`,
// and the macros INLINE and KERNEL, and then includes this file.
//
// Two orders of lanes occur. Linear: lane i is column i. Unpacked: what interleaving with
// `v_unpack_low` and `v_unpack_high` makes of a vector of 16-bit lanes; `v_pack_*` undoes it.
//
// "exact" below means: equal to the scalar reference, bit for bit, for every legal frame. Legal
// coefficients are at most 22930 in magnitude at scale 0 and below 2^31 - 2^24 later.

#include <stddef.h>

#include "adm.h"

#pragma STDC FP_CONTRACT OFF

// The first column of the block of `block` columns, a power of two, that holds column `first`.
INLINE int32_t block_start(int32_t first, int32_t block) { return first & -block; }

#include "adm_wavelet.h"
#include "adm_weighting.h"
#include "adm_decoupling.h"
#include "adm_pooling.h"

static const ck_adm_kernels kernels = {
    .wavelet_u8 = wavelet_u8,   .wavelet_u16 = wavelet_u16, .wavelet_1 = wavelet_1,
    .wavelet_2 = wavelet_2,     .wavelet_3 = wavelet_3,     .decouple_16 = decouple_16,
    .decouple_32 = decouple_32, .pool_16 = pool_16,         .pool_32 = pool_32,
    .cubes_16 = cubes_16,       .cubes_32 = cubes_32,
};
