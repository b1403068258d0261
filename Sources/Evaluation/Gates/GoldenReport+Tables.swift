extension GoldenReport {
  /// The figures: pairs against libvmaf, then students against their teacher.
  public func tables() -> [TextTable] { [pairTable(), studentTable()] }

  private func pairTable() -> TextTable {
    var names: [String] = []
    for check in checks {
      if let pair = check.pair, !names.contains(pair) { names.append(pair) }
    }
    let rows = names.compactMap { name -> [String]? in
      let own = checks.filter { $0.pair == name }
      guard own.contains(where: { $0.verdict != .skipped }) else { return nil }
      let features = own.first { $0.kind == .features }
      let scores = own.filter { $0.kind == .score }
      let mean = own.first { $0.kind == .mean }
      let known = scores.compactMap(\.largestULP).max()
      return [
        name, GateFormat.distance(features?.largestULP), GateFormat.distance(known),
        GateFormat.short(scores.compactMap(\.largestDifference).max()),
        GateFormat.score(mean?.found ?? scores.first?.found),
        GateFormat.score(mean?.expected ?? scores.first?.expected), Self.summary(own),
      ]
    }
    return TextTable(
      title: "Against libvmaf's figures: largest distances",
      header: [
        "pair", "feature ULP", "score ULP", "score difference", "mean VMAF", "expected", "verdict",
      ], rows: rows)
  }

  private func studentTable() -> TextTable {
    let errors = checks.filter { $0.kind == .studentError }
    let rows = errors.map { check in
      func verdict(_ kind: Check.Kind) -> String {
        Self.summary(checks.filter { $0.kind == kind && $0.model == check.model })
      }
      return [
        check.model ?? "", "\(check.values)", GateFormat.short(check.largestDifference),
        GateFormat.short(check.bar), check.note ?? "", verdict(.studentError),
        verdict(.studentRange), verdict(.studentOrder), verdict(.studentIdentity),
      ]
    }
    return TextTable(
      title: "Students against their teacher at the golden points",
      header: [
        "student", "points", "max error", "budget", "where", "error", "range", "order", "identity",
      ], rows: rows)
  }

  private static func summary(_ checks: [Check]) -> String {
    if checks.contains(where: { $0.verdict == .failed }) { return "FAILED" }
    return checks.contains { $0.verdict == .passed } ? "passed" : "skipped"
  }
}
