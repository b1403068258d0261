extension Chart {
  /// The chart as an SVG file of its own, in light or dark colours as the viewer prefers.
  ///
  /// - Parameter width: The width in pixels.
  public func svg(width: Int = 960) -> String {
    let drawing = SVGDrawing(self, isInline: false)
    let heading = 34
    let total = drawing.height + heading + 8
    var text = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(total)\""
    text += " viewBox=\"0 0 \(width) \(total)\" font-family=\"system-ui, sans-serif\">\n"
    text += "<title>\(Markup.escaped(title))</title>\n"
    text += "<style>\(ChartStyle.file)</style>\n"
    text += "<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n"
    text += "<text x=\"16\" y=\"24\" class=\"ti\">\(Markup.escaped(title))</text>\n"
    text += "<svg x=\"16\" y=\"\(heading)\" width=\"\(width - 32)\" height=\"\(drawing.height)\">\n"
    return text + drawing.body + "</svg>\n</svg>\n"
  }

  /// The chart for a page that has ``ChartStyle/page``; it takes the width that there is.
  func inlineSVG() -> String {
    let drawing = SVGDrawing(self, isInline: true)
    return
      "<svg class=\"chart\" role=\"img\" aria-label=\"\(Markup.escaped(title))\" width=\"100%\""
      + " height=\"\(drawing.height)\">\(drawing.body)</svg>"
  }
}

/// Draws a chart.
///
/// Words and axes are placed by percentages, curves in a plot that stretches with the width while
/// their strokes keep theirs, so that the same drawing reads well on any screen without a script.
/// Values are written above their lines, which needs no margin.
private struct SVGDrawing {
  private static let top = 18
  /// Units of the plot: across, and per pixel down.
  private static let across = 2000.0
  private static let down = 2.0

  private let chart: Chart
  private let separator: String
  let height: Int

  init(_ chart: Chart, isInline: Bool) {
    self.chart = chart
    separator = isInline ? "" : "\n"
    height = Self.top + chart.height + (chart.x.ticks.isEmpty ? 4 : 38)
  }

  var body: String {
    var text = grid()
    text += "<svg y=\"\(Self.top)\" width=\"100%\" height=\"\(chart.height)\""
    text += " viewBox=\"0 0 2000 \(chart.height * 2)\" preserveAspectRatio=\"none\">"
    for layer in chart.layers { text += plot(layer) }
    text += "</svg>" + separator + axes()
    for layer in chart.layers { text += words(layer) }
    return text
  }

  // MARK: - Axes

  private func grid() -> String {
    chart.y.ticks.map { tick in
      let y = number(pixel(y: tick.value))
      return "<line x2=\"100%\" y1=\"\(y)\" y2=\"\(y)\" class=\"g\"/>"
    }.joined(separator: separator)
  }

  private func axes() -> String {
    var text = ""
    let floor = Self.top + chart.height
    for (index, tick) in chart.y.ticks.enumerated() {
      let label = index == chart.y.ticks.count - 1 ? "\(tick.label) \(chart.y.label)" : tick.label
      let above = number(pixel(y: tick.value) - 4)
      text += "<text y=\"\(above)\" class=\"t\">\(Markup.escaped(label))</text>" + separator
    }
    guard !chart.x.ticks.isEmpty else { return text }
    text += "<line x2=\"100%\" y1=\"\(floor)\" y2=\"\(floor)\" class=\"a\"/>"
    for (index, tick) in chart.x.ticks.enumerated() {
      let share = chart.x.share(of: tick.value) * 100
      let x = percent(share)
      text += "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"\(floor)\" y2=\"\(floor + 4)\" class=\"a\"/>"
      let isSpare = chart.x.ticks.count > 5 && index % 2 == 1
      text += "<text x=\"\(x)\" y=\"\(floor + 18)\" class=\"t\(isSpare ? " z" : "")\""
      text += "\(anchor(share))>\(Markup.escaped(tick.label))</text>" + separator
    }
    text += "<text x=\"100%\" y=\"\(floor + 34)\" text-anchor=\"end\" class=\"t\">"
    return text + "\(Markup.escaped(chart.x.label))</text>" + separator
  }

  private func anchor(_ share: Double) -> String {
    share < 3 ? "" : " text-anchor=\"\(share > 97 ? "end" : "middle")\""
  }

  // MARK: - What stretches

