import Evaluation
import Features
import ModelPackage
import Processor
import Testing
import TinyNets
import VideoIO
import _TestSupport

@testable import Scoring

@Suite struct GoldenGateTests {
  @Test func pairsAreGeneratedOrHaveAReason() throws {
    let pairs = try GoldenPair.all()
    #expect(pairs.count == 26 && Set(pairs.map(\.name)).count == pairs.count)
    #expect(pairs.filter { !$0.needsFiles }.count == 19)
    for pair in pairs {
      #expect(pair.expected != nil || pair.asserted != nil)
      if pair.needsFiles {
        #expect(try pair.open(in: nil) == nil)
        #expect(try pair.open(in: "/nonexistent") == nil)
        #expect(
          pair.absence(in: "/nonexistent").hasPrefix("/nonexistent lacks src01")
            || pair.name == "dark_scene")
      }
    }
    let classic = try #require(pairs.last)
    #expect(classic.name == "src01_48frames_8bit" && classic.asserted?.mean == 76.66783025)
  }

  /// A figure that is off in its last digits, and a mean that is off in its fourth decimal.
  @Test func wrongFiguresAreFound() throws {
    let pair = try #require(try GoldenPair.all().first)
    let expected = try #require(pair.expected)
    func table(changing name: String, by factor: Double) -> FeatureTable {
      FeatureTable(
        frames: Array(0..<expected.frames),
        columns: expected.perFrame.sorted { $0.key < $1.key }.map { key, values in
          var values = values
          if key == name { values[1] *= factor }
          return .init(name: FeatureName(key), values: values)
        })
    }
    let exact = table(changing: "", by: 1)
    #expect(pair.featureCheck(exact, expected).verdict == .passed)
    #expect(pair.featureCheck(exact, expected).largestULP == 0)
    let off = pair.featureCheck(table(changing: "integer_adm2", by: 1 + 2e-12), expected)
    #expect(off.verdict == .failed && off.note == "integer_adm2 of frame 1")
    let near = pair.featureCheck(table(changing: "integer_adm2", by: 1.0.nextUp), expected)
    #expect(near.verdict == .passed && (1...2).contains(near.largestULP ?? 0))
    #expect(
      pair.featureCheck(table(changing: "integer_adm2", by: .nan), expected).verdict == .failed)
    let score = pair.scoreCheck(table(changing: "vmaf", by: 1 + 1e-10), expected, "vmaf")
    #expect(score.verdict == .failed)
    let missing = FeatureTable(frames: [0, 1, 2])
    #expect(pair.featureCheck(missing, expected).verdict == .failed)

    let asserted = try #require(try GoldenTable.netflix().asserted["src01_10bit"])
    #expect(pair.meanCheck([asserted.mean + 4e-5], asserted).verdict == .passed)
    #expect(pair.meanCheck([asserted.mean - 6e-5], asserted).verdict == .failed)
    #expect(pair.meanCheck([], asserted).verdict == .failed)
    #expect(pair.identityCheck([90, 80], [95, 80]).verdict == .passed)
    #expect(pair.identityCheck([90, 80], [95, 79.9]).verdict == .failed)
    #expect(pair.identityCheck([90], [.nan]).verdict == .failed)
  }

  /// A student with one wrong weight breaks its promises; the shipped one keeps them.
  @Test func studentsAreHeldToTheirBudget() throws {
    var points: [GoldenPoint] = []
    for table in [try GoldenTable.synthetic(), try GoldenTable.netflix()] {
      for (name, clip) in table.clips {
        for frame in 0..<clip.frames {
          let features = FeatureName.canonicalSix.map { clip.perFrame[$0.rawValue]?[frame] ?? .nan }
          points.append(
            GoldenPoint(
              pair: name, frame: frame, features: features,
              identical: [1, 1, 1, 1, 1, features[5]],
              score: clip.perFrame["vmaf"]?[frame] ?? .nan))
        }
      }
    }
    let student = try Student("2x64")
    let budgets = try GateBudgets.embedded()
    let budget = try #require(budgets.students["tiny-2x64"])
    let checks = try student.goldenChecks(points, budget: budget)
    #expect(checks.map(\.kind) == [.studentError, .studentRange, .studentOrder, .studentIdentity])
    // The identical videos of these points are made up, so the last promise is not theirs to keep.
    #expect(checks.dropLast().allSatisfy { $0.verdict == .passed })
    // No budget: every error is too large.
    #expect(try student.goldenChecks(points, budget: 0)[0].verdict == .failed)

    var tensors = try ModelRegistry.builtInNetwork("tiny-2x64").safeTensors()
    var bias = try #require(tensors.tensors["output.offset"])
    bias = .init(bias.values.map { $0 + 0.02 })
    tensors.tensors["output.offset"] = bias
    let moved = try Student(name: "moved", network: try Network(tensors))
    let verdicts = try moved.goldenChecks(points, budget: budget).map(\.verdict)
    #expect(verdicts[0] == .failed)
  }

  @Test func embeddedBudgetsCoverEveryStudent() throws {
    let budgets = try GateBudgets.embedded()
    for name in ModelRegistry.builtInIdentifiers { #expect(budgets.students[name] != nil) }
    for (name, lane) in budgets.lanes {
      #expect(lane.why.count > 40, "\(name) does not say why it is not exact")
      #expect(!lane.quantities.isEmpty)
    }
  }
}

