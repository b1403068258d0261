// The row kernels of integer VIF, written once for all instruction sets. The including file
// defines the vector types and the operations on them, and KERNEL and INLINE; see vif.h for the
// layout.
//
// All arithmetic is on integers modulo 2^32, so the order of additions and intermediate
// overflows do not matter; what is left at the end is the true value because that fits.
#include "vif_decimate.h"
#include "vif_statistics.h"
#include "vif_vertical.h"

static const ck_vif_kernels kernels = {
    LANES,
    interleave,
    filter_reference,
    filter_distorted,
    filter_reference8,
    filter_distorted8,
    decimate,
    decimate8,
    measure_reference,
    reference_information,
    measure_distorted,
    distorted_information,
    logarithms,
};
