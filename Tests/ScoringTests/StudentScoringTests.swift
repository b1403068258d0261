import Features
import ModelPackage
import Scoring
import Testing
import TinyNets
import _TestSupport

/// Students in the place of teachers and beside them.
@Suite struct StudentScoringTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func score(
    _ models: [String], kind: SyntheticClip.Kind = .texture, frames: Int = 6,
    _ change: (inout ScoreRequest) -> Void = { _ in }
  ) async throws -> ScoreRun {
    let clip = SyntheticClip(
      "clip", width: 128, height: 96, frameCount: frames, seed: 40, kind: kind)
    var request = ScoreRequest(
      reference: try folder.write(clip, .reference),
      distorted: [try folder.write(clip, .distorted)],
      models: try models.map { try ModelSelection($0) })
    change(&request)
    return try await Scorer(request).run()
  }

  @Test func studentsStandBesideTheirTeacher() async throws {
    let names = ["vmaf_v0.6.1", "tiny", "tiny:3x128", "tiny-4x256", "tiny:2x16"]
    let run = try await score(names)
    let result = run.results[0]
    let teacher = try #require(result.table[FeatureName("vmaf")])
    #expect(run.models.map(\.kind) == [.teacher] + Array(repeating: .student, count: 4))
    #expect(result.scores.map(\.model) == run.models.map(\.name))
    #expect(
      result.table.columns.suffix(5).map(\.name.rawValue)
        == ["vmaf", "tiny-2x64", "tiny-3x128", "tiny-4x256", "tiny-2x16"])
    for score in result.scores {
      let column = try #require(score.column)
      let values = try #require(result.table[column])
      #expect(zip(values, teacher).allSatisfy { abs($0 - $1) < 0.05 }, "\(column)")
      #expect(score.clipScore == values.reduce(0, +) / Double(values.count))
      #expect(score.interval == nil)
    }
    #expect(result.scores.map(\.outOfDomainFrames) == [nil, 0, 0, 0, 0])
  }

  /// A teacher's values and their order do not depend on the students beside it.
  @Test func studentsChangeNothingAboutTheTeacher() async throws {
    let alone = try await score(["vmaf_v0.6.1"]).results[0].table
    let beside = try await score(["tiny", "vmaf_v0.6.1"]).results[0].table
    #expect(beside.columns.filter { $0.name.rawValue != "tiny-2x64" } == alone.columns)
  }

  @Test func aStudentAloneNeedsOnlyItsFeatures() async throws {
    let run = try await score(["tiny"]) { $0.includesAIM = true }
    let names = run.results[0].table.columns.map(\.name)
    #expect(Set(names).isSuperset(of: FeatureName.canonicalSix))
    #expect(!names.contains(FeatureName("vmaf")) && !names.contains(FeatureName("integer_aim")))
    #expect(run.models[0].features == FeatureName.canonicalSix)
    #expect(run.models[0].unit == "VMAF" && run.models[0].source == "tiny-2x64")
  }

  /// The neg model is the same function of features with a gain limit.
  @Test func optionsOfFeaturesReachTheExtractors() async throws {
    let run = try await score(
      ["vmaf_v0.6.1neg", "tiny:name=neg:adm.adm_enhn_gain_limit=1:vif.vif_enhn_gain_limit=1"],
      kind: .inverted)
    let table = run.results[0].table
    #expect(
      run.models[0].features.sorted { $0.rawValue < $1.rawValue }
        == run.models[1].features.sorted { $0.rawValue < $1.rawValue })
    let teacher = try #require(table[FeatureName("vmaf")])
    let student = try #require(table[FeatureName("neg")])
    #expect(zip(student, teacher).allSatisfy { abs($0 - $1) < 0.05 })
  }

  @Test func framesOutsideOfTheDomainAreCounted() throws {
    let student = try Student("tiny")
    let inside = [0.9, 0.5, 0.8, 0.9, 0.95, 4]
    let rows: [[Double]] = [inside, [1.2] + inside.dropFirst(), inside.dropLast() + [121], inside]
    let table = FeatureTable(
      frames: Array(rows.indices),
      columns: FeatureName.canonicalSix.enumerated().map { index, name in
        FeatureTable.Column(name: name, values: rows.map { $0[index] })
      })
    let score = try student.score(table, as: "x").score
    #expect(score.outOfDomainFrames == 2)
    #expect(
      try Student(name: "new", network: Network(architecture: Architecture("2x16"), seed: 1))
        .score(table, as: "x").score.outOfDomainFrames == nil)
  }

  @Test func aWeightsFileScores() async throws {
    let path = folder.file("mine.safetensors")
    let model = try ModelRegistry(folders: [], userFolder: nil).load("tiny-2x64")
    let network = try #require(model.graph.network)
    try network.write(to: path)
    let run = try await score(["tiny", "\(path):name=mine"])
    let table = run.results[0].table
    #expect(table[FeatureName("mine")] == table[FeatureName("tiny-2x64")])
    #expect(run.models.map(\.source) == ["tiny-2x64", path])
    #expect(run.models.map(\.contentHash) == [model.sha256, network.weightsDigest])
  }

  @Test func namesMustBeDistinct() async throws {
    await #expect(throws: ScoringError.repeatedName("tiny-2x64")) {
      try await score(["tiny", "2x64"])
    }
    await #expect(throws: ScoringError.nameOfFeature("integer_motion2")) {
      try await score(["tiny:name=integer_motion2"])
    }
  }

  @Test(arguments: [1, 3])
  func threadsDoNotMatter(_ threads: Int) async throws {
    let run = try await score(["tiny"], frames: 9) { $0.threads = threads }
    let one = try await score(["tiny"], frames: 9)
    #expect(run.results[0].table == one.results[0].table)
    #expect(run.results[0].scores == one.results[0].scores)
  }
}
