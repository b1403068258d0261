import Evaluation
import Features

extension ScorePage {
  /// The report as one HTML file.
  ///
  /// It loads nothing, reads without scripts, prints, and adapts to phones and to dark screens. With
  /// 10,000 frames of ten videos it stays below one and a half megabytes.
  public func html() -> String {
    var page = HTMLPage(title: heading, kind: "score report", heading: heading)
    page.subtitle = subtitle
    page.headline = headline() + HTMLPage.notes(findings)
    page.sections = [
      rateSection(), timeSection(), distributionSection(), worstSection(), featureSection(),
      inputSection(),
    ].compactMap { $0 }
    page.data = timeChart() == nil ? nil : frameData().json()
    let version = provenance.first.map { "\($0.name) \($0.value)" } ?? "tinyvmaf"
    page.imprint = "Made by \(version). This file is complete: it needs no network."
    return page.text()
  }

  private var heading: String {
    if let title { return title }
    if encodes.count == 1 { return labels[0] }
    let name = reference?.name
    return "\(encodes.count) versions" + (name.map { " of \($0)" } ?? "")
  }

  private var subtitle: String {
    var parts: [String] = []
    if encodes.count == 1, let reference { parts.append("against \(reference.name)") }
    let format = reference?.facts.first { $0.name == "format" }
    if let format { parts.append(format.value) }
    let counts = Set(encodes.map(\.table.frames.count)).sorted()
    if let least = counts.first, let most = counts.last {
      let text = least == most ? "\(least)" : "\(least) to \(most)"
      parts.append("\(Axis.grouped(text)) \(most == 1 ? "frame" : "frames")")
    }
    if let frameRate { parts.append("\(Markup.number(frameRate, digits: 3)) fps") }
    return parts.joined(separator: ", ")
  }

  // MARK: - Headline

  private func headline() -> String {
    guard let model = models.first else { return "" }
    guard encodes.count == 1, let encode = encodes.first else { return summary() }
    let values = mainScores(encode)
    let verdict = verdict(0, of: encode)
    var caption = "\(model.unit), \(model.source)"
    if let verdict, let interval = verdict.interval {
      caption += ": \(Int((verdict.level * 100).rounded())) % interval "
      caption += "\(Self.figure(interval.lowerBound)) to \(Self.figure(interval.upperBound))"
    }
    var text = "<div class=\"headline\"><p class=\"score\">\(Self.figure(verdict?.score))"
    text += "<small>\(Markup.escaped(caption))</small></p>\n"
    let figures: [(String, Pooling)] = [
      ("harmonic mean", .harmonicMean), ("p5", .percentile(5)), ("p1", .percentile(1)),
      ("lowest", .min), ("highest", .max),
    ]
    text += HTMLPage.facts(
      figures.map { Fact($0.0, Self.figure($0.1(values))) }, style: "stats")
    text += "</div>\n"
    let models = modelTable()
    if !models.rows.isEmpty { text += HTMLPage.table(models) }
    return text
  }

  private func summary() -> String {
    let table = summaryTable()
    let histograms = histograms()
    let rows = table.rows.enumerated().map { index, row in
      row.enumerated().map { column, text -> HTMLPage.Cell in
        if column == 0 {
          let key = HTMLPage.key(index, isDashed: index > 4)
          let name = "<span>\(Markup.escaped(text))</span>"
          return HTMLPage.Cell(markup: "<span class=\"keyed\">\(key)\(name)</span>")
        }
        return table.header[column] == "score" ? .strong(text) : .text(text)
      } + (histograms.isEmpty ? [] : [HTMLPage.Cell(markup: Self.miniature(histograms[index]))])
    }
    let header = table.header + (histograms.isEmpty ? [] : ["spread"])
    let main = models.first.map { "\($0.unit), \($0.source)" } ?? ""
    return "<p class=\"lead\">\(Markup.escaped(main))</p>\n"
      + HTMLPage.table("Scores", header: header, rows: rows)
  }

