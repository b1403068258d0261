import Evaluation
import ModelPackage
import Testing
import TinyNets
import VMAFModel

@testable import Scoring

@Suite struct HumanStudentTests {
  private func smallParent() throws -> Network {
    try #require(try ModelRegistry().load("tiny-2x16").graph.network)
  }

  @Test func aStudentOfThePublicSetIsNotWorseThanItsTeacher() throws {
    let recipe = HumanRecipe(
      name: "small", data: ["nflx_public.json"], regime: "hybrid+map", parent: "2x16",
      deviations: [0, 1])
    let study = HumanStudy([try PublicSet.dataset()])
    let teacher = try TeacherFunction(QualityModel(ModelSpecification("vmaf_v0.6.1")))
    let training = HumanStudentTraining(
      recipe, study: study, parent: try smallParent(), teacher: teacher)
    let result = try training.run(replicates: 100)
    let section = try #require(result.report.sections.first)
    let student = try #require(section.models.last)
    #expect(student.name == "small")
    #expect(try #require(student.summary[.plcc]).mean >= 0.921)
    #expect(try #require(student.summary[.srocc]).mean >= 0.893)
    #expect(try #require(student.summary[.rmse]).mean <= 10)
    #expect((0.8...0.95).contains(student.coverage.coverage))
    #expect((15.0...20).contains(result.interval.halfWidth))
    #expect(result.interval.calibrationSources == 9 && result.interval.unit == "DMOS")
    #expect(result.student.metadata["contents"]?.contains("ElFuente1,ElFuente2") == true)
    #expect(result.student.metadata["licence"] == "BSD-2-Clause-Patent")
    #expect(result.student.range == 0...100)
    let folder = try ScratchFolder()
    let sidecar = try training.package(result, tool: "test").write(to: folder.path)
    #expect(sidecar.id == "small" && sidecar.score.unit == "DMOS")
    #expect(sidecar.interval?.videos == 68)
    let packaged = try HumanModel(folder.file("small.onnx"))
    #expect(packaged.knownContents.count == 9)
    #expect(packaged.student.unit == "DMOS")
  }

  @Test func clipsOfKnownContentsAreLeftOut() throws {
    let dataset = try PublicSet.dataset()
    let small = try Student("tiny-2x16")
    let model = HumanModel(small, knownContents: ["BigBuckBunny", "Tennis"])
    let evaluation = try HumanEvaluation(dataset, models: [model])
    #expect(evaluation.leftOut == dataset.clips.count - evaluation.study.clips.count)
    #expect(evaluation.leftOut > 0)
    #expect(
      evaluation.study.clips.allSatisfy { $0.source != "BigBuckBunny" && $0.source != "Tennis" })
    let teacher = try TeacherFunction(QualityModel(ModelSpecification("vmaf_v0.6.1")))
    let report = try evaluation.report(of: [model], teacher: teacher, replicates: 100)
    #expect(report.sections.first?.models.last?.name == "tiny-2x16 + linear map")
    #expect(report.sections.first?.folds == 7)
    let all = HumanModel(small, knownContents: Set(dataset.clips.map(\.source)))
    #expect(throws: HumanDataError.self) { try HumanEvaluation(dataset, models: [all]) }
  }

  @Test func aStudentsFileSaysWhatItHasSeen() throws {
    let folder = try ScratchFolder()
    var network = try smallParent()
    network.metadata["contents"] = "a,b"
    try network.write(to: folder.file("s.safetensors"))
    #expect(try HumanModel(folder.file("s.safetensors")).knownContents == ["a", "b"])
    #expect(try HumanModel("tiny-2x16").knownContents.isEmpty)
  }

  @Test func studentsOfOtherTestsAreMeasuredTestByTest() throws {
    let first = madeUpClips(
      data: "nflx-public", contents: (0..<4).map { ["c\($0)"] }, test: "t/1")
    let second = madeUpClips(
      data: "nflx-public", contents: (0..<4).map { ["d\($0)"] }, test: "t/2"
    ).map { clip in
      HumanClip(
        data: clip.data, name: "second-\(clip.name)", source: clip.source,
        contents: clip.contents, test: clip.test, features: clip.features,
        target: 20 + 0.5 * clip.target, standardError: 2, teacher: clip.teacher)
    }
    let dataset = try PublicSet.dataset().keeping(first + second)
    let model = HumanModel(try Student("tiny-2x16"))
    let teacher = try TeacherFunction(QualityModel(ModelSpecification("vmaf_v0.6.1")))
    let report = try HumanEvaluation(dataset, models: [model])
      .report(of: [model], teacher: teacher, replicates: 100)
    #expect(report.sections.map(\.clips) == [32, 16, 16])
    #expect(report.sections.map(\.target) == ["dmos", "t/1 dmos", "t/2 dmos"])
  }
}
