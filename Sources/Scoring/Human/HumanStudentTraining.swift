public import Evaluation
import Features
public import Processor
public import TinyNets
import VMAFModel

/// Makes a student of human scores as a recipe says, and measures it on sources it has not seen.
///
/// The measured figures are those of nested leave-one-source-out: in each fold everything, the
/// strength of the regime and the interval included, is found without the tested contents. The
/// student itself is then trained on all clips.
public struct HumanStudentTraining: Sendable {
  /// What is made.
  public let recipe: HumanRecipe
  /// The clips.
  public let study: HumanStudy
  /// Where the student begins.
  public let parent: Network
  /// The teacher of the baselines.
  public let teacher: TeacherFunction

  /// What training ends with.
  public struct Result: Sendable {
    /// The student, with its metadata.
    public let student: Network
    /// What is added to a clip's score for a 90 % interval.
    public let interval: EmpiricalInterval
    /// How far the student may move on a typical clip, as chosen on all clips, in points.
    public let deviation: Double
    /// The student's predictions of held-out sources.
    public let heldOut: Observations
    /// Student and baselines on held-out sources.
    public let report: HumanReport
  }

  /// Puts the parts together.
  public init(
    _ recipe: HumanRecipe, study: HumanStudy, parent: Network, teacher: TeacherFunction
  ) {
    self.recipe = recipe
    self.study = study
    self.parent = parent
    self.teacher = teacher
  }

  /// Trains and measures.
  ///
  /// - Parameters:
  ///   - set: The kernels to use; the result does not depend on it.
  ///   - replicates: Of the bootstrap over sources.
  ///   - progress: Called after every fold with the number done and the number of all.
  /// - Throws: ``HumanDataError``, `TrainingError`, `EvaluationError`.
  public func run(
    on set: InstructionSet = .best, replicates: Int = 2000,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Result {
    let regime = try recipe.makeRegime()
    let training = try HumanTraining(
      regime, parent: parent, clips: study.clipSet(teacher: teacher), rising: HumanStudy.rising,
      seed: recipe.seed ?? 1, on: set)
    let folds = try HumanFolds(study.clips, evaluated: study.evaluated)
    let rows = HumanRows(study, folds)
    var scores: [Int: Double] = [:]
    var calibrations: [String: ConformalCalibration] = [:]
    var deviations: [Double] = []
    for (index, fold) in folds.folds.enumerated() {
      let result = try training.train(on: fold.split, inner: fold.inner)
      for (clip, score) in zip(fold.split.tested, result.scores) { scores[clip] = score }
      deviations.append(result.deviation)
      calibrations[fold.name] = ConformalCalibration(
        try rows.observations(of: result.calibrationClips, result.calibrationScores))
      progress(index + 1, folds.folds.count + 1)
    }
    let observed = try rows.observations(scores)
    let bootstrap = try SourceBootstrap(replicates: replicates)
    let all = ConformalCalibration(observed)
    let coverage = try CoverageReport.leavingOneSourceOut(observed, bootstrap: bootstrap) {
      source throws(EvaluationError) in calibrations[source] ?? all
    }

    // The student itself: strength and interval from leaving out each group of all clips.
    let everything = Array(study.clips.indices)
    let inner = HumanFolds.leavingOneGroupOut(study.clips, evaluated: study.evaluated)
    let final = try training.train(
      on: ClipSplit(training: everything, tested: everything), inner: inner)
    progress(folds.folds.count + 1, folds.folds.count + 1)
    guard var student = final.network else {
      throw TrainingError.invalidOption(
        "a student of regime \(recipe.regime) is no plain network and cannot be written; use "
          + "hybrid, hybrid+map, hybrid+last-layer, hybrid+low-rank or subjective")
    }
    let interval = try EmpiricalInterval(
      ConformalCalibration(
        rows.observations(of: final.calibrationClips, final.calibrationScores)),
      method: .leaveOneSourceOut, coverage: coverage, unit: recipe.unit)
    student.metadata = try metadata(final.deviation)
    let model = HumanReport.Model(
      name: recipe.name, isBaseline: false, regime: recipe.regime,
      architecture: parent.architecture.description, parameters: student.parameters.count,
      deviations: deviations,
      summary: try SeedSummary(
        [observed], baseline: baseline(folds, rows), bootstrap: bootstrap),
      perSource: observed.errorsBySource(), coverage: coverage)
    return Result(
      student: student, interval: interval, deviation: final.deviation, heldOut: observed,
      report: try report(model, folds, rows, bootstrap))
  }

  private func baselines(_ folds: HumanFolds) -> [HumanBaselines.Baseline] {
    HumanBaselines(study, folds: folds, teacher: teacher).baselines
  }

  private func baseline(_ folds: HumanFolds, _ rows: HumanRows) throws -> Observations? {
    try baselines(folds).first { $0.name == HumanBaselines.reference }
      .map { try rows.observations($0.scores) }
  }

  private func report(
    _ model: HumanReport.Model, _ folds: HumanFolds, _ rows: HumanRows, _ bootstrap: SourceBootstrap
  ) throws -> HumanReport {
    let target = study.datasets.first?.target ?? ""
    var section = HumanReport.Section(study, target: target, rows: rows)
    section.models = try HumanReport.models(
      of: baselines(folds), rows: rows, bootstrap: bootstrap)
    section.models.append(model)
    return HumanReport(
      name: recipe.name, teacher: teacher.model.source, seeds: [recipe.seed ?? 1],
      sections: [section])
  }

  private func metadata(_ deviation: Double) throws -> [String: String] {
    let contents = study.clips.reduce(into: Set<String>()) { $0.formUnion($1.contents) }
    var metadata = [
      "name": recipe.name, "regime": recipe.regime, "unit": recipe.unit,
      "target": study.datasets.first?.target ?? "", "deviation": "\(deviation)",
      "features": FeatureName.canonicalSix.map(\.rawValue).joined(separator: ","),
      "data": study.datasets.map(\.description.name).joined(separator: ","),
      "licence": Set(study.datasets.compactMap(\.description.licence)).sorted()
        .joined(separator: ", "),
      "contents": contents.sorted().joined(separator: ","),
      "humanRecipe": String(decoding: try recipe.json(), as: UTF8.self),
    ]
    if recipe.regime != "subjective", recipe.regime != "subjective+monotone" {
      metadata["teacher"] = parent.metadata["teacher"] ?? teacher.model.source
      metadata["parent"] = recipe.parent
    }
    return metadata
  }
}

extension HumanRows {
  /// Predictions of some of the clips beside their targets.
  ///
  /// - Throws: `EvaluationError`.
  func observations(
    of chosen: [Int], _ scores: [Double]
  ) throws(EvaluationError) -> Observations {
    try Observations(
      targets: chosen.map { study.clips[$0].target }, predictions: scores,
      sources: chosen.map { foldNames[$0] ?? "" })
  }
}

extension HumanReport {
  /// The rows of baselines.
  static func models(
    of baselines: [HumanBaselines.Baseline], rows: HumanRows, bootstrap: SourceBootstrap
  ) throws -> [Model] {
    let reference = try baselines.first { $0.name == HumanBaselines.reference }
      .map { try rows.observations($0.scores) }
    return try baselines.map { baseline in
      let observed = try rows.observations(baseline.scores)
      return Model(
        name: baseline.name, isBaseline: true,
        summary: try SeedSummary([observed], baseline: reference, bootstrap: bootstrap),
        perSource: observed.errorsBySource(),
        coverage: try CoverageReport.leavingOneSourceOut(observed, bootstrap: bootstrap))
    }
  }
}
