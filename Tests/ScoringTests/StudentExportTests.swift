import Evaluation
import Features
import Foundation
import ModelPackage
import Scoring
import Testing
import TinyNets
import VMAFModel

@Suite struct StudentExportTests {
  let folder: ScratchFolder
  let teacher: TeacherFunction

  init() throws {
    folder = try ScratchFolder()
    teacher = try TeacherFunction(QualityModel())
  }

  /// A small network as training leaves it, with the recipe in its metadata.
  private func network(mix: [DistillationSampler.Region: Double]) throws -> Network {
    let recipe = Recipe(
      name: "small", summary: "A small one.", teacher: "vmaf_v0.6.1", architecture: "6-4-1",
      sampling: .init(rows: 200, heldOutRows: 0, mix: mix),
      stages: [
        .init(steps: 30, batchSize: 32, schedule: .init(warmUpSteps: 2), seed: 9)
      ])
    let distillation = try Distillation(recipe, realRows: [0.9, 0.5, 0.8, 0.85, 0.9, 3])
    let teacher = teacher
    return try distillation.train(on: distillation.sample { teacher($0) }).network
  }

  private func export(
    _ mix: [DistillationSampler.Region: Double] = [.unitBox: 1]
  ) throws -> StudentExport {
    var export = StudentExport(
      id: "small", network: try network(mix: mix), teacher: teacher, tool: "tests")
    export.rowSets = [
      .init(
        name: "box", target: "vmaf_v0.6.1",
        rows: try EvaluationRows(sampling: .unitBox, count: 300, teacher: teacher))
    ]
    export.goldenRows = GoldenRows.corners
    return export
  }

  @Test func theSidecarSaysWhatWasMeasured() throws {
    let export = try export()
    let sidecar = try export.write(to: folder.file("p"))
    let set = try #require(sidecar.evaluation.sets.first)
    let student = try Student(name: "small", network: export.network)
    let expected = Accuracy(try export.rowSets[0].rows.observations(of: student))
    #expect(set.accuracy == expected && set.isHeldOut && set.sha256.count == 64)
    #expect(sidecar.summary == "A small one." && sidecar.teacher?.name == "vmaf_v0.6.1")
    #expect(sidecar.training.seeds == [1, 9] && sidecar.training.data.isEmpty)
    #expect(sidecar.features.map(\.domain?.upper) == FeatureDomain.vmaf.unit.map(\.upper))
    for (point, row) in zip(sidecar.evaluation.golden, GoldenRows.corners) {
      #expect(point.target == teacher.score(row.features))
      #expect(point.score == (try student.scores(ofRows: row.features)[0]))
    }
    #expect(sidecar.evaluation.maxGoldenError ?? 0 > 0)
  }

  @Test func realRowsInTrainingAreNotHeldOut() throws {
    let sidecar = try export([.unitBox: 0.5, .real: 0.5]).sidecar()
    #expect(sidecar.evaluation.sets.map(\.isHeldOut) == [false])
    #expect(sidecar.evaluation.leaveOneSourceOut == nil)
  }

  @Test func thePackageLoadsAndScores() async throws {
    var export = try export()
    export.precisions = [.fp16]
    let sidecar = try export.write(to: folder.file("p"))
    #expect(sidecar.files.map(\.name) == ["small.onnx", "small.fp16.onnx"])
    #expect(sidecar.evaluation.parity.map(\.precision) == [.fp16])
    #expect(sidecar.evaluation.parity[0].rmse <= sidecar.evaluation.parity[0].budget)
    #expect(await ModelVerification(path: folder.file("p/small.json")).isSound)
    let rows = GoldenRows.corners.flatMap(\.features)
    let native = try Student(name: "small", network: export.network).scores(ofRows: rows)
    #expect(try Student(folder.file("p/small.onnx")).scores(ofRows: rows) == native)
    let half = try Student(folder.file("p/small.fp16.onnx"))
    #expect(half.name == "small" && half.contentHash == sidecar.files[1].sha256)
    for (found, expected) in zip(try half.scores(ofRows: rows), native) {
      #expect(abs(found - expected) < 1)
    }
  }

  /// A package can be measured anew from itself: same bytes, as long as the measurements are.
  @Test func exportingAPackageAgainGivesTheSameBytes() throws {
    var export = try export()
    try export.write(to: folder.file("p"))
    let model = try PackagedModel(contentsOf: folder.file("p/small.onnx"))
    export.network =
      StudentExport(
        id: "small", network: try #require(model.graph.network), teacher: teacher, tool: "tests"
      ).network
    try export.write(to: folder.file("q"))
    for name in ["small.onnx", "small.json"] {
      let bytes = try ["p", "q"].map {
        try Data(contentsOf: URL(filePath: folder.file("\($0)/\(name)")))
      }
      #expect(bytes[0] == bytes[1])
    }
  }

  @Test func aBudgetThatIsExceededWritesNothing() throws {
    var export = try export()
    export.precisions = [.int8]
    export.precisionBudget = 1e-9
    #expect(throws: QuantisationError.self) { try export.write(to: folder.file("p")) }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("p"))
    #expect(files.isEmpty)
    export.id = "../small"
    #expect(throws: ModelPackageError.badIdentifier("../small")) {
      try export.write(to: folder.file("p"))
    }
  }

  /// The interval of a calibrated model stands around the score of the video.
  @Test func calibratedModelsGiveIntervals() async throws {
    var export = try export()
    export.unit = "DMOS"
    export.interval = CalibratedInterval(
      level: 0.9, method: "split conformal", unit: "DMOS", videos: 40,
      steps: [.init(lower: -8, upper: 6)])
    try export.write(to: folder.file("p"))
    let student = try Student(folder.file("p/small.onnx"))
    let table = FeatureTable(
      frames: [0, 1],
      columns: zip(FeatureName.canonicalSix, [0.8, 0.4, 0.6, 0.7, 0.8, 3]).map {
        FeatureTable.Column(name: $0, values: [$1, $1])
      })
    let score = try student.score(table, as: "x").score
    let interval = try #require(score.interval)
    #expect(student.unit == "DMOS" && interval.unit == "DMOS" && interval.level == 0.9)
    #expect(interval.low == max(score.clipScore - 8, 0))
    #expect(interval.high == min(score.clipScore + 6, 100))
  }
}
