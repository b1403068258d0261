#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The contrast sensitivity of ADM: one weight per scale for the horizontal and vertical bands,
/// and one for the diagonal band.
///
/// A weight is the reciprocal of the smallest visible wavelet coefficient. Section 3.3 of the
/// algorithm: single precision where upstream uses it, so that the bits agree.
struct ADMSensitivity: Equatable {
  /// The weight of the h and v bands and of the d band, at scales 0 to 3.
  let factors: [(hv: Float, d: Float)]
  /// The weights as fixed-point integers: at scale 0 in Q21 (h, v) and Q23 (d), else in Q32.
  let weights: [(hv: Int32, d: Int32)]

  init(_ configuration: ADMConfiguration) {
    let distance = configuration.viewDistance * Double(configuration.displayHeight)
    let fixed = Self.fixed(
      viewDistance: configuration.viewDistance, displayHeight: configuration.displayHeight)
    if configuration.csfMode == .fixed, let fixed {
      factors = fixed
    } else {
      factors = Self.watson(distance: distance)
    }
    let isDefault = configuration.csfMode == .watson && abs(distance - 3240) < 1e-8
    weights = factors.enumerated().map { scale, factor in
      if scale > 0 { return (Self.q(32, factor.hv), Self.q(32, factor.d)) }
      // Upstream's rounded constants for the default viewing condition; the formula gives
      // 36451 and 49414.
      return isDefault ? (36453, 49417) : (Self.q(21, factor.hv), Self.q(23, factor.d))
    }
  }

  static func == (a: ADMSensitivity, b: ADMSensitivity) -> Bool {
    zip(a.factors, b.factors).allSatisfy { $0 == $1 }
      && zip(a.weights, b.weights).allSatisfy { $0 == $1 }
  }

  /// `factor * 2^bits`, truncated.
  private static func q(_ bits: Int, _ factor: Float) -> Int32 {
    Int32(truncatingIfNeeded: Int64(Double(factor) * Double(1 << bits)))
  }

  /// Watson, Yang, Solomon and Villasenor (1997): the threshold of a wavelet coefficient is a
  /// parabola in the logarithm of the spatial frequency, over the amplitude of the basis
  /// function.
  private static func watson(distance: Double) -> [(hv: Float, d: Float)] {
    let pixelsPerDegree = Float(distance * Double.pi / 180)
    let amplitudes: [(hv: Float, d: Float)] = [
      (0.67234, 0.72709), (0.41317, 0.49428), (0.22727, 0.28688), (0.11792, 0.15214),
    ]
    func factor(scale: Int, orientation: Float, amplitude: Float) -> Float {
      let frequency = Double(2 << scale) * Double(0.401 as Float) * Double(orientation)
      let octaves = Float(log10(frequency / Double(pixelsPerDegree)))
      let exponent = (0.466 as Float) * octaves * octaves
      let threshold = 2 * Double(0.495 as Float) * pow(10, Double(exponent)) / Double(amplitude)
      return 1 / Float(threshold)
    }
    return amplitudes.enumerated().map { scale, amplitude in
      (
        factor(scale: scale, orientation: 1, amplitude: amplitude.hv),
        factor(scale: scale, orientation: 0.534, amplitude: amplitude.d)
      )
    }
  }

  /// The constants of mode 2, or `nil` for a viewing condition that it does not define.
  static func fixed(viewDistance: Double, displayHeight: Int) -> [(hv: Float, d: Float)]? {
    switch (viewDistance, displayHeight) {
    case (3, 1080), (1.5, 2160):
      [(0.01183, 0.004302), (0.025026, 0.011778), (0.04295, 0.023918), (0.058621, 0.035901)]
    case (5, 1080):
      [(0.004212, 0.000984), (0.014809, 0.005852), (0.029642, 0.0146), (0.047464, 0.027574)]
    case (3, 2160):
      [(0.00226, 0.000479), (0.01183, 0.004302), (0.025026, 0.011778), (0.04295, 0.023918)]
    default: nil
    }
  }
}
