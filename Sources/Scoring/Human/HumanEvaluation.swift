import Evaluation
import Features
import TinyNets
import VMAFModel

/// Measures finished models against human scores: as they are, and after a linear map.
///
/// A model knows the contents that it was trained on (its metadata name them), and clips of those
/// are left out for all models, so that the figures are of unseen contents. The linear maps, one per
/// test, are fitted on the other contents of each fold.
public struct HumanEvaluation: Sendable {
  /// The clips that no model has seen.
  public let study: HumanStudy
  /// The number of clips left out because a model was trained on their contents.
  public let leftOut: Int

  /// Takes the clips that none of some models has seen.
  ///
  /// - Throws: ``HumanDataError/tooFewContents(data:count:)`` when hardly anything is left.
  public init(_ dataset: HumanDataset, students: [Student]) throws(HumanDataError) {
    let seen = students.reduce(into: Set<String>()) { seen, student in
      for content in (student.network.metadata["contents"] ?? "").split(separator: ",") {
        seen.insert(String(content))
      }
    }
    let kept = dataset.clips.filter { $0.contents.isDisjoint(with: seen) }
    guard !kept.isEmpty else {
      throw .tooFewContents(data: dataset.description.name, count: 0)
    }
    leftOut = dataset.clips.count - kept.count
    study = HumanStudy([dataset.keeping(kept)])
  }

  /// The tables: one section per test, the whole data first if there are several.
  ///
  /// - Throws: ``HumanDataError``, `EvaluationError`.
  public func report(
    of students: [Student], teacher: TeacherFunction, replicates: Int = 1000
  ) throws -> HumanReport {
    let bootstrap = try SourceBootstrap(replicates: replicates)
    let tests = Set(study.clips.compactMap(\.test)).sorted()
    var parts: [(name: String?, study: HumanStudy)] = [(nil, study)]
    if tests.count > 1 {
      for test in tests {
        let part = study.datasets.map { $0.keeping($0.clips.filter { $0.test == test }) }
        parts.append((test, HumanStudy(part)))
      }
    }
    let sections = try parts.map {
      try section($0.study, name: $0.name, students, teacher, bootstrap)
    }
    return HumanReport(
      name: study.evaluated, teacher: teacher.model.source, seeds: [], sections: sections)
  }

  private func section(
    _ study: HumanStudy, name: String?, _ students: [Student], _ teacher: TeacherFunction,
    _ bootstrap: SourceBootstrap
  ) throws -> HumanReport.Section {
    let folds = try HumanFolds(study.clips, evaluated: study.evaluated)
    let rows = HumanRows(study, folds)
    let baselines = HumanBaselines(study, folds: folds, teacher: teacher).baselines
    var models = baselines
    for student in students {
      let values = study.clips.map { clip -> Double? in
        let scores = student.scores(ofRows: clip.features)
        return scores.reduce(0, +) / Double(scores.count)
      }
      let raw = Dictionary(uniqueKeysWithValues: rows.clips.map { ($0, values[$0] ?? 0) })
      models.append(HumanBaselines.Baseline(name: student.name, scores: raw))
      models.append(
        HumanBaselines.Baseline(
          name: "\(student.name) + linear map",
          scores: HumanBaselines.mapped(values, study, folds)))
    }
    let target = [name, study.datasets.first?.target].compactMap(\.self).joined(separator: " ")
    var section = HumanReport.Section(study, target: target, rows: rows)
    section.models = try HumanReport.models(of: models, rows: rows, bootstrap: bootstrap)
    return section
  }
}

extension HumanDataset {
  /// The same data with some of its clips.
  func keeping(_ kept: [HumanClip]) -> HumanDataset {
    HumanDataset(
      description: description, target: target, clips: kept, incomplete: incomplete,
      references: references, reliability: reliability)
  }

  init(
    description: HumanDataDescription, target: String, clips: [HumanClip], incomplete: Int,
    references: Int, reliability: PanelReliability?
  ) {
    self.description = description
    self.target = target
    self.clips = clips
    self.incomplete = incomplete
    self.references = references
    self.reliability = reliability
  }
}
