import Evaluation
import Features
import Foundation
import ModelPackage
import Processor
import Testing
import TinyNets
import VMAFModel

@testable import Scoring

/// Ways of pooling, and their comparison on clips with a known truth.
@Suite struct PoolingComparisonTests {
  @Test func fixedWaysAreWhatTheySay() throws {
    let scores = [10.0, 80, 40, 20, 90, 60]
    #expect(TimePooling.standard(.mean)(scores) == 50)
    #expect(TimePooling.standard(.min)(scores) == 10)
    #expect(TimePooling.worstStretch(frames: 2)(scores) == 30)
    #expect(TimePooling.worstStretch(frames: 99)(scores) == 50)
    // Losses 90, 20, 60, 80, 10 and 40: their squares sum to 20200, fourth powers to 122260000.
    let two = try #require(TimePooling.minkowski(2)(scores))
    #expect(abs(100 - two - (20200.0 / 6).squareRoot()) < 1e-12)
    let four = try #require(TimePooling.minkowski(4)(scores))
    let root = (122_260_000.0 / 6).squareRoot().squareRoot()
    #expect(abs(100 - four - root) < 1e-9)
    for pooling in TimePooling.usual {
      #expect(pooling([]) == nil)
      let constant = try #require(pooling([70, 70, 70]))
      #expect(abs(constant - 70) < 1e-9, "\(pooling.name)")
    }
    #expect(Set(TimePooling.usual.map(\.name)).count == TimePooling.usual.count)
  }

  private static func student() throws -> Network {
    try #require(try ModelRegistry().load("tiny-2x16").graph.network)
  }

  /// Four contents in two tests; the truth is the mean over the frame student's scores, on a scale
  /// of its own in the second test.
  private static func study(_ student: Network, frames count: Int = 12) throws -> HumanStudy {
    var generator = SeededGenerator(seed: 8)
    var clips = "clip,source,test,score\n"
    var frames = "clip,adm2,vif_scale0,vif_scale1,vif_scale2,vif_scale3,motion2\n"
    for content in 0..<4 {
      for rung in 0..<6 {
        var sum = 0.0
        for _ in 0..<count {
          let ratios = (0..<5).map { _ in 0.5 + 0.08 * Double(rung) + 0.1 * generator.uniform() }
          let row = ratios + [generator.uniform(0, 8)]
          sum += Double(student.predict(row.map { Float($0) })[0])
          frames += "\(content)-\(rung)," + row.map { "\($0)" }.joined(separator: ",") + "\n"
        }
        let mean = sum / Double(count)
        let isSecond = rung % 2 == 1
        clips += "\(content)-\(rung),c\(content),\(isSecond ? 2 : 1),"
        clips += "\(isSecond ? 10 + 0.9 * mean : mean)\n"
      }
    }
    let folder = try ScratchFolder()
    try clips.write(toFile: folder.file("clips.csv"), atomically: true, encoding: .utf8)
    try frames.write(toFile: folder.file("frames.csv"), atomically: true, encoding: .utf8)
    try """
    {"schema": "tinyvmaf.human-data/1", "name": "made", "table": "clips.csv", "isAnchor": false,
     "columns": {"clip": "clip", "source": "source", "test": "test"},
     "targets": {"score": {"column": "score"}}, "defaultTarget": "score",
     "frames": {"table": "frames.csv", "clip": "clip", "every": 1}}
    """.write(toFile: folder.file("made.json"), atomically: true, encoding: .utf8)
    // The folder goes away with its last use.
    return try withExtendedLifetime(folder) {
      try HumanStudy(paths: [folder.file("made.json")])
    }
  }

  private static func comparison(_ student: Network) throws -> PoolingComparison {
    let options = ClipTrainingOptions(
      steps: 5, batchClips: 6, framesPerClip: 6, schedule: .init(peak: 1e-3, warmUpSteps: 2),
      penalty: 10, mapInterval: 5)
    return try PoolingComparison(
      study(student), student: student, named: "2x16",
      teacher: TeacherFunction(QualityModel()),
      poolings: [.standard(.mean), .standard(.min)],
      encoders: [
        .init(name: "tiny", architecture: ClipArchitecture("16-2-4-1-1-4"), options: options)
      ], seeds: [1, 2])
  }

  @Test func theTruthWinsAndEveryClipIsHeldOutOnce() async throws {
    let student = try Self.student()
    let report = try await Self.comparison(student).run()
    #expect(report.ways.map(\.name) == ["mean", "min", "tiny"])
    #expect(report.clips == 24)
    #expect(report.contents == ["c0", "c1", "c2", "c3"])
    let rmse = report.ways.map { $0.summary[.rmse]?.mean ?? .infinity }
    #expect(rmse[0] < 0.7)
    #expect(rmse[1] > 2 * rmse[0])
    // Held back to the mean, the encoder stays near it.
    #expect(rmse[2] < 2)
    #expect(report.ways[2].summary.seeds == 2)
    #expect(report.ways[2].parameters == 401 + 229)
    #expect(report.ways[0].perTest.keys.sorted() == ["made/1", "made/2"])
    #expect(report.ways[1].summary[.rmse]?.difference == rmse[1] - rmse[0])
    #expect(report.tables().map(\.rows.count) == [3, 2, 3, 3])
  }

  @Test func noFoldSeesAClipOfItsContent() throws {
    let student = try Self.student()
    let comparison = try Self.comparison(student)
    var tested: [Int] = []
    for fold in comparison.folds.folds {
      let held = Set(fold.split.tested.map { comparison.study.clips[$0].source })
      let seen = Set(fold.split.training.map { comparison.study.clips[$0].source })
      #expect(held.isDisjoint(with: seen))
      tested += fold.split.tested
    }
    #expect(tested.sorted() == Array(0..<24))
  }

  @Test func jobsChangeNothing() async throws {
    let student = try Self.student()
    let comparison = try Self.comparison(student)
    let one = try await comparison.run(jobs: 1, on: .scalar)
    #expect(try await comparison.run(jobs: 3) == one)
    let two = try await comparison.run(jobs: 2)
    #expect(try one.json() == two.json())
  }

  @Test func aTrainedEncoderKnowsWhatItSaw() throws {
    let student = try Self.student()
    let comparison = try Self.comparison(student)
    let encoder = try comparison.train(comparison.encoders[0], seed: 1)
    #expect(encoder.metadata["contents"] == "c0,c1,c2,c3")
    #expect(encoder.metadata["data"] == "made")
    #expect(encoder.frameStudent == student)
  }
}
