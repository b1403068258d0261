public import Evaluation
import Features

extension ScorePage {
  /// The figures of the page as tables, for spreadsheets and documents.
  public func tables() -> [TextTable] {
    var tables = [summaryTable(), percentileTable(), worstTable(), modelTable()]
    if let rateQuality { tables += rateQuality.tables(unit: unit) }
    return tables.filter { !$0.rows.isEmpty }
  }

  /// A row per encode.
  func summaryTable() -> TextTable {
    let hasRates = encodes.contains { $0.rate != nil }
    var header = ["video"] + (hasRates ? ["kbit/s"] : []) + ["score"]
    header += models.dropFirst().map(\.name) + ["harmonic", "p5", "p1", "min", "worst at"]
    let rows = zip(encodes, labels).map { encode, label in
      let values = mainScores(encode)
      let rate = encode.rate.map { Axis.grouped(decimal($0, digits: $0 < 100 ? 1 : 0)) } ?? "–"
      let pooled = [Pooling.harmonicMean, .percentile(5), .percentile(1), .min].map {
        Self.figure($0(values))
      }
      let verdicts = models.indices.map { verdict($0, of: encode) }
      let worst = Self.worstFrames(values, frames: encode.table.frames, count: 1, distance: 1)
      return [label] + (hasRates ? [rate] : []) + verdicts.map(Self.figure) + pooled
        + [worst.first.map(moment) ?? "–"]
    }
    return TextTable(title: "Scores", header: header, rows: models.isEmpty ? [] : rows)
  }

  /// The percentiles of each encode.
  func percentileTable() -> TextTable {
    let percentages: [Double] = [1, 5, 10, 25, 50, 75, 90, 95]
    let rows = zip(encodes, labels).compactMap { encode, label -> [String]? in
      let values = mainScores(encode).filter(\.isFinite)
      guard !values.isEmpty else { return nil }
      let deviation = Pooling.mean(values).map { mean in
        (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      }
      return [label] + percentages.map { Self.figure(Pooling.percentile($0)(values)) }
        + [Self.figure(deviation)]
    }
    return TextTable(
      title: "Percentiles",
      header: ["video"] + percentages.map { $0 == 50 ? "median" : "p\(Int($0))" } + ["st. dev."],
      rows: rows)
  }

  /// The worst frames of each encode.
  func worstTable() -> TextTable {
    let rows = zip(encodes, labels).flatMap { encode, label in
      let values = mainScores(encode)
      let frames = encode.table.frames
      let worst = Self.worstFrames(
        values, frames: frames, count: encodes.count == 1 ? 10 : encodes.count <= 4 ? 3 : 1,
        distance: Self.distance(frameRate: frameRate))
      return worst.map { frame in
        [
          label, "\(frame)", moment(frame),
          Self.figure(frames.firstIndex(of: frame).map { values[$0] }),
        ]
      }
    }
    return TextTable(title: "Worst frames", header: ["video", "frame", "time", unit], rows: rows)
  }

  /// What every model says of a single encode; empty with a single model.
  func modelTable() -> TextTable {
    var rows: [[String]] = []
    if models.count > 1, encodes.count == 1, let encode = encodes.first {
      for (index, model) in models.enumerated() {
        guard let verdict = verdict(index, of: encode) else { continue }
        let interval = verdict.interval.map {
          "\(Self.figure($0.lowerBound)) to \(Self.figure($0.upperBound))"
        }
        let doubtful = verdict.outOfDomainFrames.map(String.init)
        rows.append([
          model.name, model.source, model.kind,
          Self.figure(verdict.score), interval ?? "–", doubtful ?? "–",
        ])
      }
    }
    let header = ["scores", "model", "kind", "score", "interval", "frames out of domain"]
    // What no model states has no column.
    let shown = header.indices.filter { column in
      rows.contains { !["", "–"].contains($0[column]) }
    }
    return TextTable(
      title: "Models", header: shown.map { header[$0] },
      rows: rows.map { row in shown.map { row[$0] } })
  }

  /// A score with its interval.
  private static func figure(_ verdict: Verdict?) -> String {
    let interval = verdict?.interval.map {
      " (\(figure($0.lowerBound)) to \(figure($0.upperBound)))"
    }
    return figure(verdict?.score) + (interval ?? "")
  }

  /// A number with two decimals.
  static func figure(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "–" }
    return decimal(value, digits: 2)
  }

  /// When a frame is shown, or its number where the frame rate is not known.
  func moment(_ frame: Int) -> String {
    guard let frameRate, frameRate > 0 else { return "frame \(frame)" }
    let hundredths = Int((Double(frame) / frameRate * 100).rounded(.down))
    let tail = hundredths % 100
    return Axis.clock(Double(hundredths / 100)) + (tail < 10 ? ".0\(tail)" : ".\(tail)")
  }
}

extension TextTable {
  /// The table as comma-separated values after RFC 4180, with a header.
  ///
  /// Cells that a spreadsheet would take for formulas get a leading apostrophe, unless they are
  /// numbers.
  public func csv() -> String {
    ([header] + rows).map { row in row.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    var text = text
    let isFigure = text.dropFirst().allSatisfy { "0123456789.,% ".contains($0) }
    if let first = text.first, "=+-@\t\r".contains(first), !isFigure { text = "'" + text }
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
