import Evaluation
import ModelPackage
import TinyNets
import VMAFModel

/// A finished student and what it has been shown.
public struct HumanModel: Sendable {
  /// The student.
  public let student: Student
  /// The contents that it was trained on, under the names that all data share.
  public let knownContents: Set<String>

  /// Pairs a student with the contents that it was trained on.
  public init(_ student: Student, knownContents: Set<String> = []) {
    self.student = student
    self.knownContents = knownContents
  }

  /// Loads a student by its id or from its file; a network's metadata name its contents.
  ///
  /// - Throws: ``StudentError`` or the file's error.
  public init(_ nameOrPath: String) throws {
    let student = try Student(nameOrPath)
    let contents = (try Self.metadata(nameOrPath)["contents"] ?? "").split(separator: ",")
    self.init(student, knownContents: Set(contents.map(String.init)))
  }

  /// What the network of a student's file says of its training.
  private static func metadata(_ nameOrPath: String) throws -> [String: String] {
    guard let selection = try StudentSelection(nameOrPath) else { return [:] }
    switch selection.source {
    case .identifier(let id): return try ModelRegistry().load(id).graph.network?.metadata ?? [:]
    case .path(let path) where path.hasSuffix(".safetensors"):
      return try Network(contentsOf: path).metadata
    case .path(let path): return try PackagedModel(contentsOf: path).graph.network?.metadata ?? [:]
    }
  }

  /// The score of a clip: the mean over its rows.
  func score(_ clip: HumanClip) throws -> Double {
    let scores = try student.scores(ofRows: clip.features)
    return scores.reduce(0, +) / Double(scores.count)
  }
}

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
  public init(_ dataset: HumanDataset, models: [HumanModel]) throws(HumanDataError) {
    let seen = models.reduce(into: Set<String>()) { $0.formUnion($1.knownContents) }
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
    of models: [HumanModel], teacher: TeacherFunction, replicates: Int = 1000
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
      try section($0.study, name: $0.name, models, teacher, bootstrap)
    }
    return HumanReport(
      name: study.evaluated, teacher: teacher.model.source, seeds: [], sections: sections)
  }

  private func section(
    _ study: HumanStudy, name: String?, _ models: [HumanModel], _ teacher: TeacherFunction,
    _ bootstrap: SourceBootstrap
  ) throws -> HumanReport.Section {
    let folds = try HumanFolds(study.clips, evaluated: study.evaluated)
    let rows = HumanRows(study, folds)
    var candidates = HumanBaselines(study, folds: folds, teacher: teacher).baselines
    for model in models {
      let name = model.student.name
      let isDistilled = model.student.teacher == teacher.model.source
      let values = try study.clips.map { clip in
        try model.score(clip) + (isDistilled ? study.poolingGap(of: clip, teacher: teacher) : 0)
      }
      let raw = Dictionary(uniqueKeysWithValues: rows.clips.map { ($0, values[$0]) })
      candidates.append(HumanBaselines.Baseline(name: name, scores: raw))
      candidates.append(
        HumanBaselines.Baseline(
          name: "\(name) + linear map", scores: HumanBaselines.mapped(values, study, folds)))
    }
    let target = [name, study.datasets.first?.target].compactMap(\.self).joined(separator: " ")
    var section = HumanReport.Section(study, target: target, rows: rows)
    section.models = try HumanReport.models(of: candidates, rows: rows, bootstrap: bootstrap)
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
