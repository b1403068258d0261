/// The options of the `adm` extractor, at libvmaf's defaults unless set.
public struct ADMOptions: Hashable, Sendable {
  /// What happens to the additive impairment measure.
  public enum AIM: Hashable, Sendable {
    /// AIM and the `adm3` made of it are computed: libvmaf's default.
    case computed
    /// libvmaf's `adm_skip_aim`: AIM counts as 0, both columns are still there.
    case skipped
    /// Both columns are left out and nothing is computed for them.
    case omitted
  }

  /// The largest gain by which enhanced detail may count (`adm_enhn_gain_limit`), 1 to 100.
  public var enhancementGainLimit = 100.0
  /// Viewing distance in picture heights (`adm_norm_view_dist`), 0.75 to 24.
  public var normalizedViewingDistance = 3.0
  /// Lines of the display (`adm_ref_display_height`), 1 to 4320.
  public var referenceDisplayHeight = 1080
  /// The contrast sensitivity function (`adm_csf_mode`), 0 to 3.
  public var csfMode = 0
  /// A factor for the function in horizontal and vertical direction (`adm_csf_scale`), 0 to 50.
  public var csfScale = 1.0
  /// A factor for the function in diagonal direction (`adm_csf_diag_scale`), 0 to 50.
  public var csfDiagonalScale = 1.0
  /// The noise floor per sample (`adm_noise_weight`), 0 to 1500.
  public var noiseWeight = 0.03125
  /// The share of detail loss in `adm3` (`adm_dlm_weight`), 0 to 1.
  public var detailLossWeight = 0.5
  /// The smallest value of `adm3` (`adm_min_val`), 0 to 1.
  public var minimumValue = 0.0
  /// Whether the finest scale is left out (`adm_skip_scale0`).
  public var skipsScale0 = false
  /// What happens to the additive impairment measure (`adm_skip_aim`, and omission).
  public var aim = AIM.computed
  /// Whether numerators and denominators are given as well (`debug`).
  public var debug = false

  /// Creates options at libvmaf's defaults.
  public init() {}
}

extension ADMOptions: FeatureOptions {
  /// `adm_skip_aim` as a flag; setting it to false asks for AIM.
  var skipsAIM: Bool {
    get { aim == .skipped }
    set { aim = newValue ? .skipped : .computed }
  }

  static let table: [FeatureOption<ADMOptions>] = [
    .init("adm_csf_diag_scale", "scfd", .number(\.csfDiagonalScale, 0...50)),
    .init("adm_csf_mode", "csf", .integer(\.csfMode, 0...3)),
    .init("adm_csf_scale", "scf", .number(\.csfScale, 0...50)),
    .init("adm_dlm_weight", "dlmw", .number(\.detailLossWeight, 0...1)),
    .init("adm_enhn_gain_limit", "egl", .number(\.enhancementGainLimit, 1...100)),
    .init("adm_min_val", "min", .number(\.minimumValue, 0...1)),
    .init("adm_noise_weight", "nw", .number(\.noiseWeight, 0...1500)),
    .init("adm_norm_view_dist", "nvd", .number(\.normalizedViewingDistance, 0.75...24)),
    .init("adm_ref_display_height", "rdh", .integer(\.referenceDisplayHeight, 1...4320)),
    .init("adm_skip_aim", nil, .flag(\.skipsAIM)),
    .init("adm_skip_scale0", "ssz", .flag(\.skipsScale0)),
    .init("debug", nil, .flag(\.debug)),
  ]

  /// Whether the integer pipeline has the range for the viewing condition: at least 3 picture
  /// heights at 1080 lines.
  var isViewingConditionSupported: Bool {
    normalizedViewingDistance * Double(referenceDisplayHeight) >= 3.0 * 1080
  }
}

/// The options of the `vif` extractor, at libvmaf's defaults unless set.
public struct VIFOptions: Hashable, Sendable {
  /// The largest gain by which enhanced detail may count (`vif_enhn_gain_limit`), 1 to 100.
  public var enhancementGainLimit = 100.0
  /// Whether the full-size scale is left out and given as 0 (`vif_skip_scale0`).
  public var skipsScale0 = false
  /// Whether sums over scales, numerators and denominators are given as well (`debug`).
  public var debug = false

