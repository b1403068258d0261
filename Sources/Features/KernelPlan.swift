import PixelKernels

/// The kernels that a set of extractors needs, each once.
///
/// Extractors that differ only in the enhancement gain limit share a kernel, which then yields the
/// sums of every limit in one pass over the samples.
struct KernelPlan: Sendable {
  struct ADMGroup: Sendable {
    var configuration: ADMConfiguration
    var gainLimits: [Double]
  }

  struct VIFGroup: Sendable {
    var skipsScale0: Bool
    var gainLimits: [Double]
  }

  /// Where the sums of an extractor are found: the index of its group and of its gain limit.
  struct Position: Sendable {
    var group: Int
    var gain: Int
  }

  private(set) var adm: [ADMGroup] = []
  private(set) var vif: [VIFGroup] = []
  /// The distances over which motion is measured.
  private(set) var lookBack: Set<Int> = []
  /// The planes whose squared errors are needed: none, luma, or all.
  private(set) var errorPlanes = 0..<0
  /// One entry per extractor of the plan; motion and PSNR have none.
  private(set) var positions: [Position?] = []

  /// Collects the kernels.
  ///
  /// - Parameters:
  ///   - plan: The extractors.
  ///   - planeCount: The number of planes of a frame.
  /// - Throws: ``ADMConfigurationError`` for options that the integer pipeline does not support.
  init(_ plan: FeaturePlan, planeCount: Int) throws {
    var errorPlaneCount = 0
    for extractor in plan.extractors {
      switch extractor {
      case .adm(let options):
        positions.append(try add(options))
      case .vif(let options):
        positions.append(add(options))
      case .motion(let options):
        lookBack.insert(options.stride)
        positions.append(nil)
      case .psnr(let options):
        errorPlaneCount = max(errorPlaneCount, options.chroma ? planeCount : 1)
        positions.append(nil)
      }
    }
    errorPlanes = 0..<errorPlaneCount
  }

  /// Whether the distorted samples of every frame are needed even with subsampling.
  var needsEveryDistortedFrame: Bool { !errorPlanes.isEmpty }

  private mutating func add(_ options: ADMOptions) throws -> Position {
    guard options.csfScale == 1, options.csfDiagonalScale == 1 else {
      throw FeatureExtractionError.unsupportedOption("adm_csf_scale and adm_csf_diag_scale")
    }
    let configurations = try [false, true].map { computeAIM in
      try ADMConfiguration(
        viewDistance: options.normalizedViewingDistance,
        displayHeight: options.referenceDisplayHeight, csfMode: options.csfMode,
        noiseWeight: options.noiseWeight, skipScale0: options.skipsScale0, computeAIM: computeAIM)
    }
    let wantsAIM = options.aim == .computed
    // AIM is an addition to the same sums: a group has it when one of its extractors wants it.
    if let group = adm.firstIndex(where: {
      configurations.contains($0.configuration)
        && Self.hasRoom(for: options.enhancementGainLimit, in: $0.gainLimits)
    }) {
      if wantsAIM { adm[group].configuration = configurations[1] }
      return Position(
        group: group, gain: Self.index(of: options.enhancementGainLimit, in: &adm[group].gainLimits)
      )
    }
    adm.append(
      ADMGroup(
        configuration: configurations[wantsAIM ? 1 : 0],
        gainLimits: [options.enhancementGainLimit]))
    return Position(group: adm.count - 1, gain: 0)
  }

  private mutating func add(_ options: VIFOptions) -> Position {
    if let group = vif.firstIndex(where: {
      $0.skipsScale0 == options.skipsScale0
        && Self.hasRoom(for: options.enhancementGainLimit, in: $0.gainLimits)
    }) {
      return Position(
        group: group, gain: Self.index(of: options.enhancementGainLimit, in: &vif[group].gainLimits)
      )
    }
    vif.append(
      VIFGroup(skipsScale0: options.skipsScale0, gainLimits: [options.enhancementGainLimit]))
    return Position(group: vif.count - 1, gain: 0)
  }

  /// The most gain limits that a kernel takes.
  private static let gainLimitCapacity = 8

  private static func hasRoom(for limit: Double, in limits: [Double]) -> Bool {
    limits.contains(limit) || limits.count < gainLimitCapacity
  }

  private static func index(of limit: Double, in limits: inout [Double]) -> Int {
    if let index = limits.firstIndex(of: limit) { return index }
    limits.append(limit)
    return limits.count - 1
  }
}
