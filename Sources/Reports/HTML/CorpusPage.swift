public import Evaluation
public import StillImages

/// A report about a corpus: its sources, their versions, and how the scores are spread.
public struct CorpusPage: ReportPage {
  /// A distorted video with its scores.
  public struct Pair: Sendable {
    /// Its name within the source.
    public var name: String
    /// The number of frames.
    public var frames: Int
    /// The lowest, the mean and the highest score; `nil` without scores.
    public var scores: (low: Double, mean: Double, high: Double)?

    /// Describes a pair.
    public init(name: String, frames: Int, scores: (low: Double, mean: Double, high: Double)?) {
      self.name = name
      self.frames = frames
      self.scores = scores
    }
  }

  /// A reference with its distorted versions.
  public struct Source: Sendable {
    /// Its name.
    public var name: String
    /// A frame of the reference, where there is one at hand.
    public var picture: RGBImage?
    /// Its versions.
    public var pairs: [Pair]

    /// Describes a source.
    public init(name: String, picture: RGBImage? = nil, pairs: [Pair]) {
      self.name = name
      self.picture = picture
      self.pairs = pairs
    }

    /// The lowest and the highest mean score of its versions.
    var range: ClosedRange<Double>? {
      let means = pairs.compactMap { $0.scores?.mean }
      guard let low = means.min(), let high = means.max() else { return nil }
      return low...high
    }
  }

  /// What was looked at: a store or a folder.
  public var title: String
  /// The sources, in order.
  public var sources: [Source]
  /// What the scores are, such as `vmaf_v0.6.1`.
  public var score: String
  /// Notes and warnings in one sentence each.
  public var findings: [String] = []

  /// Creates a page.
  public init(title: String, score: String, sources: [Source]) {
    self.title = title
    self.score = score
    self.sources = sources
  }

  /// The page as one HTML file.
  public func html() -> String {
    var page = HTMLPage(title: title, kind: "corpus report", heading: title)
    let pairs = sources.flatMap(\.pairs)
    page.headline =
      HTMLPage.facts(
        [
          Fact("sources", "\(sources.count)"), Fact("pairs", Axis.grouped("\(pairs.count)")),
          Fact("frames", Axis.grouped("\(pairs.reduce(0) { $0 + $1.frames })")),
        ] + extremes, style: "stats spaced") + HTMLPage.notes(findings)
    if let chart = rangeChart() {
      page.sections.append(
        .init(
          id: "ranges", title: "Scores by source",
          lead: "A point is the mean score of a version. Sources that reach only high or only low "
            + "scores teach a model little.", body: HTMLPage.figure(chart)))
    }
    if let chart = histogram() {
      page.sections.append(
        .init(
          id: "spread", title: "Spread of the scores",
          lead: "Mean scores of all versions; an even spread measures a model best.",
          body: HTMLPage.figure(chart)))
    }
    page.sections.append(gallery())
    page.sections.append(
      .init(id: "pairs", title: "Pairs", body: tables().map { HTMLPage.table($0) }.joined()))
    page.imprint = "Made by tinyvmaf. This file is complete: it needs no network."
    return page.text()
  }

  private var extremes: [Fact] {
    let means = sources.flatMap(\.pairs).compactMap { $0.scores?.mean }
    guard let low = means.min(), let high = means.max() else { return [] }
    return [
      Fact("lowest mean", decimal(low, digits: 2)), Fact("highest mean", decimal(high, digits: 2)),
    ]
  }

  private func gallery() -> HTMLPage.Section {
    let pictures = sources.compactMap(\.picture)
    let budget = PictureBudget(pictures)
    var body = "<div class=\"cards\">\n"
    for source in sources {
      let range = source.range.map {
        ", \(decimal($0.lowerBound, digits: 1)) to \(decimal($0.upperBound, digits: 1))"
      }
      let count = source.pairs.count == 1 ? "1 version" : "\(source.pairs.count) versions"
      body += "<article>"
      if let picture = source.picture {
        body += budget.image(picture, label: "A frame of \(source.name)")
      }
      body += "<h3>\(Markup.escaped(source.name))</h3>"
      body += "<p>\(Markup.escaped(count + (range ?? "")))</p></article>\n"
    }
    return .init(id: "sources", title: "Sources", body: body + "</div>\n")
  }

  /// The charts of the page.
  public func charts() -> [Chart] { [rangeChart(), histogram()].compactMap { $0 } }

  /// A row per pair.
  public func tables() -> [TextTable] {
    let rows = sources.flatMap { source in
      source.pairs.map { pair in
        let scores = pair.scores.map { [$0.mean, $0.low, $0.high].map { decimal($0, digits: 2) } }
        return [source.name, pair.name, "\(pair.frames)"] + (scores ?? ["–", "–", "–"])
      }
    }
    return [
      TextTable(
        title: "Pairs", header: ["source", "version", "frames", "mean", "lowest", "highest"],
        rows: rows)
    ]
  }

  /// The mean scores of the versions of each source.
  private func rangeChart() -> Chart? {
    let shown = sources.filter { $0.range != nil }.prefix(80)
    guard let low = shown.compactMap({ $0.range?.lowerBound }).min(),
      let high = shown.compactMap({ $0.range?.upperBound }).max()
    else { return nil }
    let count = Double(shown.count)
    func row(_ index: Int) -> Double { count - Double(index) - 0.62 }
    let ticks = shown.enumerated().map { Axis.Tick(row($0.offset), $0.element.name) }
    var chart = Chart(
      name: "ranges", title: "\(score) of the versions of each source",
      x: .numbers(score, low...high),
      y: Axis(label: "", domain: 0...count, ticks: ticks.reversed()), height: 30 * shown.count)
    let spans = shown.enumerated().compactMap { index, source in
      source.range.map { (y: row(index), range: $0) }
    }
    chart.layers.append(
      .spans(
        Chart.Spans(
          label: "range", ink: 5, spans: spans.filter { $0.range.lowerBound < $0.range.upperBound })
      ))
    let points = shown.enumerated().flatMap { index, source in
      source.pairs.compactMap { pair in pair.scores.map { Chart.Point($0.mean, row(index)) } }
    }
    chart.layers.append(.points(Chart.Series(label: "versions", ink: 0, points: points)))
    return chart
  }

  /// How the mean scores of all versions are spread.
  private func histogram() -> Chart? {
    let means = sources.flatMap(\.pairs).compactMap { $0.scores?.mean }.filter(\.isFinite)
    guard let low = means.min(), let high = means.max(), means.count > 1, high < 1e6, low > -1e6
    else { return nil }
    let step = high - low > 20 ? 5.0 : 1.0
    let first = Int((low / step).rounded(.down))
    let last = Int((high / step).rounded(.down))
    guard last - first < 10_000 else { return nil }
    let bars = (first...last).map { bin -> (range: ClosedRange<Double>, value: Double) in
      let left = Double(bin) * step
      return (left...left + step, Double(means.count { $0 >= left && $0 < left + step }))
    }
    var chart = Chart(
      name: "spread", title: "Mean \(score) of all versions",
      x: .numbers(score, Double(first) * step...Double(last + 1) * step, isExact: true),
      y: .numbers("versions", 0...(bars.map(\.value).max() ?? 1), count: 3), height: 160)
    chart.layers.append(.bars(Chart.Bars(label: "versions", ink: 0, bars: bars)))
    return chart
  }
}
