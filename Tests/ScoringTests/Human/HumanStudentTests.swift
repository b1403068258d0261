import Evaluation
import Testing
import TinyNets
import VMAFModel

@testable import Scoring

@Suite struct HumanStudentTests {
  @Test func aStudentOfThePublicSetIsNotWorseThanItsTeacher() throws {
    let recipe = HumanRecipe(
      name: "small", data: ["nflx_public.json"], regime: "hybrid+map", parent: "2x16",
      deviations: [0, 1])
    let study = HumanStudy([try PublicSet.dataset()])
    let teacher = try TeacherFunction(QualityModel(ModelSpecification("vmaf_v0.6.1")))
    let training = HumanStudentTraining(
      recipe, study: study, parent: try Network.embedded(named: "2x16"), teacher: teacher)
    let result = try training.run(replicates: 100)
    let section = try #require(result.report.sections.first)
    let student = try #require(section.models.last)
    #expect(student.name == "small")
    #expect(try #require(student.summary[.plcc]).mean >= 0.921)
    #expect(try #require(student.summary[.srocc]).mean >= 0.893)
    #expect(try #require(student.summary[.rmse]).mean <= 10)
    #expect((0.86...0.94).contains(student.coverage.coverage))
    #expect(result.interval.halfWidth <= 18)
    #expect(result.interval.calibrationSources == 9 && result.interval.unit == "DMOS")
    #expect(result.student.metadata["contents"]?.contains("ElFuente1,ElFuente2") == true)
    #expect(result.student.metadata["licence"] == "BSD-2-Clause-Patent")
    #expect(result.student.range == 0...100)
  }

  @Test func clipsOfKnownContentsAreLeftOut() throws {
    let dataset = try PublicSet.dataset()
    var network = try Network.embedded(named: "2x16")
    network.metadata["contents"] = "BigBuckBunny,Tennis"
    let student = Student(name: "knows two", network: network)
    let evaluation = try HumanEvaluation(dataset, students: [student])
    #expect(evaluation.leftOut == dataset.clips.count - evaluation.study.clips.count)
    #expect(evaluation.leftOut > 0)
    #expect(
      evaluation.study.clips.allSatisfy { $0.source != "BigBuckBunny" && $0.source != "Tennis" })
    let teacher = try TeacherFunction(QualityModel(ModelSpecification("vmaf_v0.6.1")))
    let report = try evaluation.report(of: [student], teacher: teacher, replicates: 100)
    #expect(report.sections.first?.models.last?.name == "knows two + linear map")
    #expect(report.sections.first?.folds == 7)
    network.metadata["contents"] = Set(dataset.clips.map(\.source)).joined(separator: ",")
    #expect(throws: HumanDataError.self) {
      try HumanEvaluation(dataset, students: [Student(name: "all", network: network)])
    }
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
    let student = Student(name: "2x16", network: try Network.embedded(named: "2x16"))
    let teacher = try TeacherFunction(QualityModel(ModelSpecification("vmaf_v0.6.1")))
    let report = try HumanEvaluation(dataset, students: [student])
      .report(of: [student], teacher: teacher, replicates: 100)
    #expect(report.sections.map(\.clips) == [32, 16, 16])
    #expect(report.sections.map(\.target) == ["dmos", "t/1 dmos", "t/2 dmos"])
  }
}
