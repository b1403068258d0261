/// One line that tells how far a long run is.
///
/// For example `43 %  ▓▓▓▓░░░░░░  128 of 300 frames  118 fps  0:02 left`. The text has no line
/// feed; a caller on a terminal writes it after a carriage return and clears the rest of the line.
public struct ProgressLine: Hashable, Sendable {
  /// The frames that are done.
  public var done: Int
  /// All frames, or `nil` when the input does not tell.
  public var total: Int?
  /// Seconds since the start.
  public var elapsed: Double

  /// Creates a line.
  public init(done: Int, total: Int?, elapsed: Double) {
    self.done = done
    self.total = total
    self.elapsed = elapsed
  }

  /// The line, at most `width` characters long.
  public func text(width: Int) -> String {
    let speed = elapsed > 0 ? Double(done) / elapsed : 0
    var parts: [String] = []
    if let total, total > 0 {
      let share = min(1, Double(done) / Double(total))
      parts.append("\(Int(share * 100)) %".leftPadded(to: 5))
      let filled = Int(share * 10)
      parts.append(
        String(repeating: "▓", count: filled) + String(repeating: "░", count: 10 - filled))
      parts.append("\(done) of \(total) frames")
    } else {
      parts.append("\(done) frames")
    }
    if speed > 0 {
      parts.append("\(decimal(speed, digits: speed < 10 ? 1 : 0)) fps")
      if let total, total > done {
        parts.append("\(Self.clock(Double(total - done) / speed)) left")
      }
    }
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
