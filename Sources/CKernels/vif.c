#include "vif.h"

void ck_vif_extend_taps(const ck_vif_taps *taps, ck_vif_taps4 *result) {
  *result = (ck_vif_taps4){0};
  int near = 0, far = 0;  // the next product of the first two outputs, and of the last two
  while (far < taps->count) {
    const int pair = near < taps->count ? taps->pair[near] : taps->pair[far] + 1;
    const int k = result->count++;
    result->pair[k] = pair;
    if (near < taps->count && taps->pair[near] == pair) {
      result->weights[k][0] = taps->even[near];
      result->weights[k][1] = taps->odd[near++];
    }
    if (taps->pair[far] + 1 == pair) {
      result->weights[k][2] = taps->even[far];
      result->weights[k][3] = taps->odd[far++];
    }
  }
}

void ck_vif_prefetch(const void *start, ptrdiff_t bytes) {
  for (ptrdiff_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)start + i);
}

void ck_vif_centre8(const uint8_t *samples, ptrdiff_t width, uint8_t *row) {
  for (ptrdiff_t x = 0; x < width; x++) row[x] = samples[x] ^ 0x80;
}

void ck_vif_widen16(const uint16_t *samples, ptrdiff_t width, int shift, uint16_t *row) {
  for (ptrdiff_t x = 0; x < width; x++) row[x] = (uint16_t)(samples[x] << shift);
}
