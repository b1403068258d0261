/// One integer sum per detail band of a scale.
public struct ADMBandSums: Hashable, Sendable {
  /// The sum over the band that is high-pass vertically: horizontal edges.
  public var h: Int64
  /// The sum over the band that is high-pass horizontally: vertical edges.
  public var v: Int64
  /// The sum over the band that is high-pass in both directions: diagonal detail.
  public var d: Int64

  /// Creates the three sums, zero by default.
  public init(h: Int64 = 0, v: Int64 = 0, d: Int64 = 0) {
    self.h = h
    self.v = v
    self.d = d
  }
}

/// The integer sums of one scale.
public struct ADMScaleSums: Hashable, Sendable {
  /// Masked cubes of the restored detail.
  public var numerator = ADMBandSums()
  /// Cubes of the reference's detail.
  public var denominator = ADMBandSums()
  /// Masked cubes of the additive impairment; zero unless AIM was asked for.
  public var additive = ADMBandSums()

  /// Creates empty sums.
  public init() {}
}

/// What ADM finds in one pair of frames: exact integer sums, from which the scores follow in a
/// few floating-point operations.
///
/// The sums are the same for every instruction set; ``adm2`` and the other scores are those of
/// libvmaf's scalar path, bit for bit where the C library's `powf` is the same.
public struct ADMSums: Hashable, Sendable {
  /// The sums of scales 0 (finest) to 3.
  public let scales: [ADMScaleSums]
  /// The luma samples in a row of the frames.
  public let width: Int
  /// The luma rows of the frames.
  public let height: Int
  /// The configuration under which the sums were made.
  public let configuration: ADMConfiguration
}
