import Evaluation
import Foundation
import Testing
import TinyNets
import VMAFModel

@testable import Scoring

@Suite struct HumanSweepTests {
  /// A grid of quick cells over a small table.
  private func makeGrid(in folder: ScratchFolder) throws -> String {
    var table = "clip,source,mos,se,adm2,vif_scale0,vif_scale1,vif_scale2,vif_scale3,motion2\n"
    for clip in madeUpClips(contents: (0..<5).map { ["c\($0)"] }) {
      let features = clip.features.map { "\($0)" }.joined(separator: ",")
      table += "\(clip.name),\(clip.source),\(clip.target),3,\(features)\n"
    }
    try table.write(toFile: folder.file("t.csv"), atomically: true, encoding: .utf8)
    try """
    {"schema": "tinyvmaf.human-data/1", "name": "t", "table": "t.csv", "defaultTarget": "mos",
     "targets": {"mos": {"column": "mos", "standardError": "se"}}}
    """.write(toFile: folder.file("t.json"), atomically: true, encoding: .utf8)
    try """
    {"schema": "tinyvmaf.human-grid/1", "name": "quick", "data": ["t.json"], "targets": ["mos"],
     "regimes": ["distil", "subjective", "hybrid+map"], "architectures": ["6-4-1"],
     "seeds": [1, 2], "parentSteps": 60, "subjectiveInnerSplits": 2}
    """.write(toFile: folder.file("grid.json"), atomically: true, encoding: .utf8)
    return folder.file("grid.json")
  }

  private func sweep(_ grid: String, _ folder: ScratchFolder, _ name: String) throws -> HumanSweep {
    for part in ["cells", "parents"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder.file(name))/\(part)", withIntermediateDirectories: true)
    }
    return try HumanSweep(gridAt: grid, output: folder.file(name))
  }

  @Test func cellsInAnyOrderGiveTheSameTables() async throws {
    let folder = try ScratchFolder()
    let grid = try makeGrid(in: folder)
    let first = try sweep(grid, folder, "a")
    #expect(first.grid.cells.count == 6)
    #expect(first.grid.cells[4].name == "mos.hybrid+map.6-4-1.seed1")
    #expect(throws: HumanDataError.missingCells(count: 6, first: first.grid.cells[0].name)) {
      try first.gather()
    }
    for cell in first.grid.cells { try await first.run(cell) }
    let second = try sweep(grid, folder, "b")
    for cell in second.grid.cells.reversed() {
      // A fresh sweep per cell, as on another machine.
      try await HumanSweep(gridAt: grid, output: folder.file("b")).run(cell)
      #expect(second.isDone(cell))
    }
    let report = try first.gather(replicates: 100)
    #expect(try report.json() == second.gather(replicates: 100).json())
    #expect(report.markdown() == (try second.gather(replicates: 100)).markdown())
    let section = try #require(report.sections.first)
    #expect(section.clips == 20 && section.folds == 5)
    #expect(
      section.models.map(\.name) == [
        "teacher", "teacher + linear map", "adm2 + linear map", "distil 6-4-1", "subjective 6-4-1",
        "hybrid+map 6-4-1",
      ])
    #expect(section.models.allSatisfy { $0.summary[.rmse] != nil })
  }

  @Test func aCellOfOtherDataIsNotDone() async throws {
    let folder = try ScratchFolder()
    let grid = try makeGrid(in: folder)
    let before = try sweep(grid, folder, "a")
    let cell = before.grid.cells[0]
    try await before.run(cell)
    #expect(before.isDone(cell))
    let path = folder.file("t.csv")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacingOccurrences(of: "c0,26", with: "c0,27").write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect(!(try sweep(grid, folder, "a").isDone(cell)))
  }

  @Test func baselinesAreFittedWithoutTheHeldOutContent() throws {
    let study = HumanStudy([try PublicSet.dataset()])
    let folds = try HumanFolds(study.clips, evaluated: "nflx-public")
    let teacher = try TeacherFunction(QualityModel(ModelSpecification("vmaf_v0.6.1")))
    let baselines = HumanBaselines(study, folds: folds, teacher: teacher).baselines
    #expect(
      baselines.map(\.name) == [
        "teacher", "teacher + linear map", "log bit rate + linear map", "adm2 + linear map",
      ])
    let rows = HumanRows(study, folds)
    // Independent figures (numpy, scipy) of the same folds.
    let expected = [
      "teacher": (0.934, 0.908, 9.72), "teacher + linear map": (0.922, 0.894, 9.93),
      "adm2 + linear map": (0.916, 0.911, 10.33),
    ]
    for baseline in baselines {
      guard let figures = expected[baseline.name] else { continue }
      let accuracy = Accuracy(try rows.observations(baseline.scores))
      #expect(abs(try #require(accuracy.plcc) - figures.0) < 0.002, "\(baseline.name)")
      #expect(abs(try #require(accuracy.srocc) - figures.1) < 0.002, "\(baseline.name)")
      #expect(abs(accuracy.rmse - figures.2) < 0.15, "\(baseline.name)")
    }
  }

  @Test func gridsAreChecked() throws {
    let folder = try ScratchFolder()
    for (text, replacement) in [
      ("\"hybrid+map\"", "\"hybird\""), ("[1, 2]", "[1, 1]"), ("[1, 2]", "[]"),
      ("human-grid/1", "human-grid/9"), ("\"6-4-1\"", "\"6-0-1\""),
    ] {
      let path = try makeGrid(in: folder)
      let grid = try String(contentsOfFile: path, encoding: .utf8)
      try grid.replacingOccurrences(of: text, with: replacement).write(
        toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: (any Error).self) { try HumanGrid(contentsOf: path) }
    }
  }
}
