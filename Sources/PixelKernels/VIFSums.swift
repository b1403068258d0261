/// The integer sums of one scale of visual information fidelity.
///
/// Logarithms are in units of 1/2048 bit, `numeratorNonLog` in units of a variance in Q16, and
/// `denominatorNonLog` counts pixels. Sums of parts of a picture may be added: they are exact.
public struct VIFScaleSums: Equatable, Sendable {
  /// The information that the distorted picture keeps, from pixels with a busy reference.
  public var numeratorLog: Int64
  /// The information of the reference, from pixels with a busy reference.
  public var denominatorLog: Int64
  /// The variance of the distorted picture where the reference is flat.
  public var numeratorNonLog: Int64
  /// The number of pixels where the reference is flat.
  public var denominatorNonLog: Int64

  /// Creates the given sums, by default those of no pixel.
  public init(
    numeratorLog: Int64 = 0, denominatorLog: Int64 = 0, numeratorNonLog: Int64 = 0,
    denominatorNonLog: Int64 = 0
  ) {
    self.numeratorLog = numeratorLog
    self.denominatorLog = denominatorLog
    self.numeratorNonLog = numeratorNonLog
    self.denominatorNonLog = denominatorNonLog
  }

  /// The information kept, in bits; a flat pixel counts one bit less its distorted variance.
  public var numerator: Float {
    let flat = Double(denominatorNonLog) - (Double(numeratorNonLog) / 16384.0) / 65025.0
    return Float(Double(numeratorLog) / 2048.0 + flat)
  }

  /// The information there was, in bits; a flat pixel counts one bit.
  public var denominator: Float {
    Float(Double(denominatorLog) / 2048.0 + Double(denominatorNonLog))
  }

  /// The share of information that is kept, and 0 where nothing was measured.
  ///
  /// Division and both terms are single precision, as libvmaf has it.
  public var score: Double {
    denominatorLog == 0 && denominatorNonLog == 0 ? 0 : Double(numerator / denominator)
  }

  /// Adds the sums of another part of the picture.
  static func += (sums: inout VIFScaleSums, part: VIFScaleSums) {
    sums.numeratorLog += part.numeratorLog
    sums.denominatorLog += part.denominatorLog
    sums.numeratorNonLog += part.numeratorNonLog
    sums.denominatorNonLog += part.denominatorNonLog
  }
}

/// The sums of all four scales, full resolution first.
///
/// A scale that was skipped has the sums of no pixel, hence the score 0.
public struct VIFSums: Equatable, Sendable {
  /// One element for each scale, always four.
  public var scales: [VIFScaleSums]

  /// Creates the sums of no pixel.
  public init() { scales = Array(repeating: VIFScaleSums(), count: VIFFilter.scaleCount) }

  /// The four scores, full resolution first.
  public var scores: [Double] { scales.map(\.score) }
}
