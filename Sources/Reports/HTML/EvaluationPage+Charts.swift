import Evaluation

extension EvaluationPage {
  /// Predictions against targets, and their differences, coloured by source.
  static func rowCharts(_ entry: Entry, suffix: String) -> [Chart] {
    guard let rows = entry.observations,
      let low = (rows.targets + rows.predictions).min(),
      let high = (rows.targets + rows.predictions).max()
    else { return [] }
    let report = entry.report
    var scatter = Chart(
      name: "scatter\(suffix)", title: "\(report.model) against \(report.target)",
      x: .numbers(report.target, low...high), y: .numbers(report.model, low...high), height: 420)
    scatter.layers.append(
      .guide(
        from: .init(scatter.x.domain.lowerBound, scatter.x.domain.lowerBound),
        to: .init(scatter.x.domain.upperBound, scatter.x.domain.upperBound)))
    let errors = zip(rows.predictions, rows.targets).map { $0 - $1 }
    let largest = max(errors.map(abs).max() ?? 0, 1e-9)
    var residuals = Chart(
      name: "residuals\(suffix)", title: "\(report.model) minus \(report.target)",
      x: .numbers(report.target, low...high), y: .numbers("error", -largest...largest, count: 4),
      height: 200)
    residuals.layers.append(.horizontals([Chart.Mark(0)], .solid))
    for (index, source) in rows.sourceNames.enumerated() {
      let own = rows.sourceIndices.indices.filter { rows.sourceIndices[$0] == index }
      for (chart, values) in [(0, rows.predictions), (1, errors)] {
        let axes = chart == 0 ? scatter : residuals
        // Thousands of points fall on the same spots: each is drawn once.
        let points = Decimation.distinct(
          own.map { Chart.Point(rows.targets[$0], values[$0]) }, x: axes.x, y: axes.y,
          cells: rows.count > 2000 ? 160 : 2000)
        let layer = Chart.Layer.points(Chart.Series(label: source, ink: index, points: points))
        if chart == 0 { scatter.layers.append(layer) } else { residuals.layers.append(layer) }
      }
    }
    return [scatter, residuals, Self.errorHistogram(errors, report, suffix)]
  }

  /// How errors are spread, in bars of equal width.
  private static func errorHistogram(
    _ errors: [Double], _ report: EvaluationReport, _ suffix: String
  ) -> Chart {
    let sorted = errors.sorted()
    // Outliers of one in a thousand would leave a single bar for all others.
    let reach = max(
      abs(sorted[sorted.count / 1000]), abs(sorted[sorted.count - 1 - sorted.count / 1000]), 1e-9)
    let bins = 41
    var counts = [Int](repeating: 0, count: bins)
    for error in errors {
      counts[min(max(Int(((error / reach + 1) / 2 * Double(bins)).rounded(.down)), 0), bins - 1)] +=
        1
    }
    let width = 2 * reach / Double(bins)
    let shares = counts.map { 100 * Double($0) / Double(errors.count) }
    var chart = Chart(
      name: "errors\(suffix)", title: "How the errors of \(report.model) are spread",
      x: .numbers("error", -reach...reach, isExact: true),
      y: .numbers("% of \(report.unit.rawValue)s", 0...(shares.max() ?? 1), count: 3), height: 130)
    let bars = shares.enumerated().map { bin, share in
      let left = -reach + Double(bin) * width
      return (range: left...left + width, value: share)
    }
    chart.layers.append(.bars(Chart.Bars(label: "errors", ink: 0, bars: bars)))
    return chart
  }

  /// The bias and the largest error of each source.
  static func sourceChart(_ report: EvaluationReport, suffix: String) -> Chart? {
    let sources = report.perSource
    guard sources.count > 1, sources.count <= 60 else { return nil }
    let largest = max(sources.map { abs($0.bias) + $0.rmse }.max() ?? 0, 1e-9)
    var chart = Self.rowChart(
      name: "sources\(suffix)", title: "Bias of \(report.model) per source, with its RMSE",
      labels: sources.map(\.source), x: .numbers("prediction minus target", -largest...largest))
    chart.layers.append(.verticals([Chart.Mark(0)], .solid))
    let spans = sources.enumerated().map { index, source in
      (
        y: Self.row(index, of: sources.count),
        range: source.bias - source.rmse...source.bias + source.rmse
      )
    }
    chart.layers.append(.spans(Chart.Spans(label: "bias ± RMSE", ink: 0, spans: spans)))
    let points = sources.enumerated().map {
      Chart.Point($0.element.bias, Self.row($0.offset, of: sources.count))
    }
    chart.layers.append(.points(Chart.Series(label: "bias", ink: 0, points: points)))
    return chart
  }

