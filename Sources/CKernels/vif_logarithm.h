// The fractional part of VIF's logarithm table as piecewise polynomials.
//
// For a 15-bit mantissa m, round(polynomial of segment m / length at m % length) equals
// round(f32(log2(1 + m / 32768)) * 2048) for all 32,768 arguments; a test goes through them. The
// coefficients are not those of an approximation of the logarithm, which would miss the entries
// that lie next to a rounding boundary. They solve, for each segment, the linear programme "keep
// the largest distance d from all rounding boundaries":
//
//   maximise d subject to T[m] - 1/2 + d <= c0 + c1 x + c2 x^2 (+ c3 x^3) <= T[m] + 1/2 - d
//
// The smallest d is 5.9e-4 for 32 parabolas and 5.0e-4 for 16 cubics, which leaves room for the
// rounding of coefficients and sums to single precision (about 2e-4).
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

// 16 segments of 2048 arguments.
static const float cubic0[16] __attribute__((aligned(64))) = {
    0x1.d48646p-9f, 0x1.664042p+7f, 0x1.5c0186p+8f, 0x1.fbc474p+8f,
    0x1.49a6a0p+9f, 0x1.91bbdap+9f, 0x1.d67530p+9f, 0x1.0c1086p+10f,
    0x1.2b8012p+10f, 0x1.49a772p+10f, 0x1.66a026p+10f, 0x1.8280f4p+10f,
    0x1.9d5da0p+10f, 0x1.b748a0p+10f, 0x1.d053dep+10f, 0x1.e88c3ep+10f,
};
static const float cubic1[16] __attribute__((aligned(64))) = {
    0x1.714d18p-4f, 0x1.5b9928p-4f, 0x1.48541ap-4f, 0x1.36dc58p-4f,
    0x1.2796fcp-4f, 0x1.19639ap-4f, 0x1.0c9e12p-4f, 0x1.00e766p-4f,
    0x1.ec88b4p-5f, 0x1.d8d972p-5f, 0x1.c68878p-5f, 0x1.b58f8ap-5f,
    0x1.a61528p-5f, 0x1.97e9dap-5f, 0x1.8a09a0p-5f, 0x1.7d578ap-5f,
};
static const float cubic2[16] __attribute__((aligned(64))) = {
    -0x1.6fc392p-20f, -0x1.468a08p-20f, -0x1.273432p-20f, -0x1.f7a2bap-21f,
    -0x1.ec458cp-21f, -0x1.acc4fcp-21f, -0x1.87092ep-21f, -0x1.64b7aep-21f,
    -0x1.4e8e02p-21f, -0x1.3747d0p-21f, -0x1.15fe7cp-21f, -0x1.ec35a6p-22f,
    -0x1.db20e4p-22f, -0x1.f1dfbap-22f, -0x1.b099aep-22f, -0x1.9299f6p-22f,
};
static const float cubic3[16] __attribute__((aligned(64))) = {
    0x1.c06a28p-36f, 0x1.7b3e6ep-36f, 0x1.a1358ap-36f, 0x1.529604p-38f,
    0x1.ce5a2ap-36f, 0x1.b7e774p-37f, 0x1.58333ep-37f, 0x1.639c2cp-37f,
    0x1.9f424ap-37f, 0x1.b6345cp-37f, 0x1.87b7f8p-38f, -0x1.8a1facp-39f,
    0x1.f7285cp-40f, 0x1.2d6f6ap-36f, 0x1.1034cep-37f, 0x1.766a84p-38f,
};

#endif
