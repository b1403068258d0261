/// A way to compute per-frame values from a pair of videos, with its options.
///
/// The four extractors are libvmaf's `adm`, `vif`, `motion` and `psnr` (its integer versions).
/// Each yields one or more ``Output``s per frame. Options that change a value are part of the
/// printed name of every output (`integer_adm2_egl_1`), see ``nameSuffix``.
public enum FeatureExtractor: Hashable, Sendable {
  /// Detail loss (ADM) and additive impairment (AIM).
  case adm(ADMOptions)
  /// Visual information fidelity at four scales.
  case vif(VIFOptions)
  /// Motion of the reference between frames.
  case motion(MotionOptions)
  /// Peak signal-to-noise ratio of each plane.
  case psnr(PSNROptions)

  /// An extractor without its options; the raw value is libvmaf's name of it.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Detail loss (ADM) and additive impairment (AIM).
    case adm
    /// Motion of the reference between frames.
    case motion
    /// Peak signal-to-noise ratio of each plane.
    case psnr
    /// Visual information fidelity at four scales.
    case vif
  }

  /// Creates an extractor with libvmaf's default options.
  public init(_ kind: Kind) {
    switch kind {
    case .adm: self = .adm(ADMOptions())
    case .vif: self = .vif(VIFOptions())
    case .motion: self = .motion(MotionOptions())
    case .psnr: self = .psnr(PSNROptions())
    }
  }

  /// Which of the four extractors this is.
  public var kind: Kind {
    switch self {
    case .adm: .adm
    case .vif: .vif
    case .motion: .motion
    case .psnr: .psnr
    }
  }

  /// What is appended to the name of every output, for example `_egl_1.2_nw_0.02_nvd_5`.
  ///
  /// One part for each value-changing option that differs from its default, in the alphabetical
  /// order of the full option names; empty for an extractor with default options.
  public var nameSuffix: String {
    switch self {
    case .adm(let options): options.nameSuffix
    case .vif(let options): options.nameSuffix
    case .motion(let options): options.nameSuffix
    case .psnr(let options): options.nameSuffix
    }
  }

  /// The name of the computation: two extractors of the same identity give the same values.
  ///
  /// Options that only add outputs (`debug`, PSNR's options) do not count, as in libvmaf.
  public var identity: String { kind.rawValue + nameSuffix }
}

extension FeatureExtractor {
  /// A named per-frame value of an extractor.
  public struct Column: Hashable, Sendable {
    /// What the value is.
    public let output: Output
    /// Its printed name, with the options that change it.
    public let name: FeatureName
  }

  /// The per-frame values of this extractor with its options, in libvmaf's order.
  public var outputs: [Output] {
    switch self {
    case .adm(let options):
      var outputs: [Output] = [.adm2]
      if options.aim != .omitted { outputs += [.aim, .adm3] }
      outputs += (0..<4).map(Output.admScale)
      if options.debug { outputs += Output.admDebug }
      return outputs
    case .vif(let options):
      return (0..<4).map(Output.vifScale) + (options.debug ? Output.vifDebug : [])
    case .motion(let options):
      return options.debug
        ? [.motionSAD, .motion, .motion2, .motion3] : [.motionSAD, .motion2, .motion3]
    case .psnr(let options):
      let planes = options.chroma ? 0..<3 : 0..<1
      return planes.flatMap { options.meanSquaredError ? [.psnr($0), .mse($0)] : [.psnr($0)] }
    }
  }

  /// The outputs with their printed names, in libvmaf's order.
  public var columns: [Column] {
    let suffix = nameSuffix
    return outputs.map { Column(output: $0, name: FeatureName($0.baseName + suffix)) }
  }

  /// The printed name of an output of this extractor.
  public func name(of output: Output) -> FeatureName { FeatureName(output.baseName + nameSuffix) }

  /// The same extractor without the AIM outputs, which then need not be computed.
  public var omittingAIM: FeatureExtractor {
    guard case .adm(var options) = self else { return self }
    options.aim = .omitted
    return .adm(options)
  }
}
