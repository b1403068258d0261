import Evaluation
import Features
import Foundation
import Reports
import StillImages
import Testing

@Suite struct ScorePageTests {
  /// A video of two scenes with a score and two features.
  static func table(_ count: Int, offset: Double = 0, models: [String] = ["vmaf"]) -> FeatureTable {
    let wave = (0..<count).map { 90 - offset - 8 * sin(Double($0) / 7) }
    var columns = [
      FeatureTable.Column(name: .adm2, values: wave.map { $0 / 100 }),
      FeatureTable.Column(
        name: FeatureName("integer_motion"),
        values: (0..<count).map { $0 == count / 2 ? 40 : 3 + Double($0 % 3) }),
    ]
    for (index, model) in models.enumerated() {
      columns.append(.init(name: FeatureName(model), values: wave.map { $0 + Double(index) / 8 }))
    }
    return FeatureTable(frames: Array(0..<count), columns: columns)
  }

  static func page(
    encodes: Int = 1, frames: Int = 60, names: [String] = [], models: [String] = ["vmaf"]
  ) -> ScorePage {
    var page = ScorePage(
      models: models.map { ScorePage.Model(name: $0, source: "\($0)_v1") },
      encodes: (0..<encodes).map { index in
        ScorePage.Encode(
          video: .init(
            path: names.count > index ? names[index] : "out/clip_x264_\(index + 1)00k.mp4"),
          table: table(frames, offset: Double(9 * index), models: models),
          rate: Double(1000 - 90 * index))
      })
    page.reference = .init(path: "ref.mkv", facts: [Fact("format", "1920x1080 4:2:0 8-bit")])
    page.frameRate = 25
    page.provenance = [Fact("tinyvmaf", "1.0")]
    return page
  }

  @Test func oneVideoHasAllParts() {
    let html = Self.page(models: ["vmaf", "tiny"]).html()
    for part in ["over-time", "distribution", "worst", "features", "inputs"] {
      #expect(html.contains("<section id=\"\(part)\""), "\(part)")
    }
    #expect(html.contains("clip_x264_100k.mp4") && html.contains("vmaf_v1"))
    #expect(html.contains("id=\"data\"") && html.contains("</html>\n"))
    #expect(!html.contains("<section id=\"rate\""))
  }

  @Test func aLadderHasCurves() {
    let html = Self.page(encodes: 4).html()
    #expect(html.contains("<section id=\"rate\"") && html.contains("convex hull"))
    #expect(html.contains("4 versions of ref.mkv"))
    let titles = Self.page(encodes: 4).tables().map(\.title)
    #expect(titles == ["Scores", "Percentiles", "Worst frames", "Convex hull"])
  }

