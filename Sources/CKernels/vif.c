#include "vif.h"

void ck_vif_centre8(const uint8_t *samples, ptrdiff_t width, uint8_t *row) {
  for (ptrdiff_t x = 0; x < width; x++) row[x] = samples[x] ^ 0x80;
}

void ck_vif_widen16(const uint16_t *samples, ptrdiff_t width, int shift, uint16_t *row) {
  for (ptrdiff_t x = 0; x < width; x++) row[x] = (uint16_t)(samples[x] << shift);
}
