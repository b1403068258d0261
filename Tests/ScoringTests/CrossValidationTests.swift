import Corpus
import Evaluation
import FeatureStore
import Features
import Scoring
import Testing
import TinyNets
import VMAFModel

@Suite struct CrossValidationTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// Sources `a`, `b`, … with two clips each, whose rows are all different.
  private func rows(
    _ name: String, sources: String = "abcd", framesPerClip: [Character: Int] = [:]
  ) throws -> FeatureDataset {
    let teacher = try TeacherFunction(QualityModel())
    let store = try Store(creatingAt: folder.file(name))
    for (number, source) in sources.enumerated() {
      for clip in 0..<2 {
        let count = framesPerClip[source] ?? 5
        let values = (0..<count).map { frame -> [Double] in
          let x = Double((number * 2 + clip) * 5 + frame % 5) / 40
          return [0.5 + x / 2, 0.3 + x / 2, 0.5 + x / 3, 0.6 + x / 3, 0.7 + x / 4, 4 + x]
        }
        let names = FeatureName.canonicalSix + [FeatureName("vmaf_v0.6.1")]
        let table = FeatureTable(
          frames: Array(0..<count),
          columns: names.enumerated().map { index, name in
            FeatureTable.Column(
              name: name, values: values.map { index < 6 ? $0[index] : teacher($0) })
          })
        let key = StoreKey(
          source: String(source), pair: "\(source)\(clip)",
          reference: InputDigest(sha256: "r\(source)", size: 1),
          distorted: InputDigest(sha256: "d\(source)\(clip)", size: 1), featureVersion: "1",
          options: [:], teachers: [.init(name: "vmaf_v0.6.1", sha256: "t")])
        try store.write(try PairRecord(key: key, toolVersion: "0", table: table))
      }
    }
    return try FeatureDataset(store, targets: ["vmaf_v0.6.1"])
  }

  private func validation(
    _ rows: FeatureDataset, realShare: Double, seeds: [UInt64] = [1], validation: Int = 0
  ) throws -> CrossValidation {
    let mix: [DistillationSampler.Region: Double] =
      realShare > 0 ? [.plausible: 1 - realShare, .real: realShare] : [.plausible: 1]
    let recipe = Recipe(
      name: "test", teacher: "vmaf_v0.6.1", architecture: "6-4-1",
      sampling: Recipe.Sampling(rows: 400, heldOutRows: 0, mix: mix),
      stages: [TrainingOptions(steps: 20, batchSize: 64)])
    return CrossValidation(
      recipe: recipe, teacher: try TeacherFunction(QualityModel()), rows: rows,
      target: "vmaf_v0.6.1",
      splits: try Split.leaveOneSourceOut(rows.sources.distinct, validation: validation),
      seeds: seeds)
  }

  /// Walks every fold: what is tested was not trained on, and everything is tested once per seed.
  @Test(arguments: [0, 1])
  func aTestedSourceIsNeverTrainedOn(held: Int) throws {
    let rows = try rows("store")
    let subject = try validation(rows, realShare: 0.5, seeds: [1, 2], validation: held)
    #expect(subject.folds.count == 8)
    var tested: [UInt64: [Int]] = [:]
    for (number, fold) in subject.folds.enumerated() {
      let train = Set(fold.trainingRows.map { rows.sources[$0] })
      let test = Set(fold.testedRows.map { rows.sources[$0] })
      let split = subject.splits[number % 4]
      #expect(test == Set(split.test) && train == Set(split.train))
      #expect(test.count == 1 && train.count == 3 - held)
      #expect(test.isDisjoint(with: train))
      #expect(fold.trainingRows.count == (3 - held) * 10 && fold.testedRows.count == 10)
      tested[fold.seed, default: []] += fold.testedRows
    }
    for seed in [1, 2] as [UInt64] {
      #expect(tested[seed]?.sorted() == Array(0..<rows.rowCount))
    }
  }

  /// More rows of a source change nothing about the student that is tested on that source.
  @Test func rowsOfATestedSourceDoNotReachItsStudent() async throws {
    let plain = try await validation(rows("plain"), realShare: 1).run()
    // The same frames of `b` three times over: the same errors, unless training saw them.
    let more = try await validation(
      rows("more", framesPerClip: ["b": 15]), realShare: 1
    ).run()
    let (before, after) = try (
      #require(plain.leaveOneSourceOut).folds, #require(more.leaveOneSourceOut).folds
    )
    #expect(before.map(\.source) == ["a", "b", "c", "d"])
    #expect(abs(before[1].accuracy.rmse - after[1].accuracy.rmse) < 1e-9)
    #expect(before[1].accuracy.maxError == after[1].accuracy.maxError)
    for other in [0, 2, 3] {
      #expect(before[other].accuracy.maxError != after[other].accuracy.maxError)
    }
  }

  @Test func withoutRealRowsOneStudentServesAllSplits() async throws {
    let rows = try rows("store")
    let subject = try validation(rows, realShare: 0, seeds: [3, 4])
    #expect(subject.folds.count == 2)
    #expect(subject.folds.allSatisfy { $0.trainingRows.isEmpty && $0.testedRows.count == 40 })
    let report = try await subject.run()
    let folds = try #require(report.leaveOneSourceOut).folds
    #expect(folds.map(\.source) == ["a", "b", "c", "d", "a", "b", "c", "d"])
  }

  @Test func jobsDoNotChangeTheReport() async throws {
    let subject = try validation(rows("store"), realShare: 0.5)
    let one = try await subject.run(jobs: 1)
    let three = try await subject.run(jobs: 3)
    #expect(one == three)
  }

  @Test func missingRowsAreAnError() async throws {
    let subject = CrossValidation(
      recipe: try validation(rows("store"), realShare: 0).recipe,
      teacher: try TeacherFunction(QualityModel()), rows: try rows("store"),
      target: "vmaf_v0.6.1", splits: [], seeds: [1])
    await #expect(throws: StudentError.self) { try await subject.run() }
  }
}
