extension FeatureExtractor {
  /// A per-frame value that an extractor can give.
  ///
  /// Scales run from 0 (full size) to 3; planes are 0 (Y), 1 (Cb) and 2 (Cr). With
  /// ``VIFOptions/skipsScale0`` libvmaf gives 0 as the value and the numerator of VIF's scale 0,
  /// and -1 as its denominator.
  public enum Output: Hashable, Sendable {
    /// The detail loss metric over all scales.
    case adm2
    /// The additive impairment measure over all scales.
    case aim
    /// The blend of ``adm2`` and ``aim``.
    case adm3
    /// The detail loss metric of one scale.
    case admScale(Int)
    /// The same as ``adm2``; only with `debug`.
    case adm
    /// The numerator of ``adm2``; only with `debug`.
    case admNumerator
    /// The denominator of ``adm2``; only with `debug`.
    case admDenominator
    /// The numerator of one scale's ``admScale(_:)``; only with `debug`.
    case admNumeratorScale(Int)
    /// The denominator of one scale's ``admScale(_:)``; only with `debug`.
    case admDenominatorScale(Int)
    /// Visual information fidelity at one scale.
    case vifScale(Int)
    /// The ratio of the sums over all scales; only with `debug`.
    case vif
    /// The numerator of ``vif``; only with `debug`.
    case vifNumerator
    /// The denominator of ``vif``; only with `debug`.
    case vifDenominator
    /// The numerator of one scale's ``vifScale(_:)``; only with `debug`.
    case vifNumeratorScale(Int)
    /// The denominator of one scale's ``vifScale(_:)``; only with `debug`.
    case vifDenominatorScale(Int)
    /// The weighted mean absolute difference of a frame to an earlier one.
    case motionSAD
    /// The same as ``motionSAD``; only with `debug`.
    case motion
    /// The smaller of a frame's motion to its two neighbours; known at the end of the video.
    case motion2
    /// The blended and limited ``motion2``; known at the end of the video.
    case motion3
    /// The peak signal-to-noise ratio of one plane, in decibels.
    case psnr(Int)
    /// The mean squared error of one plane.
    case mse(Int)
  }
}

extension FeatureExtractor.Output {
  /// The extractor that gives this value.
  public var kind: FeatureExtractor.Kind {
    switch self {
    case .adm2, .aim, .adm3, .admScale, .adm, .admNumerator, .admDenominator, .admNumeratorScale,
      .admDenominatorScale:
      .adm
    case .vifScale, .vif, .vifNumerator, .vifDenominator, .vifNumeratorScale, .vifDenominatorScale:
      .vif
    case .motionSAD, .motion, .motion2, .motion3: .motion
    case .psnr, .mse: .psnr
    }
  }

  /// Whether the value is only known once the whole video was read.
  ///
  /// libvmaf writes these columns after those of all other extractors.
  public var isKnownAtEnd: Bool { self == .motion2 || self == .motion3 }

  /// The printed name for default options.
  public var baseName: String {
    switch self {
    case .adm2: "integer_adm2"
    case .aim: "integer_aim"
    case .adm3: "integer_adm3"
    case .admScale(let scale): "integer_adm_scale\(scale)"
    case .adm: "integer_adm"
    case .admNumerator: "integer_adm_num"
    case .admDenominator: "integer_adm_den"
    case .admNumeratorScale(let scale): "integer_adm_num_scale\(scale)"
    case .admDenominatorScale(let scale): "integer_adm_den_scale\(scale)"
    case .vifScale(let scale): "integer_vif_scale\(scale)"
    case .vif: "integer_vif"
    case .vifNumerator: "integer_vif_num"
    case .vifDenominator: "integer_vif_den"
    case .vifNumeratorScale(let scale): "integer_vif_num_scale\(scale)"
    case .vifDenominatorScale(let scale): "integer_vif_den_scale\(scale)"
    case .motionSAD: "VMAF_integer_feature_motion_sad_score"
    case .motion: "integer_motion"
    case .motion2: "integer_motion2"
    case .motion3: "integer_motion3"
    case .psnr(let plane): "psnr_" + Self.planeName(plane)
    case .mse(let plane): "mse_" + Self.planeName(plane)
    }
  }

  /// The name by which a model file asks for the value, for example
  /// `VMAF_integer_feature_adm2_score`; where libvmaf has no such name, the printed one.
  public var modelName: String {
    switch self {
    case .adm2, .aim, .adm3, .vifScale, .motion, .motion2, .motion3:
      "VMAF_integer_feature_" + baseName.dropFirst("integer_".count) + "_score"
    default: baseName
    }
  }

  /// The value that a model file means by this name, or `nil` when no extractor gives it.
  ///
  /// Both the model name and the printed name for default options are understood.
  public init?(modelName: String) {
    let found = Self.all.first { $0.modelName == modelName || $0.baseName == modelName }
    guard let found else { return nil }
    self = found
  }

  /// Every value that an extractor can give.
  public static let all: [Self] = {
    var all: [Self] = [.adm2, .aim, .adm3]
    all += (0..<4).map(Self.admScale) + admDebug
    all += (0..<4).map(Self.vifScale) + vifDebug
    all += [.motionSAD, .motion, .motion2, .motion3]
    all += (0..<3).map(Self.psnr) + (0..<3).map(Self.mse)
    return all
  }()

  static let admDebug: [Self] =
    [.adm, .admNumerator, .admDenominator]
    + (0..<4).flatMap { [.admNumeratorScale($0), .admDenominatorScale($0)] }

  static let vifDebug: [Self] =
    [.vif, .vifNumerator, .vifDenominator]
    + (0..<4).flatMap { [.vifNumeratorScale($0), .vifDenominatorScale($0)] }

  private static func planeName(_ plane: Int) -> String {
    switch plane {
    case 0: "y"
    case 1: "cb"
    default: "cr"
    }
  }
}
