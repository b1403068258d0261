#include "processor.h"

#if defined(__x86_64__)

bool ck_processor_has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2");
}

bool ck_processor_has_avx512(void) {
  __builtin_cpu_init();
  return ck_processor_has_avx2() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
}

#else

bool ck_processor_has_avx2(void) { return false; }

bool ck_processor_has_avx512(void) { return false; }

#endif

bool ck_processor_has_neon(void) {
#if defined(__aarch64__)
  return true;
#else
  return false;
#endif
}