  private func plot(_ layer: Chart.Layer) -> String {
    var path = SVGPath()
    switch layer {
    case .line(let series):
      var isOpen = false
      for point in series.points {
        guard point.x.isFinite, point.y.isFinite else {
          isOpen = false
          continue
        }
        if isOpen {
          path.line(to: unit(x: point.x), unit(y: point.y))
        } else {
          path.move(to: unit(x: point.x), unit(y: point.y))
        }
        isOpen = true
      }
      return element(path, "ln\(suffix(series.style))", series.ink, series.label)
    case .band(let band):
      let extents = band.extents.filter { $0.low.isFinite && $0.high.isFinite }
      for (index, extent) in extents.enumerated() {
        if index == 0 {
          path.move(to: unit(x: extent.x), unit(y: extent.high))
        } else {
          path.line(to: unit(x: extent.x), unit(y: extent.high))
        }
      }
      for extent in extents.reversed() { path.line(to: unit(x: extent.x), unit(y: extent.low)) }
      if !extents.isEmpty { path.close() }
      return element(path, "bd", band.ink, band.label)
    case .points(let series):
      for point in series.points where point.x.isFinite && point.y.isFinite {
        path.dot(at: unit(x: point.x), unit(y: point.y))
      }
      return element(path, series.points.count > 400 ? "pt sm" : "pt", series.ink, series.label)
    case .bars(let bars):
      let floor = unit(y: max(0, chart.y.domain.lowerBound))
      for bar in bars.bars where bar.value != 0 && bar.value.isFinite {
        let left = unit(x: bar.range.lowerBound) + 2
        let right = max(unit(x: bar.range.upperBound) - 2, left + 1)
        path.move(to: left, floor)
        path.line(to: left, unit(y: bar.value))
        path.line(to: right, unit(y: bar.value))
        path.line(to: right, floor)
        path.close()
      }
      return element(path, "br", bars.ink, bars.label)
    case .spans(let spans):
      for span in spans.spans {
        path.move(to: unit(x: span.range.lowerBound), unit(y: span.y))
        path.line(to: unit(x: span.range.upperBound), unit(y: span.y))
      }
      return element(path, "sn", spans.ink, spans.label)
    case .guide(let from, let to):
      path.move(to: unit(x: from.x), unit(y: from.y))
      path.line(to: unit(x: to.x), unit(y: to.y))
      return "<path d=\"\(path.text)\" class=\"mk\"/>" + separator
    case .verticals(let marks, let style):
      for mark in marks where chart.x.domain.contains(mark.position) {
        path.move(to: unit(x: mark.position), 0)
        path.line(to: unit(x: mark.position), 2 * chart.height)
      }
      return path.text.isEmpty ? "" : "<path d=\"\(path.text)\" class=\"mk\(suffix(style))\"/>"
    case .horizontals(let marks, let style):
      for mark in marks where chart.y.domain.contains(mark.position) {
        path.move(to: 0, unit(y: mark.position))
        path.line(to: 2000, unit(y: mark.position))
      }
      return path.text.isEmpty ? "" : "<path d=\"\(path.text)\" class=\"mk\(suffix(style))\"/>"
    case .labels: return ""
    }
  }

  private func element(_ path: SVGPath, _ kind: String, _ ink: Int, _ label: String) -> String {
    guard !path.text.isEmpty else { return "" }
    return "<path d=\"\(path.text)\" class=\"\(kind) i\(ink % ChartStyle.inkCount)\""
      + " data-k=\"\(Markup.escaped(label))\"/>" + separator
  }

  private func suffix(_ style: Chart.Style) -> String {
    switch style {
    case .solid: ""
    case .dashed: " da"
    case .faint: " fa"
    }
  }

  // MARK: - Words

  private func words(_ layer: Chart.Layer) -> String {
    var text = ""
    switch layer {
    case .labels(let labels):
      for label in labels {
        let share = chart.x.share(of: label.point.x) * 100
        let y = number(max(pixel(y: label.point.y) - 7, 11))
        let ink = label.ink.map { " i\($0 % ChartStyle.inkCount)" } ?? ""
        text += "<text x=\"\(percent(share))\" y=\"\(y)\" class=\"w\(ink)\""
        text += "\(anchor(share))>\(Markup.escaped(label.text))</text>" + separator
      }
    case .verticals(let marks, _):
      for (index, mark) in marks.enumerated() where !mark.label.isEmpty {
        let share = chart.x.share(of: mark.position) * 100
        guard (0...100).contains(share) else { continue }
        let y = Self.top + 12 + index % 3 * 15
        text += "<text x=\"\(percent(share))\" y=\"\(y)\" dx=\"\(share > 80 ? -4 : 4)\" class=\"w\""
        text += "\(share > 80 ? " text-anchor=\"end\"" : "")>\(Markup.escaped(mark.label))</text>"
      }
    case .horizontals(let marks, _):
      for mark in marks where !mark.label.isEmpty {
        let y = number(pixel(y: mark.position) - 4)
        text += "<text x=\"100%\" y=\"\(y)\" text-anchor=\"end\" class=\"w\">"
        text += "\(Markup.escaped(mark.label))</text>" + separator
      }
    default: break
    }
    return text
  }

  // MARK: - Places

  private func pixel(y value: Double) -> Double {
    Double(Self.top) + (1 - chart.y.share(of: value)) * Double(chart.height)
  }

  private func unit(x value: Double) -> Int { bounded(chart.x.share(of: value) * Self.across) }

  private func unit(y value: Double) -> Int {
    bounded((1 - chart.y.share(of: value)) * Double(chart.height) * Self.down)
  }

  private func bounded(_ value: Double) -> Int {
    value.isFinite ? Int(min(max(value.rounded(), -4000), 8000)) : 0
  }

  private func percent(_ share: Double) -> String { Markup.number(share) + "%" }

  private func number(_ value: Double) -> String { Markup.number(value, digits: 1) }
}