  @Test func everyTableIsRectangular() {
    for page in [
      Self.page(), Self.page(encodes: 3), Self.page(encodes: 2, models: ["vmaf", "tiny"]),
    ] {
      for table in page.tables() {
        #expect(table.rows.allSatisfy { $0.count == table.header.count }, "\(table.title)")
      }
    }
    #expect(
      Self.page(encodes: 2, models: ["vmaf", "tiny"]).html().contains("<th scope=\"col\">tiny"))
  }

  @Test func theSameContentGivesTheSameBytes() {
    #expect(Self.page(encodes: 3).html() == Self.page(encodes: 3).html())
    #expect(Self.page().vegaLite(title: "a") == Self.page().vegaLite(title: "a"))
  }

  /// Names of files come from outside: nothing in them may become markup or script.
  @Test func namesAreNeverMarkup() {
    let evil =
      "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u{202E}\u{2028}.mp4"
    var page = Self.page(encodes: 2, names: [evil, "b</svg>\(evil)"])
    page.findings = ["warning: \(evil)", evil]
    page.reference = .init(path: evil, facts: [Fact(evil, evil)])
    page.title = evil
    let html = page.html()
    #expect(html.components(separatedBy: "<script").count == 3)
    #expect(html.components(separatedBy: "</script>").count == 3)
    #expect(!html.contains("<img src=x") && !html.contains("\u{202E}"))
    for chart in page.charts() {
      let svg = chart.svg()
      #expect(!svg.contains("<script") && !svg.contains("<img") && !svg.contains("\u{202E}"))
      #expect(throws: Never.self) { try XMLCheck.parse(svg) }
    }
    #expect(throws: Never.self) {
      try JSONSerialization.jsonObject(with: Data(page.vegaLite(title: evil).utf8))
    }
  }

  @Test func dataStayWithinTheirLimit() {
    let html = Self.page(encodes: 10, frames: 10_000).html()
    #expect(html.utf8.count < 1_500_000)
  }

  @Test func pagesWithoutScoresWork() {
    var empty = ScorePage(models: [], encodes: [])
    #expect(empty.html().contains("0 versions"))
    let nothing = FeatureTable(frames: [], columns: [.init(name: FeatureName("vmaf"), values: [])])
    empty = ScorePage(
      models: [.init(name: "vmaf", source: "v")],
      encodes: [.init(video: .init(path: "a.mkv"), table: nothing)])
    #expect(empty.html().contains("–"))
    let single = FeatureTable(
      frames: [0], columns: [.init(name: FeatureName("vmaf"), values: [.nan])])
    empty.encodes[0].table = single
    #expect(empty.html().contains("</html>"))
    let features = ScorePage(
      models: [], encodes: [.init(video: .init(path: "a.mkv"), table: Self.table(5, models: []))])
    #expect(features.html().contains("<section id=\"features\""))
  }

  @Test func picturesAreInsideThePage() {
    var page = Self.page()
    let grey = RGBImage(width: 64, height: 36, red: 90, green: 90, blue: 90)
    page.encodes[0].frames = [
      ComparedFrame(frame: 10, reference: grey, distorted: grey, difference: grey)
    ]
    let html = page.html()
    #expect(html.components(separatedBy: "data:image/jpeg;base64,").count == 4)
    #expect(html.contains("alt=\"Frame 10, reference\""))
  }

  @Test func worstFramesAreApart() {
    let scores = [50.0, 10, 11, 12, 80, 9, .nan, 70, 20, 60]
    let frames = Array(100..<110)
    #expect(
      ScorePage.worstFrames(scores, frames: frames, count: 3, distance: 3) == [105, 101, 108])
    #expect(ScorePage.worstFrames(scores, frames: frames, count: 2, distance: 1) == [105, 101])
    #expect(ScorePage.worstFrames([], frames: [], count: 3, distance: 1).isEmpty)
    #expect(ScorePage.distance(frameRate: 50) == 25 && ScorePage.distance(frameRate: nil) == 12)
  }

  @Test func sceneCutsAreMarked() {
    // The table's only jump is in its middle.
    let html = Self.page(frames: 60).html()
    #expect(html.contains("\"cuts\":[30]"))
  }

  @Test func tablesAsCSVAreSafe() {
    let table = TextTable(
      title: "t", header: ["a", "b"],
      rows: [["x,\"y\"", "=cmd()"], ["-1.5", "+2.5 %"], ["-x", "@a"]])
    #expect(table.csv() == "a,b\r\n\"x,\"\"y\"\"\",'=cmd()\r\n-1.5,+2.5 %\r\n'-x,'@a\r\n")
  }
}

/// Checks that a document is well-formed as far as its tags go.
enum XMLCheck {
  struct Damage: Error {}

  /// Tags that are opened are closed, in order, and nothing but known entities is there.
  static func parse(_ text: String) throws {
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else { throw Damage() }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      let name = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" }
      guard !name.contains("<") else { throw Damage() }
      if tag.hasPrefix("/") {
        guard open.popLast() == name else { throw Damage() }
      } else if !tag.hasSuffix("/") {
        open.append(name)
      }
    }
    guard open.isEmpty else { throw Damage() }
  }
}

@Suite struct SavedScoresTests {
  private func json(_ frames: String) -> [UInt8] {
    Array("{\"version\": \"3.2.0\", \"fps\": 1, \"frames\": [\(frames)]}".utf8)
  }

  @Test func readsWhatProgramsWrite() throws {
    let saved = try SavedScores(
      json: json(
        """
        {"frameNum": 1, "metrics": {"vmaf": 81.5, "psnr_y": 30, "integer_adm2": null}},
        {"frameNum": 0, "metrics": {"vmaf": 80.5, "psnr_y": 31, "integer_adm2": 0.9}}
        """))
    #expect(saved.table.frames == [0, 1] && saved.scores == ["vmaf"])
    #expect(saved.table.columns.map(\.name.rawValue) == ["integer_adm2", "psnr_y", "vmaf"])
    #expect(saved.table[FeatureName("vmaf")] == [80.5, 81.5])
    #expect(saved.table[.adm2]?[1].isNaN == true && saved.version == "3.2.0")
    let psnr = try SavedScores(
      json: json("{\"frameNum\": 0, \"metrics\": {\"psnr_y\": 30}}"), scores: ["psnr_y"])
    #expect(psnr.scores == ["psnr_y"])
  }

  @Test func otherFilesAreRefused() {
    for text in ["", "[]", "{}", "{\"frames\": [{\"frameNum\": \"a\"}]}", "not json"] {
      #expect(throws: SavedScoresError.notScores) { try SavedScores(json: Array(text.utf8)) }
    }
    #expect(throws: SavedScoresError.noFrames) { try SavedScores(json: json("")) }
    #expect(throws: SavedScoresError.noColumn("x", known: ["vmaf"])) {
      try SavedScores(json: json("{\"frameNum\": 0, \"metrics\": {\"vmaf\": 1}}"), scores: ["x"])
    }
    let twice = "{\"frameNum\": 0, \"metrics\": {\"vmaf\": 1}}"
    #expect(throws: SavedScoresError.notScores) {
      try SavedScores(json: json("\(twice), \(twice)"))
    }
  }
}

