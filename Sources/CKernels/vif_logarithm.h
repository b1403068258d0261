// The fractional part of VIF's logarithm table as piecewise polynomials.
//
// For a 15-bit mantissa m, round(polynomial of segment m / length at m % length) equals
// round(f32(log2(1 + m / 32768)) * 2048) for all 32,768 arguments; a test goes through them. The
// coefficients are not those of an approximation of the logarithm, which would miss the entries
// that lie next to a rounding boundary. They solve, for each segment, the linear programme "keep
// the largest distance d from all rounding boundaries":
//
//   maximise d subject to T[m] - 1/2 + d <= c0 + c1 x + ... <= T[m] + 1/2 - d
//
// The smallest d is 5.9e-4 for 32 parabolas and 2.8e-4 for 8 quartics. That leaves room for the
// rounding of coefficients and sums to single precision.
#ifndef CKERNELS_VIF_LOGARITHM_H
#define CKERNELS_VIF_LOGARITHM_H

// 32 segments of 1024 arguments.
static const float parabola0[32] __attribute__((aligned(64))) = {
    0x1.393162p-9f, 0x1.6bace8p+6f, 0x1.6640c0p+7f, 0x1.08c572p+8f,
    0x1.5c0008p+8f, 0x1.acf5c6p+8f, 0x1.fbc45ep+8f, 0x1.2440d0p+9f,
    0x1.49a782p+9f, 0x1.6e225ap+9f, 0x1.91baf0p+9f, 0x1.b47f2ap+9f,
    0x1.d67658p+9f, 0x1.f7a910p+9f, 0x1.0c100ep+10f, 0x1.1bf31cp+10f,
    0x1.2b8046p+10f, 0x1.3abb7ap+10f, 0x1.49a794p+10f, 0x1.58485ep+10f,
    0x1.66a026p+10f, 0x1.74b1eep+10f, 0x1.8280fap+10f, 0x1.900eaap+10f,
    0x1.9d5dfep+10f, 0x1.aa708cp+10f, 0x1.b748e4p+10f, 0x1.c3ea62p+10f,
    0x1.d053ecp+10f, 0x1.dc8972p+10f, 0x1.e88c78p+10f, 0x1.f45e32p+10f,
};
static const float parabola1[32] __attribute__((aligned(64))) = {
    0x1.714a36p-4f, 0x1.661aa0p-4f, 0x1.5b83a8p-4f, 0x1.51a6c2p-4f,
    0x1.486a98p-4f, 0x1.3f69ecp-4f, 0x1.36de32p-4f, 0x1.2effccp-4f,
    0x1.276f28p-4f, 0x1.201726p-4f, 0x1.197ff2p-4f, 0x1.12cc20p-4f,
    0x1.0c790cp-4f, 0x1.068d6cp-4f, 0x1.00fe54p-4f, 0x1.f6ec32p-5f,
    0x1.ec688cp-5f, 0x1.e243aap-5f, 0x1.d8bc42p-5f, 0x1.cf5278p-5f,
    0x1.c6860ap-5f, 0x1.be07b0p-5f, 0x1.b59048p-5f, 0x1.adaeb4p-5f,
    0x1.a5eca6p-5f, 0x1.9eb9bap-5f, 0x1.97b0f8p-5f, 0x1.905ad4p-5f,
    0x1.89fb28p-5f, 0x1.83ad4ap-5f, 0x1.7d4006p-5f, 0x1.7729b0p-5f,
};
static const float parabola2[32] __attribute__((aligned(64))) = {
    -0x1.68cc56p-20f, -0x1.5201b6p-20f, -0x1.3ab93ep-20f, -0x1.2da7a2p-20f,
    -0x1.287c0ap-20f, -0x1.0eaf2ep-20f, -0x1.f6e8b4p-21f, -0x1.e6e468p-21f,
    -0x1.ccf7cap-21f, -0x1.9d2238p-21f, -0x1.b1f93cp-21f, -0x1.8eaca6p-21f,
    -0x1.7287f0p-21f, -0x1.683006p-21f, -0x1.689bf0p-21f, -0x1.519fc4p-21f,
    -0x1.41c776p-21f, -0x1.2dd71cp-21f, -0x1.2a74a4p-21f, -0x1.15dbe6p-21f,
    -0x1.12b154p-21f, -0x1.0bdc0cp-21f, -0x1.efce22p-22f, -0x1.e9c110p-22f,
    -0x1.c8fdc4p-22f, -0x1.d1e308p-22f, -0x1.c5acd8p-22f, -0x1.90a84cp-22f,
    -0x1.a17b22p-22f, -0x1.aff06cp-22f, -0x1.83bb16p-22f, -0x1.78bd22p-22f,
};

// 8 segments of 4096 arguments.
static const float quartic0[8] __attribute__((aligned(64))) = {
    0x1.2cad92p-8f, 0x1.5c020ep+8f, 0x1.49a7cap+9f, 0x1.d6751ap+9f,
    0x1.2b805ap+10f, 0x1.66a01ap+10f, 0x1.9d5e0cp+10f, 0x1.d053f0p+10f,
};
static const float quartic1[8] __attribute__((aligned(64))) = {
    0x1.71489cp-4f, 0x1.4848f6p-4f, 0x1.276d9cp-4f, 0x1.0ca28ap-4f,
    0x1.ec66cep-5f, 0x1.c69314p-5f, 0x1.a5fbdap-5f, 0x1.8a02a8p-5f,
};
static const float quartic2[8] __attribute__((aligned(64))) = {
    -0x1.6e9a1ap-20f, -0x1.235546p-20f, -0x1.d3c070p-21f, -0x1.8a8bf8p-21f,
    -0x1.459026p-21f, -0x1.18aa7cp-21f, -0x1.d813f6p-22f, -0x1.adb0aep-22f,
};
static const float quartic3[8] __attribute__((aligned(64))) = {
    0x1.af85cap-36f, 0x1.5018b6p-36f, 0x1.7d11dap-37f, 0x1.ca363ap-37f,
    0x1.b9c2d2p-38f, 0x1.f044c2p-38f, 0x1.4f8e9ep-39f, 0x1.13b314p-37f,
};
static const float quartic4[8] __attribute__((aligned(64))) = {
    -0x1.bb5cc0p-53f, -0x1.793f28p-52f, 0x1.b951a2p-53f, -0x1.b70ebep-52f,
    0x1.3db54ep-53f, -0x1.3f90eap-53f, 0x1.087bf4p-52f, -0x1.2451a0p-51f,
};

#endif