  /// A histogram as small as a word.
  private static func miniature(_ chart: Chart) -> String {
    guard case .bars(let bars)? = chart.layers.first else { return "" }
    var path = SVGPath()
    for bar in bars.bars where bar.value > 0 {
      let left = Int((chart.x.share(of: bar.range.lowerBound) * 120).rounded())
      let right = Int((chart.x.share(of: bar.range.upperBound) * 120).rounded())
      let top = 22 - Int((min(chart.y.share(of: bar.value), 1) * 21).rounded(.up))
      path.move(to: left, 22)
      path.line(to: left, top)
      path.line(to: max(right, left + 1), top)
      path.line(to: max(right, left + 1), 22)
    }
    return "<svg width=\"120\" height=\"22\" aria-hidden=\"true\"><path d=\"\(path.text)\" "
      + "class=\"br i\(bars.ink % ChartStyle.inkCount)\"/></svg>"
  }

  // MARK: - Sections

  private func timeSection() -> HTMLPage.Section? {
    guard let chart = timeChart() else { return nil }
    let legend = scoreLines.map { (label: $0.label, ink: $0.ink, isDashed: $0.isDashed) }
    var lead = cuts.isEmpty ? "" : "Broken vertical lines are scene cuts. "
    if (scoreLines.first?.frames.count ?? 0) > 1000 {
      lead += "Lines are means of neighbouring frames, the bands around them their extremes."
    }
    var body = "<figure class=\"plot\" id=\"time\">\(chart.inlineSVG())</figure>\n"
    body += HTMLPage.legend(legend, id: "series")
    return .init(id: "over-time", title: "Over time", lead: lead, body: body)
  }

  private func distributionSection() -> HTMLPage.Section? {
    let charts = histograms()
    guard !charts.isEmpty else { return nil }
    var body = ""
    if charts.count == 1 {
      body = HTMLPage.figure(charts[0])
    } else {
      body = "<div class=\"small\">"
      for (chart, label) in zip(charts, labels) {
        body += "<figure><h3>\(Markup.escaped(label))</h3>\(chart.inlineSVG())</figure>\n"
      }
      body += "</div>\n"
    }
    return .init(
      id: "distribution", title: "Distribution", body: body + HTMLPage.table(percentileTable()))
  }

  private func worstSection() -> HTMLPage.Section? {
    let pictures = encodes.flatMap(\.frames)
    guard !pictures.isEmpty else {
      let table = worstTable()
      guard !table.rows.isEmpty else { return nil }
      return .init(
        id: "worst", title: "Worst frames",
        lead: "The lowest scores that are at least half a second apart.",
        body: HTMLPage.table(table))
    }
    let budget = PictureBudget(pictures.flatMap { [$0.reference, $0.distorted, $0.difference] })
    var body = "<div class=\"frames\">\n"
    for (encode, label) in zip(encodes, labels) {
      let values = mainScores(encode)
      for picture in encode.frames {
        let score = encode.table.frames.firstIndex(of: picture.frame).map { values[$0] }
        body += "<article class=\"frame\"><p><b>\(Self.figure(score))</b> at "
        body += "\(moment(picture.frame)), frame \(picture.frame)"
        if encodes.count > 1 { body += " of \(Markup.escaped(label))" }
        body += "</p><div class=\"trio\">"
        for (name, image) in [
          ("reference", picture.reference), ("distorted", picture.distorted),
          ("difference × 8", picture.difference),
        ] {
          let alt = "Frame \(picture.frame), \(name)"
          body +=
            "<figure>\(budget.image(image, label: alt))<figcaption>\(name)</figcaption></figure>"
        }
        body += "</div></article>\n"
      }
    }
    return .init(
      id: "worst", title: "Worst frames",
      lead: "The lowest scores that are at least half a second apart; the difference is absolute "
        + "and amplified.", body: body + "</div>\n")
  }