@Suite struct OtherPagesTests {
  private func observations(_ scale: Double) throws -> Observations {
    let targets = (0..<90).map { Double($0) + 5 }
    return try Observations(
      targets: targets, predictions: targets.map { $0 + scale * sin($0) },
      sources: (0..<90).map { "source \($0 % 3)" })
  }

  private func report(_ name: String, _ rows: Observations) throws -> EvaluationReport {
    try EvaluationReport(
      model: name, target: "vmaf", unit: .frame, observations: rows,
      bootstrap: SourceBootstrap(replicates: 100))
  }

  @Test func evaluationsShowRowsAndSources() throws {
    let rows = try observations(1)
    var entry = EvaluationPage.Entry(report: try report("a<b>", rows), observations: rows)
    entry.report.leaveOneSourceOut = try LeaveOneSourceOut(runs: [(1, rows), (2, rows)])
    var page = EvaluationPage([entry])
    page.losses = [.init(label: "run", points: [(1, 10), (2, 1), (3, 0.1)])]
    page.coverage = [
      try CoverageReport(rows, intervals: rows.predictions.map { $0 - 0.5...$0 + 0.5 }, level: 0.9)
    ]
    let html = page.html()
    for part in ["rows", "figures", "sources", "folds", "losses", "coverage-1"] {
      #expect(html.contains("<section id=\"\(part)\""), "\(part)")
    }
    #expect(!html.contains("a<b>") && html.contains("a&lt;b&gt;"))
    let names = page.charts().map(\.name)
    #expect(
      names == ["scatter", "residuals", "errors", "sources", "folds", "coverage", "losses"])
    #expect(html == page.html())
  }

  @Test func severalModelsAreCompared() throws {
    let entries = try [1.0, 2].map { scale in
      let rows = try observations(scale)
      return EvaluationPage.Entry(report: try report("m\(scale)", rows))
    }
    let page = EvaluationPage(entries)
    #expect(page.tables().first?.rows.map(\.first) == ["m1.0", "m2.0"])
    #expect(page.charts().first?.name == "models")
    #expect(!page.html().contains("<section id=\"rows"))
  }

  @Test func aCorpusShowsItsSources() {
    let picture = RGBImage(width: 32, height: 18, red: 5, green: 90, blue: 5)
    let page = CorpusPage(
      title: "Corpus", score: "vmaf",
      sources: [
        .init(
          name: "<city>", picture: picture,
          pairs: [
            .init(name: "a", frames: 10, scores: (50, 60, 70)),
            .init(name: "b", frames: 10, scores: nil),
            .init(name: "c", frames: 9, scores: (1, 30, 95)),
          ]),
        .init(name: "empty", pairs: []),
      ])
    let html = page.html()
    #expect(html.contains("&lt;city&gt;") && html.contains("data:image/jpeg"))
    #expect(html.contains("30.0 to 60.0") && html.contains("3 versions"))
    #expect(page.charts().map(\.name) == ["ranges", "spread"])
    #expect(page.tables()[0].rows.count == 3)
  }

  @Test func gatesShowTheirVerdict() {
    let checks = [
      GoldenReport.Check(
        .studentOrder, pair: "<order>", model: "2x64", verdict: .failed, values: 3, note: "<order>")
    ]
    let report = GoldenReport(instructionSet: "scalar", requiresAll: false, checks: checks)
    let html = GatePage([report]).html()
    #expect(html.contains(report.title) && !html.contains("<order>"))
  }
}

@Suite struct PageSizeTests {
  /// Noise in many columns cannot be packed: scores keep every frame, features give way.
  @Test func scoresKeepEveryFrame() throws {
    var state: UInt64 = 9
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24)
    }
    let count = 10_000
    let names = ["vmaf"] + (0..<12).map { "feature\($0)" }
    let encodes = (0..<6).map { index in
      let columns = names.map { name in
        let scale = name == "vmaf" ? 60.0 : 1
        return FeatureTable.Column(
          name: FeatureName(name), values: (0..<count).map { _ in scale * random() })
      }
      return ScorePage.Encode(
        video: .init(path: "\(index).mkv"),
        table: FeatureTable(frames: Array(0..<count), columns: columns))
    }
    let page = ScorePage(models: [.init(name: "vmaf", source: "v")], encodes: encodes)
    let html = page.html()
    #expect(html.utf8.count < 1_500_000)
    let data = try #require(
      html.components(separatedBy: "id=\"data\">").last?.components(separatedBy: "</script>").first)
    struct Block: Decodable {
      struct Series: Decodable {
        let group: Int
        let step: Double
      }
      let count: Int
      let series: [Series]
    }
    let block = try JSONDecoder().decode(Block.self, from: Data(data.utf8))
    #expect(block.count == count && block.series.count == 6 * 13)
    #expect(block.series.prefix(6).allSatisfy { $0.group == 1 && $0.step == 0.01 })
    #expect(block.series.dropFirst(6).allSatisfy { $0.group > 1 })
  }
}
