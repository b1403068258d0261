#include "CResources.h"

#include <string.h>

// C23's #embed, which clang accepts in older modes too.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t vmaf_v0_6_1[] = {
#embed "models/vmaf_v0.6.1.json"
};
static const uint8_t vmaf_v0_6_1neg[] = {
#embed "models/vmaf_v0.6.1neg.json"
};
static const uint8_t vmaf_4k_v0_6_1[] = {
#embed "models/vmaf_4k_v0.6.1.json"
};

static const uint8_t student_2x16[] = {
#embed "students/2x16.safetensors"
};
static const uint8_t student_2x64[] = {
#embed "students/2x64.safetensors"
};
static const uint8_t student_3x128[] = {
#embed "students/3x128.safetensors"
};
static const uint8_t student_4x256[] = {
#embed "students/4x256.safetensors"
};

static const uint8_t golden_synthetic[] = {
#embed "golden/synthetic.json"
};
static const uint8_t golden_netflix[] = {
#embed "golden/netflix.json"
};
static const uint8_t gates_parity[] = {
#embed "gates/parity.json"
};

static const struct {
  const char *name;
  tv_resource resource;
} resources[] = {
    {"vmaf_v0.6.1.json", {vmaf_v0_6_1, sizeof vmaf_v0_6_1}},
    {"vmaf_v0.6.1neg.json", {vmaf_v0_6_1neg, sizeof vmaf_v0_6_1neg}},
    {"vmaf_4k_v0.6.1.json", {vmaf_4k_v0_6_1, sizeof vmaf_4k_v0_6_1}},
    {"2x16.safetensors", {student_2x16, sizeof student_2x16}},
    {"2x64.safetensors", {student_2x64, sizeof student_2x64}},
    {"3x128.safetensors", {student_3x128, sizeof student_3x128}},
    {"4x256.safetensors", {student_4x256, sizeof student_4x256}},
    {"golden/synthetic.json", {golden_synthetic, sizeof golden_synthetic}},
    {"golden/netflix.json", {golden_netflix, sizeof golden_netflix}},
    {"gates/parity.json", {gates_parity, sizeof gates_parity}},
};

tv_resource tv_resource_named(const char *name) {
  for (size_t i = 0; i < sizeof resources / sizeof *resources; i++)
    if (strcmp(resources[i].name, name) == 0) return resources[i].resource;
  return (tv_resource){0, 0};
}
