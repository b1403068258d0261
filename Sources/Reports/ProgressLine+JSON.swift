extension ProgressLine {
  /// What a line of JSON tells.
  public enum Event: String, Sendable {
    /// So much is done.
    case progress
    /// Nothing more will come of this stage.
    case finished
  }

  /// The progress as a JSON object on one line, without a line feed.
  ///
  /// `stage`, `unit`, `done`, `seconds` are always there; `total`, `rate` (per second), `remaining`
  /// (seconds) and `detail` where they are known.
  public func json(event: Event) -> String {
    var members = [
      "\"event\": \"\(event.rawValue)\"", "\"stage\": \(ScoreReport.quoted(label))",
      "\"unit\": \(ScoreReport.quoted(unit))", "\"done\": \(done)",
    ]
    if let total { members.append("\"total\": \(total)") }
    members.append("\"seconds\": \(decimal(elapsed, digits: 3))")
    if elapsed > 0, done > 0 {
      let rate = Double(done) / elapsed
      members.append("\"rate\": \(decimal(rate, digits: 3))")
      if let total, total >= done {
        members.append("\"remaining\": \(decimal(Double(total - done) / rate, digits: 3))")
      }
    }
    if !detail.isEmpty { members.append("\"detail\": \(ScoreReport.quoted(detail))") }
    return "{" + members.joined(separator: ", ") + "}"
  }

  /// What was done in which time, in words: `scoring: 300 frames in 2.54 s, 118 frames/s`.
  public var summary: String {
    var text = "\(label): \(done) \(unit) in \(decimal(elapsed, digits: 2)) s"
    if elapsed > 0, done > 0 {
      let rate = Double(done) / elapsed
      text += ", \(decimal(rate, digits: rate < 10 ? 1 : 0)) \(unit)/s"
    }
    return text
  }
}
