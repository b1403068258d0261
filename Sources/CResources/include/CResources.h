// Data files that travel inside the binary.
#ifndef CRESOURCES_H
#define CRESOURCES_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  const uint8_t *bytes;
  size_t count;
} tv_resource;

// The resource of that name (its file name), or {NULL, 0}.
tv_resource tv_resource_named(const char *name);

#endif
