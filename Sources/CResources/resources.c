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

static const uint8_t tiny_2x16_onnx[] = {
#embed "students/tiny-2x16.onnx"
};
static const uint8_t tiny_2x16_json[] = {
#embed "students/tiny-2x16.json"
};
static const uint8_t tiny_2x64_onnx[] = {
#embed "students/tiny-2x64.onnx"
};
static const uint8_t tiny_2x64_json[] = {
#embed "students/tiny-2x64.json"
};
static const uint8_t tiny_3x128_onnx[] = {
#embed "students/tiny-3x128.onnx"
};
static const uint8_t tiny_3x128_json[] = {
#embed "students/tiny-3x128.json"
};
static const uint8_t tiny_4x256_onnx[] = {
#embed "students/tiny-4x256.onnx"
};
static const uint8_t tiny_4x256_json[] = {
#embed "students/tiny-4x256.json"
};
static const uint8_t model_schema[] = {
#embed "schemas/model.schema.json"
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
    {"model.schema.json", {model_schema, sizeof model_schema}},
    {"tiny-2x16.onnx", {tiny_2x16_onnx, sizeof tiny_2x16_onnx}},
    {"tiny-2x16.json", {tiny_2x16_json, sizeof tiny_2x16_json}},
    {"tiny-2x64.onnx", {tiny_2x64_onnx, sizeof tiny_2x64_onnx}},
    {"tiny-2x64.json", {tiny_2x64_json, sizeof tiny_2x64_json}},
    {"tiny-3x128.onnx", {tiny_3x128_onnx, sizeof tiny_3x128_onnx}},
    {"tiny-3x128.json", {tiny_3x128_json, sizeof tiny_3x128_json}},
    {"tiny-4x256.onnx", {tiny_4x256_onnx, sizeof tiny_4x256_onnx}},
    {"tiny-4x256.json", {tiny_4x256_json, sizeof tiny_4x256_json}},
    {"golden/synthetic.json", {golden_synthetic, sizeof golden_synthetic}},
    {"golden/netflix.json", {golden_netflix, sizeof golden_netflix}},
    {"gates/parity.json", {gates_parity, sizeof gates_parity}},
};

tv_resource tv_resource_named(const char *name) {
  for (size_t i = 0; i < sizeof resources / sizeof *resources; i++)
    if (strcmp(resources[i].name, name) == 0) return resources[i].resource;
  return (tv_resource){0, 0};
}