  /// The error of each held-out source over all seeds.
  static func foldChart(_ report: EvaluationReport, suffix: String) -> Chart? {
    guard let folds = report.leaveOneSourceOut?.folds, !folds.isEmpty else { return nil }
    let sources = Set(folds.map(\.source)).sorted()
    guard sources.count <= 60 else { return nil }
    let errors = folds.map(\.accuracy.rmse)
    var chart = Self.rowChart(
      name: "folds\(suffix)", title: "RMSE of \(report.model) on each held-out source",
      labels: sources, x: .numbers("RMSE", 0...max(errors.max() ?? 0, 1e-9)))
    var spans: [(y: Double, range: ClosedRange<Double>)] = []
    var points: [Chart.Point] = []
    for (index, source) in sources.enumerated() {
      let own = folds.filter { $0.source == source }.map(\.accuracy.rmse)
      guard let low = own.min(), let high = own.max() else { continue }
      let y = Self.row(index, of: sources.count)
      if low < high { spans.append((y, low...high)) }
      points += own.map { Chart.Point($0, y) }
    }
    chart.layers.append(.spans(Chart.Spans(label: "range over seeds", ink: 0, spans: spans)))
    chart.layers.append(.points(Chart.Series(label: "seeds", ink: 0, points: points)))
    return chart
  }

  /// The error of each model with its interval.
  func comparisonChart() -> Chart? {
    guard entries.count > 1 else { return nil }
    let ends = entries.map { entry -> ClosedRange<Double> in
      let interval = entry.report.interval(of: .rmse)
      let value = entry.report.overall.rmse
      return min(interval?.lower ?? value, value)...max(interval?.upper ?? value, value)
    }
    let highest = max(ends.map(\.upperBound).max() ?? 0, 1e-9)
    var chart = Self.rowChart(
      name: "models", title: "RMSE of each model, with its interval over sources",
      labels: entries.map(\.report.model), x: .numbers("RMSE", 0...highest))
    let spans = ends.enumerated().map {
      (y: Self.row($0.offset, of: entries.count), range: $0.element)
    }
    chart.layers.append(
      .spans(
        Chart.Spans(
          label: "interval", ink: 0,
          spans: spans.filter { $0.range.lowerBound < $0.range.upperBound })))
    let points = entries.enumerated().map {
      Chart.Point($0.element.report.overall.rmse, Self.row($0.offset, of: entries.count))
    }
    chart.layers.append(.points(Chart.Series(label: "RMSE", ink: 0, points: points)))
    return chart
  }

  /// The share of each source's clips inside their intervals.
  static func coverageChart(_ report: CoverageReport) -> Chart {
    let sources = report.perSource
    var chart = Self.rowChart(
      name: "coverage", title: "Coverage of \(percent(report.level)) intervals per source",
      labels: sources.map(\.source), x: .numbers("% of clips inside", 0...100))
    chart.layers.append(
      .verticals([Chart.Mark(report.level * 100, label: "nominal")], .dashed))
    let points = sources.enumerated().map {
      Chart.Point($0.element.coverage * 100, Self.row($0.offset, of: sources.count))
    }
    chart.layers.append(.points(Chart.Series(label: "coverage", ink: 0, points: points)))
    return chart
  }

  /// The errors of training over its steps.
  func lossChart() -> Chart? {
    let points = losses.flatMap(\.points).filter { $0.error > 0 && $0.error.isFinite }
    guard let low = points.map(\.error).min(), let high = points.map(\.error).max(),
      let last = points.map(\.step).max()
    else { return nil }
    // Up is a higher error; the logarithm shows what happens late.
    let exponents = Axis.logarithmic("RMSE", low...high)
    var chart = Chart(
      name: "losses", title: "Error over training",
      x: .numbers("step", 0...max(last, 1), isExact: true),
      y: exponents, height: 220)
    for (index, curve) in losses.enumerated() {
      let style: Chart.Style = index > 4 ? .dashed : .solid
      chart.layers.append(
        .line(
          Chart.Series(
            label: curve.label, ink: index,
            points: curve.points.map { Chart.Point($0.step, $0.error > 0 ? $0.error : .nan) },
            style: style)))
    }
    return chart
  }

  /// A chart with a named row for each entry, the first one on top.
  private static func rowChart(name: String, title: String, labels: [String], x: Axis) -> Chart {
    let ticks = labels.enumerated().map { Axis.Tick(row($0.offset, of: labels.count), $0.element) }
    return Chart(
      name: name, title: title, x: x,
      y: Axis(label: "", domain: 0...Double(labels.count), ticks: ticks.reversed()),
      height: 30 * labels.count)
  }

  private static func row(_ index: Int, of count: Int) -> Double { Double(count - index) - 0.62 }
}
