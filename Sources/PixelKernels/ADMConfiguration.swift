/// How ADM sees a picture: the viewing conditions and which of its results are wanted.
///
/// Names and defaults are those of libvmaf's `adm` feature extractor. The gain limit is not part
/// of it, since one analysis can serve several limits (see ``ADMKernel``).
public struct ADMConfiguration: Hashable, Sendable {
  /// The formula of the contrast sensitivity function (libvmaf's `adm_csf_mode`).
  public enum SensitivityMode: Int, Hashable, Sendable, CaseIterable {
    /// The detection thresholds of Watson's wavelet model (1997), at any viewing condition.
    case watson = 0
    /// Fixed weights for four viewing conditions, used by the version 1 models.
    case fixed = 2
  }

  /// The distance of the eye in display heights (`adm_norm_view_dist`).
  public let viewDistance: Double
  /// The height of the display in lines (`adm_ref_display_height`).
  public let displayHeight: Int
  /// The contrast sensitivity function.
  public let csfMode: SensitivityMode
  /// The weight of the constant that keeps flat pictures from dividing by zero, in the unit of
  /// the pooled cubes per position (`adm_noise_weight`).
  public let noiseWeight: Double
  /// Whether the finest scale is left out of the score (`adm_skip_scale0`).
  public let skipScale0: Bool
  /// Whether the additive impairment measure (AIM) is computed as well.
  public let computeAIM: Bool

  /// Creates a configuration after checking that it is one that ADM defines.
  ///
  /// - Parameters:
  ///   - viewDistance: The distance of the eye in display heights.
  ///   - displayHeight: The height of the display in lines.
  ///   - csfMode: libvmaf's `adm_csf_mode`: 0 or 2.
  ///   - noiseWeight: The weight of the noise constant, at least 0.
  ///   - skipScale0: Whether the finest scale is left out.
  ///   - computeAIM: Whether AIM is computed as well.
  /// - Throws: ``ADMConfigurationError``.
  public init(
    viewDistance: Double = 3.0, displayHeight: Int = 1080, csfMode: Int = 0,
    noiseWeight: Double = 0.03125, skipScale0: Bool = false, computeAIM: Bool = false
  ) throws(ADMConfigurationError) {
    guard let mode = SensitivityMode(rawValue: csfMode) else { throw .unsupportedMode(csfMode) }
    guard noiseWeight >= 0, noiseWeight.isFinite else { throw .badNoiseWeight(noiseWeight) }
    switch mode {
    case .watson:
      guard viewDistance.isFinite, viewDistance * Double(displayHeight) >= Self.nearest else {
        throw .tooNear(viewDistance: viewDistance, displayHeight: displayHeight)
      }
    case .fixed:
      let sensitivity = ADMSensitivity.fixed(
        viewDistance: viewDistance, displayHeight: displayHeight)
      guard sensitivity != nil else {
        throw .noFixedWeights(viewDistance: viewDistance, displayHeight: displayHeight)
      }
    }
    self.init(
      uncheckedViewDistance: viewDistance, displayHeight: displayHeight, csfMode: mode,
      noiseWeight: noiseWeight, skipScale0: skipScale0, computeAIM: computeAIM)
  }

  /// The default configuration, with or without AIM: three display heights from 1080 lines.
  public init(computeAIM: Bool = false) {
    self.init(
      uncheckedViewDistance: 3.0, displayHeight: 1080, csfMode: .watson, noiseWeight: 0.03125,
      skipScale0: false, computeAIM: computeAIM)
  }

  private init(
    uncheckedViewDistance: Double, displayHeight: Int, csfMode: SensitivityMode,
    noiseWeight: Double, skipScale0: Bool, computeAIM: Bool
  ) {
    self.viewDistance = uncheckedViewDistance
    self.displayHeight = displayHeight
    self.csfMode = csfMode
    self.noiseWeight = noiseWeight
    self.skipScale0 = skipScale0
    self.computeAIM = computeAIM
  }

  /// The smallest supported distance in lines; nearer, the fixed-point weights would overflow.
  private static let nearest = 3240.0
}

/// Why a configuration of ADM is refused.
public enum ADMConfigurationError: Error, Equatable, CustomStringConvertible {
  /// The contrast sensitivity mode is not implemented.
  case unsupportedMode(Int)
  /// The eye is nearer than the fixed-point weights allow.
  case tooNear(viewDistance: Double, displayHeight: Int)
  /// Mode 2 has no weights for this viewing condition.
  case noFixedWeights(viewDistance: Double, displayHeight: Int)
  /// The noise weight is negative or not finite.
  case badNoiseWeight(Double)

  /// One sentence for a person: what is wrong and what can be asked for.
  public var description: String {
    switch self {
    case .unsupportedMode(let mode):
      "adm_csf_mode \(mode) is not supported: use 0 (Watson) or 2 (fixed weights)"
    case .tooNear(let distance, let height):
      "ADM needs a view distance times display height of at least 3240, not \(distance)"
        + " times \(height)"
    case .noFixedWeights(let distance, let height):
      "adm_csf_mode 2 has no weights for \(distance) display heights of \(height) lines:"
        + " use 3 or 5 of 1080, or 1.5 or 3 of 2160"
    case .badNoiseWeight(let weight):
      "adm_noise_weight \(weight) is not a number of at least 0"
    }
  }
}
