#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The mean difference of two rate-quality curves: how much less rate one needs for the same
/// quality, and how much more quality it gives at the same rate.
///
/// After Bjøntegaard, "Calculation of average PSNR differences between RD-curves", VCEG-M33, 2001:
/// the logarithm of the rate is interpolated over the quality (or the other way round), and the
/// difference of the two curves is averaged over the qualities (or rates) that both have.
public struct BjontegaardDelta: Hashable, Sendable {
  /// How points are joined.
  public enum Interpolation: String, Hashable, Sendable, CaseIterable {
    /// One cubic polynomial of least squares: the original method, for four points or more.
    case cubic
    /// A monotone piecewise cubic, as in the test conditions of JVET: for two points or more.
    case piecewise
  }

  /// The mean difference in rate at the same quality, in per cent of the anchor's; negative when
  /// the test needs less.
  public let ratePercent: Double
  /// The mean difference in quality at the same rate; positive when the test is better.
  public let quality: Double
  /// The qualities that both curves have, over which rates were compared.
  public let qualities: ClosedRange<Double>
  /// The rates in kilobits per second that both curves have, over which qualities were compared.
  public let rates: ClosedRange<Double>

  /// Compares two curves.
  ///
  /// Points that another one of the same curve beats are left out: with them there is no rate of a
  /// quality.
  ///
  /// - Parameters:
  ///   - test: The curve in question.
  ///   - anchor: The curve that it is compared with.
  ///   - interpolation: How points are joined.
  /// - Throws: ``RateQualityError``.
  public init(
    of test: RateQualityCurve, against anchor: RateQualityCurve,
    interpolation: Interpolation = .piecewise
  ) throws(RateQualityError) {
    for curve in [test, anchor] {
      let required = interpolation == .cubic ? 4 : 2
      guard curve.frontier.count >= required else {
        throw .tooFewPoints(
          label: curve.label, count: curve.frontier.count, required: required)
      }
    }
    func common(_ value: (RatePoint) -> Double) -> ClosedRange<Double>? {
      let (first, second) = (test.frontier.map(value), anchor.frontier.map(value))
      let low = max(first[0], second[0])
      let high = min(first[first.count - 1], second[second.count - 1])
      return low < high ? low...high : nil
    }
    guard let qualities = common(\.quality), let logRates = common({ log($0.rate) }) else {
      throw .noOverlap(test.label, anchor.label)
    }
    /// The mean of test minus anchor.
    func mean(
      over range: ClosedRange<Double>, x: (RatePoint) -> Double, y: (RatePoint) -> Double
    ) -> Double {
      let areas = [test.frontier, anchor.frontier].map { points in
        let (x, y) = (points.map(x), points.map(y))
        return switch interpolation {
        case .cubic: CubicPolynomial(x: x, y: y).integral(over: range)
        case .piecewise: MonotoneCubic(x: x, y: y).integral(over: range)
        }
      }
      return (areas[0] - areas[1]) / (range.upperBound - range.lowerBound)
    }
    let logRatio = mean(over: qualities, x: \.quality, y: { log($0.rate) })
    ratePercent = expm1(logRatio) * 100
    quality = mean(over: logRates, x: { log($0.rate) }, y: \.quality)
    self.qualities = qualities
    rates = exp(logRates.lowerBound)...exp(logRates.upperBound)
  }
}

/// Why two curves cannot be compared.
public enum RateQualityError: Error, Hashable, CustomStringConvertible {
  /// A curve has too few points that are not beaten by another one of it.
  case tooFewPoints(label: String, count: Int, required: Int)
  /// There is no quality, or no rate, that both curves have.
  case noOverlap(String, String)

  /// One sentence: what is wrong and what to do.
  public var description: String {
    switch self {
    case .tooFewPoints(let label, let count, let required):
      "\(label) has \(count) points that rise with the rate, and \(required) are needed: "
        + "add encodes at other rates."
    case .noOverlap(let first, let second):
      "\(first) and \(second) have no quality or no rate in common: choose rates that overlap."
    }
  }
}
