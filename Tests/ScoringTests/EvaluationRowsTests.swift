import Evaluation
import FeatureStore
import Features
import Foundation
import Scoring
import Testing
import TinyNets
import VMAFModel

@Suite struct EvaluationRowsTests {
  /// Two clips of one source, with or without frame numbers.
  private func dataset(perFrame: Bool) throws -> FeatureDataset {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var lines = ["source,pair,frame,adm2,vif_scale0,vif_scale1,vif_scale2,vif_scale3,motion2,mos"]
    for (pair, quality) in [("a", 0.7), ("b", 0.9)] {
      for frame in 0..<(perFrame ? 3 : 1) {
        let features = Array(repeating: "\(quality)", count: 5).joined(separator: ",")
        lines.append("s,\(pair),\(frame),\(features),\(frame + 1),\(quality * 100)")
      }
    }
    let table = folder.appending(path: "table.csv")
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: table)
    let store = try Store(creatingAt: folder.appending(path: "store").path)
    _ = try store.importTable(
      at: table.path,
      mapping: ImportMapping(
        name: "t", frameColumn: perFrame ? "frame" : nil,
        scores: [.init(column: "mos", name: FeatureName("mos"))]),
      toolVersion: "test")
    return try FeatureDataset(store, StoreSelection(importedTables: ["t"]), targets: ["mos"])
  }

  @Test func rowsWithoutFrameNumbersAreClips() throws {
    #expect(try EvaluationRows(dataset(perFrame: false), target: "mos").unit == .clip)
    #expect(try EvaluationRows(dataset(perFrame: true), target: "mos").unit == .frame)
  }

  @Test func clipsArePooledAfterPrediction() throws {
    let rows = try EvaluationRows(dataset(perFrame: true), target: "mos")
    let student = try Student("tiny")
    let frames = try student.scores(ofRows: rows.features)
    let clips = try rows.observations(of: student, pooled: true)
    #expect(clips.targets == [70, 90])
    let means = [0, 3].map { start in frames[start..<start + 3].reduce(0, +) / 3 }
    #expect(clips.predictions == means)
    #expect(throws: StudentError.self) {
      try EvaluationRows(dataset(perFrame: true), target: "nowhere")
    }
  }

  @Test func sampledRowsHaveTheTeachersClippedScores() throws {
    let teacher = try TeacherFunction(QualityModel())
    let rows = try EvaluationRows(sampling: .physicalBox, count: 500, teacher: teacher)
    #expect(rows.targets.count == 500 && rows.features.count == 3000 && rows.unit == .frame)
    #expect(rows.targets.allSatisfy { (0...100).contains($0) })
    #expect(rows.targets[7] == teacher.score(Array(rows.features[42..<48])))
  }
}
