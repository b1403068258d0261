// Umbrella of the leaf kernels: pointers in, pointers out, no allocation, no policy.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "adm.h"
#include "matrix.h"
#include "motion.h"
#include "processor.h"
#include "vif.h"

#endif