@Suite struct ParityGateTests {
  @Test(arguments: [true, false])
  func contentIsLegalAndVaried(isShort: Bool) {
    let all = ParityContent.clips(isShort: isShort)
    let clips = all + ParityContent.kernelClips(isShort: isShort)
    for clip in clips {
      #expect(clip.width >= FeatureExtraction.smallestSide)
      #expect(clip.height >= FeatureExtraction.smallestSide)
      #expect((8...16).contains(clip.bitDepth) && clip.frameCount >= 2)
    }
    #expect(Set(all.map(\.name)).count == all.count)
    #expect(Set(clips.map(\.bitDepth)) == [8, 10, 12, 16])
    // Every number of lanes that a vector of 32 leaves over.
    #expect(Set(ParityContent.kernelClips(isShort: isShort).map { $0.width % 32 }).count == 32)
    #expect(clips.contains { $0.picture.isNatural } && clips.contains { !$0.picture.isNatural })
  }

  @Test func clipsStayInRangeAndRepeat() {
    for description in ParityContent.kernelClips(isShort: true).prefix(14) {
      let clip = ParityClip(description)
      let peak = UInt16((1 << description.bitDepth) - 1)
      for frame in clip.reference + clip.distorted.flatMap({ $0 }) {
        #expect(frame.count == description.width * description.height)
        #expect(frame.allSatisfy { $0 <= peak })
      }
      #expect(clip.distorted.count == ParityClip.rungCount)
      let again = ParityClip(description)
      #expect(again.reference == clip.reference && again.distorted == clip.distorted)
    }
  }

  @Test func tracesFindThePlaceOfADifference() throws {
    var reference = ParityTrace()
    var lane = ParityTrace()
    let places = ["a, frame 0", "a, frame 1", "b, frame 0"]
    let single: [Float] = [1, 2, 3, 4, 5, 6]
    reference.append(
      places,
      [("sum", .integer([1, 2, 3])), ("x", .double([1, 2, 3])), ("wide", .single(single))])
    lane.append(
      Array(places.prefix(2)),
      [("sum", .integer([1, 2])), ("x", .double([1, 2])), ("wide", .single([1, 2, 3, 4]))])
    lane.append(
      Array(places.suffix(1)),
      [("sum", .integer([4])), ("x", .double([3])), ("wide", .single([Float(5).nextUp, 6]))])
    let cells = try lane.cells(lane: "l", against: reference) { _ in nil }
    #expect(cells.map(\.quantity) == ["sum", "x", "wide"])
    #expect(cells.map(\.verdict) == [.failed, .passed, .failed])
    #expect(cells.map(\.place) == ["b, frame 0", nil, "b, frame 0"])
    #expect(cells[2].summary.largest == 1 && cells[2].precision == .single)
    var short = ParityTrace()
    short.append(["a, frame 0"], [("x", .double([1]))])
    #expect(throws: EvaluationError.self) {
      try short.cells(lane: "l", against: reference) { _ in nil }
    }
  }

  @Test func layersEndInTheScore() throws {
    let network = try ModelRegistry.builtInNetwork("tiny-2x16")
    let rows: [Float] = [0.9, 0.5, 0.8, 0.9, 0.95, 3, 0.6, 0.2, 0.4, 0.5, 0.6, 12]
    let layers = network.layerOutputs(rows, on: .scalar)
    #expect(layers.map(\.count) == [32, 32, 2])
    let scores = network.predict(rows, clamped: false, on: .scalar)
    for set in InstructionSet.supported { #expect(network.layerOutputs(rows, on: set) == layers) }
    let double = network.layerOutputsInDoublePrecision(rows)
    for (single, exact) in zip(layers.flatMap { $0 }, double.flatMap { $0 }) {
      #expect(abs(Double(single) - exact) < 1e-5)
    }
    let scale = try #require(network.safeTensors().tensors["output.scale"]).values[0]
    let offset = try #require(network.safeTensors().tensors["output.offset"]).values[0]
    #expect(layers[2].map { offset + scale * $0 } == scores)
    #expect(network.layerOutputs([], on: .best) == [[], [], []])
  }

  @Test func rowsHaveSpecialValues() throws {
    let rows = try StudentRows(frames: [[0.9, 0.5, 0.8, 0.9, 0.95, 3]], isShort: true)
    #expect(rows.values.count == 6 * rows.places.count)
    #expect(rows.values.contains(.infinity) && rows.values.contains { $0.isNaN })
    let finite = rows.finite(features: 6)
    #expect(finite.values.allSatisfy(\.isFinite) && finite.places.count >= 65)
    #expect(finite.values.count == 6 * finite.places.count)
  }
}
