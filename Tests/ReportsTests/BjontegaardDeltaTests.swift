import Reports
import Testing

@Suite struct BjontegaardDeltaTests {
  private static func curve(_ label: String, _ rates: [Double], _ qualities: [Double])
    -> RateQualityCurve
  {
    RateQualityCurve(
      label: label, points: zip(rates, qualities).map { RatePoint(rate: $0, quality: $1) })
  }

  /// The curves that implementations of the metric are commonly shown with.
  static let anchor = curve(
    "anchor", [686.76, 309.58, 157.11, 85.95], [40.28, 37.18, 34.24, 31.42])
  static let test = curve("test", [893.34, 407.8, 204.93, 112.75], [40.39, 37.21, 34.17, 31.24])

  struct Known: Sendable {
    let anchor: RateQualityCurve
    let test: RateQualityCurve
    let interpolation: BjontegaardDelta.Interpolation
    let rate: Double
    let quality: Double
  }

  /// Computed by PyPI's bjontegaard 1.3.0 (NumPy's polyfit, SciPy's PchipInterpolator).
  static let known: [Known] = [
    Known(
      anchor: anchor, test: test, interpolation: .cubic, rate: 31.397374054908656,
      quality: -1.184897921770328),
    Known(
      anchor: anchor, test: test, interpolation: .piecewise, rate: 31.379878202397627,
      quality: -1.1834724046224592),
    Known(
      anchor: curve(
        "anchor", [1358.24, 2486.44, 4593.6, 9487.76], [34.851, 36.845, 38.615, 40.037]),
      test: curve("test", [1356.24, 2451.52, 4469.0, 9787.8], [34.987, 36.97, 38.651, 40.121]),
      interpolation: .cubic, rate: -4.420462706026296, quality: 0.12040941911471303),
    Known(
      anchor: curve(
        "anchor", [1358.24, 2486.44, 4593.6, 9487.76], [34.851, 36.845, 38.615, 40.037]),
      test: curve("test", [1356.24, 2451.52, 4469.0, 9787.8], [34.987, 36.97, 38.651, 40.121]),
      interpolation: .piecewise, rate: -4.417485350589045, quality: 0.11969278542479489),
    Known(
      anchor: curve(
        "anchor", [145, 320, 610, 1150, 2300, 4200, 7900],
        [31.5, 48.2, 63.9, 77.4, 88.6, 94.9, 98.1]),
      test: curve(
        "test", [120, 260, 520, 990, 1900, 3600, 7000], [33.1, 50.9, 66.0, 79.9, 90.1, 95.2, 97.9]),
      interpolation: .cubic, rate: -24.10194849697016, quality: 4.599882001549416),
    Known(
      anchor: curve(
        "anchor", [145, 320, 610, 1150, 2300, 4200, 7900],
        [31.5, 48.2, 63.9, 77.4, 88.6, 94.9, 98.1]),
      test: curve(
        "test", [120, 260, 520, 990, 1900, 3600, 7000], [33.1, 50.9, 66.0, 79.9, 90.1, 95.2, 97.9]),
      interpolation: .piecewise, rate: -24.625466017633823, quality: 4.630796204898049),
  ]

  @Test(arguments: known.indices)
  func agreesWithOtherImplementations(_ index: Int) throws {
    let known = Self.known[index]
    let delta = try BjontegaardDelta(
      of: known.test, against: known.anchor, interpolation: known.interpolation)
    #expect(abs(delta.ratePercent - known.rate) < 1e-6)
    #expect(abs(delta.quality - known.quality) < 1e-6)
  }

  @Test(arguments: BjontegaardDelta.Interpolation.allCases)
  func equalCurvesDoNotDiffer(_ interpolation: BjontegaardDelta.Interpolation) throws {
    let delta = try BjontegaardDelta(
      of: Self.anchor, against: Self.anchor, interpolation: interpolation)
    #expect(abs(delta.ratePercent) < 1e-10 && abs(delta.quality) < 1e-10)
  }

  /// A curve that needs twice the rate everywhere costs 100 per cent more.
  @Test(arguments: BjontegaardDelta.Interpolation.allCases)
  func aConstantFactorIsFound(_ interpolation: BjontegaardDelta.Interpolation) throws {
    let double = RateQualityCurve(
      label: "double",
      points: Self.anchor.points.map { RatePoint(rate: 2 * $0.rate, quality: $0.quality) })
    let delta = try BjontegaardDelta(of: double, against: Self.anchor, interpolation: interpolation)
    #expect(abs(delta.ratePercent - 100) < 1e-9)
    #expect(delta.quality < 0)
    #expect(delta.qualities == 31.42...40.28)
    let back = try BjontegaardDelta(of: Self.anchor, against: double, interpolation: interpolation)
    #expect(abs(back.ratePercent + 50) < 1e-9)
  }

