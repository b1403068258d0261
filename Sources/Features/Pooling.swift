/// A way to sum up per-frame values in one figure.
public enum Pooling: Hashable, Sendable {
  /// The smallest value.
  case min
  /// The largest value.
  case max
  /// The arithmetic mean, summed in frame order.
  case mean
  /// `n / Σ 1 / (x + 1) - 1`: the harmonic mean of values moved up by one, so that 0 is legal.
  case harmonicMean
  /// The value below which this percentage of the frames lies, from 0 to 100.
  ///
  /// Interpolated linearly at position `p (n - 1) / 100` of the sorted values, as NumPy and
  /// spreadsheets do by default.
  case percentile(Double)

  /// The four ways of libvmaf's reports, in their order.
  public static let standard: [Pooling] = [.min, .max, .mean, .harmonicMean]
  /// What reports for people have on top: the 1st, 5th and 10th percentile.
  public static let lowPercentiles: [Pooling] = [.percentile(1), .percentile(5), .percentile(10)]

  /// The name in reports: `min`, `max`, `mean`, `harmonic_mean`, `p5`.
  public var name: String {
    switch self {
    case .min: return "min"
    case .max: return "max"
    case .mean: return "mean"
    case .harmonicMean: return "harmonic_mean"
    case .percentile(let percentage):
      return "p" + generalFormat(percentage)
    }
  }

  /// Finds a way by its name; `p` and a number from 0 to 100 is a percentile.
  public init?(name: String) {
    if let known = Self.standard.first(where: { $0.name == name }) {
      self = known
    } else if name.first == "p", let percentage = Double(name.dropFirst()),
      (0...100).contains(percentage)
    {
      self = .percentile(percentage)
    } else {
      return nil
    }
  }

  /// The pooled value, or `nil` when there are no values.
  public func callAsFunction(_ values: [Double]) -> Double? {
    guard let first = values.first else { return nil }
    switch self {
    case .min: return values.reduce(first) { $1 < $0 ? $1 : $0 }
    case .max: return values.reduce(first) { $1 > $0 ? $1 : $0 }
    case .mean: return values.reduce(0, +) / Double(values.count)
    case .harmonicMean:
      return Double(values.count) / values.reduce(0) { $0 + 1 / ($1 + 1) } - 1
    case .percentile(let percentage):
      return Self.percentile(percentage, ofSorted: values.sorted())
    }
  }

  /// The percentile of values in ascending order, of which there must be at least one.
  public static func percentile(_ percentage: Double, ofSorted values: [Double]) -> Double {
    let position = percentage * Double(values.count - 1) / 100
    let lower = Int(position.rounded(.down))
    let upper = Int(position.rounded(.up))
    guard lower != upper else { return values[lower] }
    return values[lower] * (Double(upper) - position) + values[upper] * (position - Double(lower))
  }
}
