import Features

extension ScoreSummary {
  /// Several distorted videos below one another: a line each, with a column for each score.
  ///
  /// - Parameters:
  ///   - summaries: In the order in which they were asked for; their scores have the names of the
  ///     first one's.
  ///   - style: Width and colours.
  public static func ladder(
    _ summaries: [ScoreSummary], style: TerminalStyle = TerminalStyle()
  ) -> String {
    guard let first = summaries.first else { return "" }
    let names = first.scores.map { TerminalStyle.shortened($0.name, to: style.width / 4) }
    var header = names + ["harmonic", "min", "p5"]
    var rows: [[String]] = summaries.map { summary in
      let main = summary.scores.first { !$0.values.isEmpty }?.values ?? []
      let means = summary.scores.map {
        $0.figure.map { decimal($0, digits: 4) } ?? "-"
      }
      return means
        + [Pooling.harmonicMean, .min, .percentile(5)].map { pooling in figure(pooling(main)) }
    }
    let widths = header.indices.map { column in
      (rows.map { $0[column].count } + [header[column].count]).max() ?? 0
    }
    for column in header.indices {
      header[column] = header[column].leftPadded(to: widths[column])
      for row in rows.indices {
        rows[row][column] = rows[row][column].leftPadded(to: widths[column])
      }
    }
    let room = max(12, style.width - widths.reduce(0) { $0 + $1 + 2 })
    let labels = summaries.map { TerminalStyle.shortened($0.input.distorted, to: room) }
    let labelWidth = (labels.map(\.count) + ["distorted".count]).max() ?? 0
    var text =
      style.paint(
        "distorted".rightPadded(to: labelWidth) + "  " + header.joined(separator: "  "), .faint)
      + "\n"
    for (label, row) in zip(labels, rows) {
      text += label.rightPadded(to: labelWidth) + "  " + row.joined(separator: "  ") + "\n"
    }
    return text
  }
}
