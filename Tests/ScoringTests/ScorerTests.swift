import Features
import Processor
import Scoring
import Testing
import VideoIO
import _TestSupport

@Suite struct ScorerTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// A small clip with a few versions of it.
  private func ladder(_ count: Int = 3) throws -> (reference: String, distorted: [String]) {
    let clip = SyntheticClip("small", width: 128, height: 96, frameCount: 6, seed: 40)
    let others = (0..<count).map { index in
      SyntheticClip(
        "version\(index)", width: 128, height: 96, frameCount: 6, seed: 40,
        kind: [.texture, .inverted, .flat][index % 3])
    }
    return (
      try folder.write(clip, .reference), try others.map { try folder.write($0, .distorted) }
    )
  }

  private func score(_ request: ScoreRequest) async throws -> ScoreRun {
    try await Scorer(request).run()
  }

  // MARK: - Figures

  static let clips = SyntheticClip.golden.filter { isOptimizedBuild || $0.width < 360 }

  /// libvmaf's figures, from files to scores, with three models in one pass.
  @Test(arguments: clips)
  func golden(_ clip: SyntheticClip) async throws {
    let expected = try #require(try GoldenTable.synthetic().clips[clip.name])
    var request = ScoreRequest(
      reference: try folder.write(clip, .reference),
      distorted: [try folder.write(clip, .distorted)],
      models: try ["vmaf_v0.6.1", "vmaf_v0.6.1neg:name=vmaf_neg", "vmaf_4k_v0.6.1:name=vmaf_4k"]
        .map { try ModelSelection($0) })
    request.includesAIM = true
    request.threads = 2
    let run = try await score(request)
    let result = try #require(run.results.first)
    #expect(run.results.count == 1 && result.frameCount == clip.frameCount)
    #expect(result.table.frames == Array(0..<clip.frameCount))
    for (name, values) in expected.perFrame where name != "vmaf_phone" {
      let computed = try #require(result.table[FeatureName(name)], "\(name)")
      let tolerance = name.hasPrefix("vmaf") ? 1e-9 : 1e-12
      for (value, target) in zip(computed, values) {
        #expect(abs(value - target) <= tolerance * max(abs(target), 1), "\(name)")
      }
    }
  }

  @Test func severalDistortedVideosScoreAsEachAlone() async throws {
    let (reference, distorted) = try ladder()
    let together = try await score(ScoreRequest(reference: reference, distorted: distorted))
    #expect(together.results.map(\.distorted) == distorted)
    for (path, result) in zip(distorted, together.results) {
      let alone = try await score(ScoreRequest(reference: reference, distorted: [path]))
      #expect(alone.results[0].table == result.table)
    }
    #expect(Set(together.results.map { $0.table[FeatureName("vmaf")]?.first }).count == 3)
  }

  @Test func threadsAndInstructionSetsGiveTheSameBits() async throws {
    let (reference, distorted) = try ladder(2)
    var request = ScoreRequest(reference: reference, distorted: distorted)
    request.features = [FeatureExtractor(.psnr)]
    let expected = try await score(request).results.map(\.table)
    for set in InstructionSet.supported {
      for threads in 1...4 {
        request.threads = threads
        request.instructionSet = set
        let tables = try await score(request).results.map(\.table)
        #expect(tables == expected, "\(threads) threads, \(set)")
      }
    }
  }

  /// A pass with several models gives each the scores that it has alone.
  @Test func severalModelsInOnePass() async throws {
    let (reference, distorted) = try ladder(1)
    let names = ["vmaf_v0.6.1", "vmaf_v0.6.1neg", "vmaf_4k_v0.6.1neg", "phone"]
    let models = try names.enumerated().map {
      try ModelSelection("\($1):name=model\($0)")
    }
    let request = ScoreRequest(reference: reference, distorted: distorted, models: models)
    let table = try await score(request).results[0].table
    for (index, name) in names.enumerated() {
      let alone = ScoreRequest(
        reference: reference, distorted: distorted, models: [try ModelSelection(name)])
      let expected = try await score(alone).results[0].table[FeatureName("vmaf")]
      #expect(table[FeatureName("model\(index)")] == expected)
      #expect(expected?.count == 6)
    }
    #expect(table[FeatureName("integer_adm2")] != table[FeatureName("integer_adm2_egl_1")])
  }

  // MARK: - Frames

  @Test func subsampledFramesKeepTheirValues() async throws {
    let (reference, distorted) = try ladder(1)
    var request = ScoreRequest(reference: reference, distorted: distorted)
    let all = try await score(request).results[0].table
    request.subsample = 4
    let result = try await score(request).results[0]
    #expect(result.table.frames == [0, 4] && result.frameCount == 6)
    #expect(result.table.columns.map(\.name) == all.columns.map(\.name))
    for column in result.table.columns {
      #expect(column.values == all[column.name].map { [$0[0], $0[4]] }, "\(column.name)")
    }
  }

  @Test func frameLimitIsAPrefix() async throws {
    let (reference, distorted) = try ladder(1)
    var request = ScoreRequest(reference: reference, distorted: distorted)
    let all = try await score(request).results[0].table
    request.frameLimit = 3
    let scorer = try Scorer(request)
    #expect(scorer.expectedFrameCount == 3)
    let run = try await scorer.run()
    #expect(run.results[0].table.frames == [0, 1, 2] && run.findings.isEmpty)
    let vif = FeatureName.vifScales[1]
    let prefix = Array(try #require(all[vif]).prefix(3))
    #expect(run.results[0].table[vif] == prefix)
  }

  /// What is left out on both sides moves the whole comparison along.
  @Test func skippedFramesAlignTheVideos() async throws {
    let clip = SyntheticClip("long", width: 64, height: 64, frameCount: 7, seed: 3)
    let head = SyntheticClip("head", width: 64, height: 64, frameCount: 2, seed: 9)
    let reference = try folder.write(clip, .reference)
    let distorted = try folder.write(clip, .distorted)
    let delayed = try folder.join(
      folder.write(head, .distorted), framesOf: distorted, as: "delayed.y4m")
    var request = ScoreRequest(reference: reference, distorted: [delayed])
    request.skippedDistortedFrames = 2
    let aligned = try await score(request)
    let expected = try await score(ScoreRequest(reference: reference, distorted: [distorted]))
    #expect(aligned.results[0].table == expected.results[0].table)

    request.distorted = [distorted]
    request.skippedReferenceFrames = 2
    let tail = try await score(request).results[0].table
    #expect(tail.frames == [0, 1, 2, 3, 4])
    #expect(
      tail[FeatureName("integer_adm2")].map { Array($0) }
        == expected.results[0].table[FeatureName("integer_adm2")].map { Array($0[2...]) })
  }

  @Test func theShorterVideoEndsTheComparison() async throws {
    let long = SyntheticClip("long", width: 64, height: 64, frameCount: 5, seed: 3)
    let short = SyntheticClip("short", width: 64, height: 64, frameCount: 3, seed: 3)
    let reference = try folder.write(long, .reference)
    let cut = try folder.write(short, .distorted)
    let run = try await score(ScoreRequest(reference: reference, distorted: [cut]))
    #expect(run.results[0].frameCount == 3)
    #expect(run.findings.contains { $0.contains("short-distorted.y4m\" ended before") })

    let other = try await score(
      ScoreRequest(
        reference: try folder.write(short, .reference),
        distorted: [try folder.write(long, .distorted)]))
    #expect(other.results[0].frameCount == 3)
    #expect(other.findings.contains { $0.contains("ended before the distorted video") })
  }

  // MARK: - Refusals

  @Test func whatDoesNotFitIsRefusedBeforeAnyWork() throws {
    let clip = SyntheticClip("a", width: 64, height: 64, frameCount: 2, seed: 3)
    let deep = SyntheticClip("b", width: 64, height: 64, frameCount: 2, seed: 3, bitDepth: 10)
    let large = SyntheticClip("c", width: 66, height: 64, frameCount: 2, seed: 3)
    let reference = try folder.write(clip, .reference)
    for other in [deep, large] {
      let distorted = try folder.write(other, .distorted)
      #expect(throws: VideoError.self) {
        try Scorer(ScoreRequest(reference: reference, distorted: [distorted]))
      }
    }
    #expect(throws: ScoringError.nothingToScore) {
      try Scorer(ScoreRequest(reference: reference, distorted: []))
    }
    #expect(throws: ScoringError.nothingToCompute) {
      try Scorer(ScoreRequest(reference: reference, distorted: [reference], models: []))
    }
    #expect(throws: ScoringError.repeatedName("vmaf")) {
      try Scorer(
        ScoreRequest(reference: reference, distorted: [reference], models: [.default, .default]))
    }
    #expect(throws: VideoError.notFound(path: "nowhere.y4m")) {
      try Scorer(ScoreRequest(reference: reference, distorted: ["nowhere.y4m"]))
    }
  }

  @Test func tooSmallPicturesAreRefused() async throws {
    let clip = SyntheticClip("tiny", width: 32, height: 40, frameCount: 2, seed: 3)
    let request = ScoreRequest(
      reference: try folder.write(clip, .reference), distorted: [try folder.write(clip, .distorted)]
    )
    await #expect(throws: FeatureExtractionError.tooSmall(width: 32, height: 40)) {
      try await Scorer(request).run()
    }
  }

  @Test func skippingEverythingIsAnError() async throws {
    let (reference, distorted) = try ladder(1)
    var request = ScoreRequest(reference: reference, distorted: distorted)
    request.skippedReferenceFrames = 6
    await #expect(throws: FeatureExtractionError.noFrames) { try await Scorer(request).run() }
  }
}