  private func featureSection() -> HTMLPage.Section? {
    let charts = featureCharts()
    guard !charts.isEmpty else { return nil }
    var body = "<div class=\"small\">\n"
    for (name, chart) in charts {
      body += "<figure><h3>\(Markup.escaped(name))</h3>\(chart.inlineSVG())</figure>\n"
    }
    body += "</div>\n"
    return .init(
      id: "features", title: "Features",
      lead: "What the score is made of: fidelity (vif) and detail (adm) fall where the picture "
        + "suffers, motion hides flaws.", body: body)
  }

  private func inputSection() -> HTMLPage.Section? {
    var body = ""
    if let reference {
      body +=
        "<h3>Reference</h3>" + HTMLPage.facts([Fact("file", reference.path)] + reference.facts)
    }
    for (index, encode) in encodes.enumerated() {
      let title = encodes.count == 1 ? "Distorted" : "Distorted \(index + 1)"
      body += "<h3>\(title)</h3>"
      body += HTMLPage.facts([Fact("file", encode.video.path)] + encode.video.facts)
    }
    if findings.isEmpty { body += "<p class=\"lead\">The checks before scoring found nothing.</p>" }
    if !provenance.isEmpty { body += "<h3>Versions</h3>" + HTMLPage.facts(provenance) }
    return body.isEmpty ? nil : .init(id: "inputs", title: "Inputs and versions", body: body)
  }

  private func rateSection() -> HTMLPage.Section? {
    guard let rateQuality, let chart = rateQuality.chart(title: "Rate and quality", unit: unit)
    else {
      return nil
    }
    let legend = rateQuality.curves.enumerated().map {
      (label: $0.element.label, ink: $0.offset, isDashed: $0.offset > 4)
    }
    var body = HTMLPage.figure(chart, legend: legend)
    for table in rateQuality.tables(unit: unit) {
      body += "<h3>\(Markup.escaped(table.title))</h3>" + HTMLPage.table(table)
    }
    return .init(
      id: "rate", title: "Rate and quality",
      lead: "The thin line joins the encodes of the convex hull: those below it waste rate.",
      body: body)
  }

  private func frameData() -> FrameData {
    var series: [FrameData.Series] = []
    var views = [unit]
    for line in scoreLines { series.append(.init(line, view: 0, isScore: true)) }
    // Of several encodes the other models have plots of their own.
    if encodes.count > 1 {
      for model in models.dropFirst() {
        let lines = lines(of: FeatureName(model.name))
        guard !lines.isEmpty else { continue }
        for line in lines { series.append(.init(line, view: views.count, isScore: true)) }
        views.append(model.name)
      }
    }
    for feature in features {
      for line in lines(of: feature) {
        series.append(.init(line, view: views.count, isScore: false))
      }
      views.append(Self.shortName(feature))
    }
    // Videos of different lengths share the longest axis.
    let frames = encodes.map(\.table.frames).max { $0.count < $1.count } ?? []
    series = series.map { $0.filled(to: frames.count) }
    let worst = encodes.first.map {
      Self.worstFrames(mainScores($0), frames: $0.table.frames, count: 1, distance: 1)
    }
    return FrameData(
      frames: frames, views: views, series: series, frameRate: frameRate, cuts: cuts,
      start: worst?.first ?? 0, height: 280)
  }
}

extension FrameData.Series {
  fileprivate init(_ line: ScorePage.Line, view: Int, isScore: Bool) {
    self.init(
      label: line.label, view: view, ink: line.ink, isDashed: line.isDashed, isScore: isScore,
      values: line.values)
  }

  /// The series with gaps at its end.
  fileprivate func filled(to count: Int) -> FrameData.Series {
    .init(
      label: label, view: view, ink: ink, isDashed: isDashed, isScore: isScore,
      values: values + [Double](repeating: .nan, count: max(count - values.count, 0)))
  }
}

extension HTMLPage {
  /// A table of text.
  static func table(_ table: TextTable) -> String {
    Self.table(
      table.title, header: table.header, rows: table.rows.map { $0.map { Cell.text($0) } })
  }
}