  /// Creates options at libvmaf's defaults.
  public init() {}
}

extension VIFOptions: FeatureOptions {
  static let table: [FeatureOption<VIFOptions>] = [
    .init("debug", nil, .flag(\.debug)),
    .init("vif_enhn_gain_limit", "egl", .number(\.enhancementGainLimit, 1...100)),
    .init("vif_skip_scale0", "ssclz", .flag(\.skipsScale0)),
  ]
}

/// The options of the `motion` extractor, at libvmaf's defaults unless set.
public struct MotionOptions: Hashable, Sendable {
  /// Whether all motion counts as 0 (`motion_force_zero`).
  public var forcesZero = false
  /// The weight of motion above the offset in `motion3` (`motion_blend_factor`), 0 to 1.
  public var blendFactor = 1.0
  /// The motion from which on `motion3` is damped (`motion_blend_offset`), 0 to 1000.
  public var blendOffset = 40.0
  /// A factor for the frame rate (`motion_fps_weight`), 0 to 5.
  public var fpsWeight = 1.0
  /// The largest motion (`motion_max_val`), 0 to 10000.
  public var maximumValue = 10_000.0
  /// Whether frames are compared over a distance of two (`motion_five_frame_window`).
  public var usesFiveFrameWindow = false
  /// Whether `motion3` is the mean of two neighbours (`motion_moving_average`).
  public var usesMovingAverage = false
  /// Whether `integer_motion` is given as well (`debug`).
  public var debug = false

  /// Creates options at libvmaf's defaults.
  public init() {}

  /// How many frames back the compared frame lies: 1, or 2 with the five-frame window.
  public var stride: Int { usesFiveFrameWindow ? 2 : 1 }
}

extension MotionOptions: FeatureOptions {
  static let table: [FeatureOption<MotionOptions>] = [
    .init("debug", nil, .flag(\.debug)),
    .init("motion_blend_factor", "mbf", .number(\.blendFactor, 0...1)),
    .init("motion_blend_offset", "mbo", .number(\.blendOffset, 0...1000)),
    .init("motion_five_frame_window", "mffw", .flag(\.usesFiveFrameWindow)),
    .init("motion_force_zero", "force_0", .flag(\.forcesZero)),
    .init("motion_fps_weight", "mfw", .number(\.fpsWeight, 0...5)),
    .init("motion_max_val", "mmxv", .number(\.maximumValue, 0...10_000)),
    .init("motion_moving_average", "mma", .flag(\.usesMovingAverage)),
  ]
}

/// The options of the `psnr` extractor, at libvmaf's defaults unless set.
public struct PSNROptions: Hashable, Sendable {
  /// Whether the chroma planes are measured too (`enable_chroma`).
  public var chroma = true
  /// Whether the mean squared errors are given as well (`enable_mse`).
  public var meanSquaredError = false
  /// Whether the aggregate PSNR of the whole video is given as well (`enable_apsnr`).
  public var aggregate = false
  /// Whether the peak of deep samples is 255 shifted up rather than all ones
  /// (`reduced_hbd_peak`).
  public var reducedPeak = false
  /// The squared error per plane that sets the largest PSNR, or 0 for the depth's own limit
  /// (`min_sse`).
  public var minimumSquaredError = 0.0

  /// Creates options at libvmaf's defaults.
  public init() {}
}

extension PSNROptions: FeatureOptions {
  static let table: [FeatureOption<PSNROptions>] = [
    .init("enable_apsnr", nil, .flag(\.aggregate)),
    .init("enable_chroma", nil, .flag(\.chroma)),
    .init("enable_mse", nil, .flag(\.meanSquaredError)),
    .init("min_sse", nil, .number(\.minimumSquaredError, 0...Double.greatestFiniteMagnitude)),
    .init("reduced_hbd_peak", nil, .flag(\.reducedPeak)),
  ]
}
