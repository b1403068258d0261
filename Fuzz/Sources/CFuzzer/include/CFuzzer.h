// The entry of libFuzzer as a library, which clang's runtime has and no header declares.
#ifndef CFUZZER_H
#define CFUZZER_H

#include <stddef.h>
#include <stdint.h>

// Runs the callback on changing inputs until the arguments' limits are met; returns the process's
// exit status.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

#endif
