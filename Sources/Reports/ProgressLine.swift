/// One line that tells how far a long run is.
///
/// For example `scoring   43 %  ▓▓▓▓░░░░░░  128 of 300 frames  118 frames/s  0:02 left`. The text
/// has no line feed; a caller on a terminal writes it after a carriage return and clears the rest
/// of the line.
public struct ProgressLine: Hashable, Sendable {
  /// What is being done; may be empty.
  public var label: String
  /// What is counted, in the plural.
  public var unit: String
  /// How many are done.
  public var done: Int
  /// How many there are, or `nil` when that is not known.
  public var total: Int?
  /// Seconds since the start.
  public var elapsed: Double
  /// What else there is to say; may be empty.
  public var detail: String

  /// Creates a line.
  public init(
    label: String = "", unit: String = "frames", done: Int, total: Int?, elapsed: Double,
    detail: String = ""
  ) {
    self.label = label
    self.unit = unit
    self.done = done
    self.total = total
    self.elapsed = elapsed
    self.detail = detail
  }

  /// The line, at most `width` characters long.
  public func text(width: Int) -> String {
    let speed = elapsed > 0 ? Double(done) / elapsed : 0
    var parts = label.isEmpty ? [] : [label]
    if let total, total > 0 {
      let share = min(1, Double(done) / Double(total))
      parts.append("\(Int(share * 100)) %".leftPadded(to: 5))
      let filled = Int(share * 10)
      parts.append(
        String(repeating: "▓", count: filled) + String(repeating: "░", count: 10 - filled))
      parts.append("\(done) of \(total) \(unit)")
    } else {
      parts.append("\(done) \(unit)")
    }
    if speed > 0 {
      parts.append("\(decimal(speed, digits: speed < 10 ? 1 : 0)) \(unit)/s")
      if let total, total > done {
        parts.append("\(Self.clock(Double(total - done) / speed)) left")
      }
    }
    if !detail.isEmpty { parts.append(detail) }
    return String(parts.joined(separator: "  ").prefix(max(0, width)))
  }

  /// Seconds, rounded up, as `m:ss` or `h:mm:ss`.
  private static func clock(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "-" }
    let whole = Int(seconds.rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (minutes, rest) = (whole / 60, two(whole % 60))
    return minutes < 60 ? "\(minutes):\(rest)" : "\(minutes / 60):\(two(minutes % 60)):\(rest)"
  }
}
