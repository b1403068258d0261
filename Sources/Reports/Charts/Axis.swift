#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One direction of a chart: what it measures, from where to where, and what is written along it.
public struct Axis: Sendable {
  /// A position with its words.
  public struct Tick: Hashable, Sendable {
    /// Where it is.
    public var value: Double
    /// What is written there.
    public var label: String

    /// Creates a tick.
    public init(_ value: Double, _ label: String) {
      self.value = value
      self.label = label
    }
  }

  /// What is measured, with its unit.
  public var label: String
  /// The ends.
  public var domain: ClosedRange<Double>
  /// What is written along it, ascending.
  public var ticks: [Tick]
  /// Whether equal distances are equal ratios; the domain is then positive.
  public var isLogarithmic = false

  /// Creates an axis.
  public init(
    label: String, domain: ClosedRange<Double>, ticks: [Tick], isLogarithmic: Bool = false
  ) {
    self.label = label
    self.domain =
      domain.lowerBound < domain.upperBound
      ? domain : domain.lowerBound - 0.5...domain.upperBound + 0.5
    self.ticks = ticks
    self.isLogarithmic = isLogarithmic
  }

  /// An axis of numbers with round ticks.
  ///
  /// - Parameters:
  ///   - label: What is measured.
  ///   - values: The values to make room for.
  ///   - isExact: Whether the axis ends with the values rather than with a round number.
  ///   - count: About how many ticks there are.
  public static func numbers(
    _ label: String, _ values: ClosedRange<Double>, isExact: Bool = false, count: Int = 5
  ) -> Axis {
    var (low, high) = (values.lowerBound, values.upperBound)
    guard low.isFinite, high.isFinite else { return Axis(label: label, domain: 0...1, ticks: []) }
    if low == high {
      (low, high) = (low - max(abs(low) / 100, 0.5), high + max(abs(low) / 100, 0.5))
    }
    let step = Self.roundStep((high - low) / Double(max(count, 1)))
    let first = (low / step).rounded(isExact ? .up : .down)
    let last = (high / step).rounded(isExact ? .down : .up)
    let digits = max(0, -Int(log10(step * 1.000001).rounded(.down)))
    let ticks = stride(from: first, through: last, by: 1).prefix(50).map {
      Tick($0 * step, Self.grouped(decimal($0 * step + 0, digits: digits)))
    }
    return Axis(
      label: label, domain: isExact ? low...high : first * step...last * step, ticks: ticks)
  }

  /// An axis of equal ratios, with ticks at 1, 2 and 5 times the powers of ten.
  public static func logarithmic(_ label: String, _ values: ClosedRange<Double>) -> Axis {
    let low = values.lowerBound / 1.08
    let high = max(values.upperBound * 1.08, low * 1.2)
    var ticks: [Tick] = []
    for exponent in Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up)) {
      for factor in [1.0, 2, 5] {
        let value = factor * pow(10, Double(exponent))
        guard (low...high).contains(value) else { continue }
        ticks.append(Tick(value, grouped(decimal(value, digits: max(0, -exponent)))))
      }
    }
    if ticks.count < 2 {
      ticks = numbers(label, low...high, isExact: true).ticks
    }
    return Axis(label: label, domain: low...high, ticks: ticks, isLogarithmic: true)
  }

  /// An axis of frame numbers, with times where the rate is known.
  public static func frames(_ range: ClosedRange<Double>, frameRate: Double?) -> Axis {
    guard let frameRate, frameRate > 0, range.upperBound - range.lowerBound > 3 * frameRate else {
      return numbers("frame", range, isExact: true, count: 6)
    }
    let seconds = range.lowerBound / frameRate...range.upperBound / frameRate
    let steps: [Double] = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000,
    ]
    let span = seconds.upperBound - seconds.lowerBound
    let step = steps.first { span / $0 <= 7 } ?? 86400
    let first = (seconds.lowerBound / step).rounded(.up)
    let ticks = stride(
      from: first, through: (seconds.upperBound / step).rounded(.down), by: 1
    ).prefix(50).map { Tick($0 * step * frameRate, Self.clock($0 * step)) }
    return Axis(label: "time", domain: range, ticks: ticks)
  }

  /// Where a value lies, from 0 at the low end to 1 at the high end.
  func share(of value: Double) -> Double {
    if isLogarithmic {
      return log(value / domain.lowerBound) / log(domain.upperBound / domain.lowerBound)
    }
    return (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
  }

  /// The round number (1, 2 or 5 times a power of ten) at or above a distance.
  private static func roundStep(_ distance: Double) -> Double {
    let power = pow(10, log10(distance).rounded(.down))
    let factor = [1.0, 2, 5].first { $0 * power >= distance * 0.999 } ?? 10
    return factor * power
  }

  /// Digits in groups of three.
  static func grouped(_ text: String) -> String {
    let whole = text.prefix { $0 == "-" || $0.isNumber }
    let digits = whole.drop { $0 == "-" }
    guard digits.count > 4 else { return text }
    var grouped = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { grouped += "," }
      grouped.append(digit)
    }
    return whole.prefix(whole.count - digits.count) + grouped + text.dropFirst(whole.count)
  }

  /// Seconds as `m:ss` or `h:mm:ss`.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "-" }
    let whole = Int(seconds.rounded())
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (minutes, rest) = (whole / 60, two(whole % 60))
    return minutes < 60 ? "\(minutes):\(rest)" : "\(minutes / 60):\(two(minutes % 60)):\(rest)"
  }
}
