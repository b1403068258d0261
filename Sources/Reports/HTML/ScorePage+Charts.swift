import Features

extension ScorePage {
  /// All charts of the page, for files of their own.
  public func charts() -> [Chart] {
    var charts = [timeChart(limit: 1400)].compactMap { $0 }
    charts += histograms()
    if let chart = rateQuality?.chart(title: "Rate and quality", unit: unit) {
      charts.append(chart)
    }
    return charts + featureCharts(limit: 1400).map(\.chart)
  }

  var unit: String { models.first?.unit ?? "score" }

  /// The plots over time of a single encode compare models, those of several compare encodes.
  struct Line {
    let label: String
    let ink: Int
    let isDashed: Bool
    let frames: [Int]
    let values: [Double]
  }

  /// The lines of the scores: every model of a single encode, or the main one of several.
  var scoreLines: [Line] {
    if encodes.count == 1, let encode = encodes.first {
      return models.enumerated().compactMap { index, model in
        scores(of: model, in: encode).map {
          Line(
            label: model.name, ink: index, isDashed: index > 0, frames: encode.table.frames,
            values: $0)
        }
      }
    }
    return models.first.map { lines(of: FeatureName($0.name)) } ?? []
  }

  /// One line per encode.
  func lines(of name: FeatureName) -> [Line] {
    zip(encodes, labels).enumerated().compactMap { index, pair in
      pair.0.table[name].map {
        Line(
          label: pair.1, ink: index, isDashed: index > 4, frames: pair.0.table.frames, values: $0)
      }
    }
  }

  /// The scores over time.
  ///
  /// - Parameter limit: The most frames that are drawn one by one.
  func timeChart(limit: Int = 1000) -> Chart? {
    let lines = scoreLines
    guard
      let chart = Self.chart(
        name: "scores", title: "\(unit) per frame", unit: unit, lines: lines, cuts: cuts,
        frameRate: frameRate, limit: limit, height: 280)
    else { return nil }
    return chart
  }

  /// Each feature over time.
  func featureCharts(limit: Int = 500) -> [(name: String, chart: Chart)] {
    features.compactMap { feature in
      let name = Self.shortName(feature)
      let chart = Self.chart(
        name: "feature-\(Markup.fileStem(name))", title: "\(name) per frame", unit: "",
        lines: lines(of: feature), cuts: [], frameRate: frameRate, limit: limit, height: 110)
      return chart.map { (name, $0) }
    }
  }

  /// A feature's name without what all have in common.
  static func shortName(_ feature: FeatureName) -> String {
    var name = Substring(feature.rawValue)
    for prefix in ["VMAF_integer_feature_", "integer_"] where name.hasPrefix(prefix) {
      name = name.dropFirst(prefix.count)
    }
    if name.hasSuffix("_score") { name = name.dropLast("_score".count) }
    return String(name)
  }

  private static func chart(
    name: String, title: String, unit: String, lines: [Line], cuts: [Int], frameRate: Double?,
    limit: Int, height: Int
  ) -> Chart? {
    let finite = lines.flatMap(\.values).filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(),
      let first = lines.compactMap(\.frames.first).min(),
      let last = lines.compactMap(\.frames.last).max()
    else { return nil }
    let places = { (value: Double) in Markup.number(value, digits: 4) }
    var chart = Chart(
      name: name, title: "\(title), from \(places(low)) to \(places(high))",
      x: .frames(Double(first)...Double(max(last, first + 1)), frameRate: frameRate),
      y: .numbers(unit, low...high, count: height > 200 ? 4 : 2), height: height)
    let marks = cuts.map { Chart.Mark(Double($0)) }
    if !marks.isEmpty, marks.count <= 60 { chart.layers.append(.verticals(marks, .dashed)) }
    for line in lines {
      chart.layers += Decimation.layers(
        label: line.label, ink: line.ink, style: line.isDashed ? .dashed : .solid,
        frames: line.frames, values: line.values, limit: limit / max(lines.count / 4, 1))
    }
    return chart
  }

  /// How the scores of each encode are spread.
  func histograms() -> [Chart] {
    let all = encodes.map { mainScores($0).filter(\.isFinite) }
    guard let low = all.compactMap({ $0.min() }).min(),
      let high = all.compactMap({ $0.max() }).max()
    else { return [] }
    let span = max(high - low, 0.5)
    let step =
      [0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5].first { span / $0 <= 40 } ?? span / 40
    let start = (low / step).rounded(.down)
    let bins = max(Int((high / step).rounded(.down) - start) + 1, 1)
    guard bins < 10_000 else { return [] }
    let counts = all.map { values in
      var counts = [Int](repeating: 0, count: bins)
      for value in values {
        counts[min(max(Int((value / step).rounded(.down) - start), 0), bins - 1)] += 1
      }
      return counts
    }
    let shares = zip(counts, all).map { counts, values in
      counts.map { 100 * Double($0) / Double(max(values.count, 1)) }
    }
    let highest = shares.flatMap { $0 }.max() ?? 1
    return zip(labels, shares).enumerated().map { index, pair in
      var chart = Chart(
        name: encodes.count == 1 ? "histogram" : "histogram-\(index + 1)",
        title: "How the frames of \(pair.0) are spread over \(unit)",
        x: .numbers(unit, start * step...(start + Double(bins)) * step, isExact: true, count: 6),
        y: .numbers("% of frames", 0...highest, count: encodes.count == 1 ? 4 : 2),
        height: encodes.count == 1 ? 190 : 90)
      let bars = pair.1.enumerated().map { bin, share in
        let left = (start + Double(bin)) * step
        return (range: left...left + step, value: share)
      }
      chart.layers.append(
        .bars(Chart.Bars(label: pair.0, ink: encodes.count == 1 ? 0 : index, bars: bars)))
      let sorted = all[index].sorted()
      if encodes.count == 1, sorted.count > 1 {
        let marks = [5.0, 50].map {
          Chart.Mark(
            Pooling.percentile($0, ofSorted: sorted), label: $0 == 50 ? "median" : "p5")
        }
        chart.layers.append(.verticals(marks, .dashed))
      }
      return chart
    }
  }
}