  @Test func pointsThatAreBeatenDoNotCount() throws {
    let worse = RateQualityCurve(
      label: "anchor", points: Self.anchor.points + [RatePoint(rate: 500, quality: 33)])
    let delta = try BjontegaardDelta(of: Self.test, against: worse)
    let expected = try BjontegaardDelta(of: Self.test, against: Self.anchor)
    #expect(delta == expected)
  }

  @Test func tooFewPointsAndNothingInCommonAreRefused() {
    let short = Self.curve("short", [100, 200, 300], [30, 35, 37])
    #expect(throws: RateQualityError.tooFewPoints(label: "short", count: 3, required: 4)) {
      try BjontegaardDelta(of: Self.test, against: short, interpolation: .cubic)
    }
    let single = Self.curve("single", [100], [30])
    #expect(throws: RateQualityError.tooFewPoints(label: "single", count: 1, required: 2)) {
      try BjontegaardDelta(of: single, against: Self.anchor)
    }
    let high = Self.curve("high", [2000, 3000], [60, 70])
    #expect(throws: RateQualityError.noOverlap("high", "anchor")) {
      try BjontegaardDelta(of: high, against: Self.anchor)
    }
  }
}

@Suite struct RateQualityCurveTests {
  @Test func theFrontierRises() {
    let points = [(500.0, 80.0), (100, 40), (300, 70), (400, 65), (500, 82), (600, 82), (0, 9)]
    let curve = RateQualityCurve(
      label: "", points: points.map { RatePoint(rate: $0.0, quality: $0.1) })
    #expect(curve.points.count == 6)
    #expect(curve.frontier.map(\.rate) == [100, 300, 500])
    #expect(curve.frontier.map(\.quality) == [40, 70, 82])
  }

  /// Against the definition: a point is on the hull when no chord of two others passes above it.
  @Test(arguments: 1...40)
  func theHullIsTheUpperOne(_ seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24)
    }
    let curve = RateQualityCurve(
      label: "",
      points: (0..<12).map { _ in RatePoint(rate: 100 + 900 * random(), quality: 100 * random()) })
    let frontier = curve.frontier
    let expected = frontier.filter { point in
      !frontier.contains { left in
        frontier.contains { right in
          guard left.rate < point.rate, point.rate < right.rate else { return false }
          let share = (point.rate - left.rate) / (right.rate - left.rate)
          return left.quality + share * (right.quality - left.quality) >= point.quality
        }
      }
    }
    #expect(curve.hull == expected)
  }

  @Test func crossoversAreWhereTheCurvesAreEqual() throws {
    let low = RateQualityCurve(
      label: "540p",
      points: [100, 200, 400, 800].map {
        .init(rate: $0, quality: 60 + 10 * ($0 / 200).squareRoot())
      })
    let high = RateQualityCurve(
      label: "1080p", points: [100, 200, 400, 800].map { .init(rate: $0, quality: 40 + 0.07 * $0) })
    let found = low.crossovers(with: high)
    #expect(found.count == 1)
    let crossover = try #require(found.first)
    #expect(crossover.below == "540p" && crossover.above == "1080p")
    #expect((400.0...800).contains(crossover.point.rate))
    let other = try #require(high.crossovers(with: low).first)
    #expect(other.below == "540p" && abs(other.point.rate - crossover.point.rate) < 1e-6)
    let apart = RateQualityCurve(
      label: "x", points: [.init(rate: 10, quality: 1), .init(rate: 20, quality: 2)])
    #expect(low.crossovers(with: apart).isEmpty)
  }

  @Test(arguments: [
    (["a_x264_500k.mp4", "a_x264_1000k.mp4", "a_av1_400k.mp4"], ["x264", "x264", "av1"]),
    (["clip_500k.mp4", "clip_900k.mp4"], ["clip", "clip"]),
    (
      ["BigBuckBunny_20_288_375.yuv", "BigBuckBunny_50_480_1050.yuv"],
      ["bigbuckbunny", "bigbuckbunny"]
    ),
    (["a-crf23.mkv", "a-crf28.mkv", "a-slow-crf23.mkv"], ["a", "a", "slow"]),
    (["500k.mp4", "700k.mp4"], ["encodes", "encodes"]),
    (["film.1080p.x265.3.5M.mkv", "film.720p.x265.2M.mkv"], ["film x265", "film x265"]),
  ])
  func encodersAreReadFromNames(_ names: [String], _ expected: [String]) {
    #expect(EncoderNames.guess(names) == expected)
  }

  @Test(
    arguments: [
      ("clip_1200k.y4m", 1200.0), ("clip-3.5M.mkv", 3500), ("a_750kbps_2.mp4", 750),
      ("x264.mp4", nil),
      ("clip_1080p.y4m", nil),
    ] as [(String, Double?)])
  func ratesAreReadFromNames(_ name: String, _ expected: Double?) {
    #expect(EncoderNames.rate(in: name) == expected)
  }
}
