extension Chart {
  /// Several charts, one below the other, as a Vega-Lite 5 specification with its data inside.
  ///
  /// It opens in any notebook or editor that knows Vega-Lite, needs no network, and has every
  /// value of the charts.
  public static func vegaLite(_ charts: [Chart], title: String) -> String {
    let views = charts.map { "    \($0.vegaLiteView())" }.joined(separator: ",\n")
    return """
      {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": \(Markup.json(title)),
        "vconcat": [
      \(views)
        ],
        "resolve": {"scale": {"color": "independent"}}
      }

      """
  }

  private func vegaLiteView() -> String {
    var marks: [String] = []
    for layer in layers { if let view = vegaLite(layer) { marks.append(view) } }
    return "{\"title\": \(Markup.json(title)), \"width\": 720, \"height\": \(height), "
      + "\"layer\": [\(marks.joined(separator: ", "))]}"
  }

  private func vegaLite(_ layer: Layer) -> String? {
    let color = "\"color\": {\"field\": \"series\", \"type\": \"nominal\"}"
    switch layer {
    case .line(let series):
      let mark = series.style == .dashed ? "\"line\", \"strokeDash\": [6, 3]" : "\"line\""
      return view(mark, rows(series), position("x", x), position("y", y), color)
    case .points(let series):
      return view(
        "\"point\", \"filled\": true", rows(series), position("x", x), position("y", y), color)
    case .band(let band):
      let rows = band.extents.map { extent in
        row(band.label, [("x", extent.x), ("y", extent.low), ("y2", extent.high)])
      }
      return view(
        "\"area\", \"opacity\": 0.2", rows, position("x", x), position("y", y),
        "\"y2\": {\"field\": \"y2\"}", color)
    case .bars(let bars):
      let rows = bars.bars.map { bar in
        row(
          bars.label,
          [("x", bar.range.lowerBound), ("x2", bar.range.upperBound), ("y", bar.value)])
      }
      return view(
        "\"bar\"", rows, position("x", x), "\"x2\": {\"field\": \"x2\"}", position("y", y), color)
    case .spans(let spans):
      let rows = spans.spans.map { span in
        row(
          spans.label,
          [("x", span.range.lowerBound), ("x2", span.range.upperBound), ("y", span.y)])
      }
      return view(
        "\"rule\"", rows, position("x", x), "\"x2\": {\"field\": \"x2\"}", position("y", y), color)
    case .verticals(let marks, _):
      let rows = marks.map { row($0.label, [("x", $0.position)]) }
      return view("\"rule\", \"opacity\": 0.4", rows, position("x", x))
    case .horizontals(let marks, _):
      let rows = marks.map { row($0.label, [("y", $0.position)]) }
      return view("\"rule\", \"opacity\": 0.4", rows, position("y", y))
    case .guide(let from, let to):
      let rows = [from, to].map { row("guide", [("x", $0.x), ("y", $0.y)]) }
      return view("\"line\", \"color\": \"gray\"", rows, position("x", x), position("y", y))
    case .labels(let labels):
      let rows = labels.map { row($0.text, [("x", $0.point.x), ("y", $0.point.y)]) }
      return view(
        "\"text\", \"dy\": -8", rows, position("x", x), position("y", y),
        "\"text\": {\"field\": \"series\"}")
    }
  }

  private func rows(_ series: Series) -> [String] {
    series.points.map { row(series.label, [("x", $0.x), ("y", $0.y)]) }
  }

  private func row(_ label: String, _ values: [(String, Double)]) -> String {
    let fields = values.map { "\"\($0)\": \(Markup.json($1))" }.joined(separator: ", ")
    return "{\"series\": \(Markup.json(label)), \(fields)}"
  }

  private func position(_ channel: String, _ axis: Axis) -> String {
    let scale =
      "{\"domain\": [\(axis.domain.lowerBound), \(axis.domain.upperBound)]"
      + (axis.isLogarithmic ? ", \"type\": \"log\"}" : ", \"nice\": false, \"zero\": false}")
    return "\"\(channel)\": {\"field\": \"\(channel)\", \"type\": \"quantitative\", "
      + "\"title\": \(Markup.json(axis.label)), \"scale\": \(scale)}"
  }

  private func view(_ mark: String, _ rows: [String], _ channels: String...) -> String? {
    guard !rows.isEmpty else { return nil }
    return "{\"mark\": {\"type\": \(mark), \"clip\": true}, "
      + "\"data\": {\"values\": [\(rows.joined(separator: ", "))]}, "
      + "\"encoding\": {\(channels.joined(separator: ", "))}}"
  }
}
