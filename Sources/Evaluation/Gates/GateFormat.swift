/// How the figures of a gate are written.
enum GateFormat {
  /// A distance in units in the last place, in full while it is short.
  static func distance(_ value: UInt64?) -> String {
    guard let value else { return "" }
    return value < 1_000_000 ? "\(value)" : short(Double(value))
  }

  /// A number with three significant digits, `0` for nothing.
  static func short(_ value: Double?) -> String {
    guard let value else { return "" }
    guard value != 0 else { return "0" }
    guard value.isFinite else { return "\(value)" }
    var exponent = 0
    var mantissa = abs(value)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    var hundredths = Int((mantissa * 100).rounded())
    if hundredths >= 1000 { (hundredths, exponent) = (hundredths / 10, exponent + 1) }
    let sign = value < 0 ? "-" : ""
    let digits = hundredths % 100
    let fraction = digits < 10 ? "0\(digits)" : "\(digits)"
    return "\(sign)\(hundredths / 100).\(fraction)e\(exponent)"
  }

  /// A score with eight decimals, as the golden means are quoted.
  static func score(_ value: Double?) -> String {
    guard let value, value.isFinite, abs(value) < 1e9 else { return value.map { "\($0)" } ?? "" }
    let units = Int((abs(value) * 1e8).rounded())
    let digits = String(units % 100_000_000)
    let zeros = String(repeating: "0", count: 8 - digits.count)
    return (value < 0 ? "-" : "") + "\(units / 100_000_000).\(zeros)\(digits)"
  }
}
