import Features
import Processor
import Testing
import VideoIO
import _TestSupport

@Suite struct FeatureExtractionTests {
  static let clip = SyntheticClip("small", width: 70, height: 50, frameCount: 7, seed: 21)

  static func extract(
    _ specifications: [String], threads: Int = 1, subsample: Int = 1, limit: Int? = nil,
    ladder: Int = 1
  ) async throws -> [ExtractedFeatures] {
    var warnings: [String] = []
    let plan = FeaturePlan(
      try specifications.map { try FeatureExtractor(specification: $0, warnings: &warnings) })
    let extraction = FeatureExtraction(
      plan: plan, threads: threads, subsample: subsample, frameLimit: limit)
    return try await extraction.run(
      reference: SyntheticSource(clip, side: .reference),
      distorted: (0..<ladder).map { _ in SyntheticSource(clip, side: .distorted) })
  }

  @Test(arguments: 1...5)
  func resultsDoNotDependOnThreads(_ threads: Int) async throws {
    let specifications = ["adm", "vif", "motion", "psnr=enable_apsnr=true"]
    let expected = try await Self.extract(specifications)
    #expect(try await Self.extract(specifications, threads: threads) == expected)
  }

  @Test func aLadderGivesWhatSinglePairsGive() async throws {
    let single = try await Self.extract(["adm", "vif", "motion"])
    let ladder = try await Self.extract(["adm", "vif", "motion"], threads: 2, ladder: 3)
    #expect(ladder == Array(repeating: single[0], count: 3))
  }

  @Test func moreGainLimitsThanAKernelTakes() async throws {
    let limits = (1...11).map { 1 + Double($0) / 4 }
    let specifications = limits.flatMap {
      ["adm=adm_enhn_gain_limit=\($0)", "vif=vif_enhn_gain_limit=\($0)"]
    }
    let all = try await Self.extract(specifications, limit: 1)[0].table
    for specification in specifications {
      for column in try await Self.extract([specification], limit: 1)[0].table.columns {
        #expect(all[column.name] == column.values)
      }
    }
  }

  @Test func subsamplingKeepsTheRowsItHas() async throws {
    let all = try await Self.extract(["adm", "vif", "motion", "psnr"])[0].table
    let some = try await Self.extract(["adm", "vif", "motion", "psnr"], subsample: 3)[0]
    #expect(some.table.frames == [0, 3, 6])
    #expect(some.frameCount == 7)
    for column in all.columns {
      #expect(some.table[column.name] == [0, 3, 6].map { column.values[$0] })
    }
  }

  @Test func aLimitEndsTheClip() async throws {
    let whole = try await Self.extract(["motion"])[0].table
    let cut = try await Self.extract(["motion"], limit: 4)[0].table
    #expect(cut.frames == [0, 1, 2, 3])
    // The last frame has only the motion into it.
    #expect(cut[.motion2]?.prefix(3) == whole[.motion2]?.prefix(3))
  }

  @Test func refusals() async throws {
    let small = SyntheticClip("tiny", width: 32, height: 40, frameCount: 1, seed: 1)
    let extraction = FeatureExtraction(plan: FeaturePlan([FeatureExtractor(.vif)]))
    await #expect(throws: FeatureExtractionError.tooSmall(width: 32, height: 40)) {
      try await extraction.run(
        reference: SyntheticSource(small, side: .reference),
        distorted: [SyntheticSource(small, side: .distorted)])
    }
    let other = SyntheticClip("other", width: 71, height: 50, frameCount: 1, seed: 1)
    await #expect(throws: FeatureExtractionError.self) {
      try await extraction.run(
        reference: SyntheticSource(Self.clip, side: .reference),
        distorted: [SyntheticSource(other, side: .distorted)])
    }
    let csf = try FeatureExtraction(
      plan: FeaturePlan([Self.extractor("adm=adm_csf_scale=2")]))
    await #expect(throws: FeatureExtractionError.self) {
      try await csf.run(
        reference: SyntheticSource(Self.clip, side: .reference),
        distorted: [SyntheticSource(Self.clip, side: .distorted)])
    }
  }

  private static func extractor(_ specification: String) throws -> FeatureExtractor {
    var warnings: [String] = []
    return try FeatureExtractor(specification: specification, warnings: &warnings)
  }
}
