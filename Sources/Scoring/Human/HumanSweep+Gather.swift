import Evaluation
import TinyNets
import VMAFModel

extension HumanSweep {
  /// Computes the tables of all cells.
  ///
  /// - Parameter replicates: Of the bootstrap over sources.
  /// - Throws: ``HumanDataError/missingCells(count:first:)`` unless all cells are done.
  public func gather(replicates: Int = 1000) throws -> HumanReport {
    let missing = grid.cells.filter { !isDone($0) }
    if let first = missing.first {
      throw HumanDataError.missingCells(count: missing.count, first: first.name)
    }
    let bootstrap = try SourceBootstrap(replicates: replicates)
    var sections: [HumanReport.Section] = []
    for target in grid.targets {
      guard let study = studies[target] else { continue }
      sections.append(try section(target, study, bootstrap))
    }
    return HumanReport(
      name: grid.name, teacher: teacher.model.source, seeds: grid.seeds, sections: sections)
  }

  private func section(
    _ target: String, _ study: HumanStudy, _ bootstrap: SourceBootstrap
  ) throws -> HumanReport.Section {
    let folds = try HumanFolds(study.clips, evaluated: study.evaluated)
    let rows = HumanRows(study, folds)
    let baselines = HumanBaselines(study, folds: folds, teacher: teacher).baselines
    let reference = try baselines.first { $0.name == HumanBaselines.reference }
      .map { try rows.observations($0.scores) }
    var section = HumanReport.Section(study, target: target, rows: rows)
    section.models = try HumanReport.models(of: baselines, rows: rows, bootstrap: bootstrap)
    for regime in grid.regimes {
      for architecture in grid.architectures {
        let cells = grid.cells.filter {
          $0.target == target && $0.regime == regime && $0.architecture == architecture
        }
        let results = try cells.map { try result(of: $0) }
        let runs = try results.map { try rows.observations(rows.scores(of: $0)) }
        guard let first = runs.first, let result = results.first else { continue }
        let coverage = try CoverageReport.leavingOneSourceOut(
          first, bootstrap: bootstrap, calibration: rows.calibration(of: result))
        section.models.append(
          HumanReport.Model(
            name: "\(regime) \(architecture)", isBaseline: false, regime: regime,
            architecture: architecture, parameters: result.parameters,
            deviations: results.flatMap { $0.folds.map(\.deviation) },
            summary: try SeedSummary(runs, baseline: reference, bootstrap: bootstrap),
            perSource: first.errorsBySource(), coverage: coverage))
      }
    }
    return section
  }
}

/// The tested clips of a study in the order of all its tables, with their fold as the source.
///
/// Sources that share a content are one fold, and are resampled together.
struct HumanRows {
  /// The indices of the clips.
  let clips: [Int]
  /// The number of folds.
  let foldCount: Int
  let study: HumanStudy
  /// Of each clip, the name of its fold.
  let foldNames: [Int: String]
  private let places: [Place: Int]

  private struct Place: Hashable {
    let data: String
    let clip: String
  }

  init(_ study: HumanStudy, _ folds: HumanFolds) {
    self.study = study
    var names: [Int: String] = [:]
    for fold in folds.folds {
      for clip in fold.split.tested { names[clip] = fold.name }
    }
    foldNames = names
    clips = names.keys.sorted()
    foldCount = folds.folds.count
    var places: [Place: Int] = [:]
    for (index, clip) in study.clips.enumerated() {
      places[Place(data: clip.data, clip: clip.name)] = index
    }
    self.places = places
  }

  /// Predictions beside targets.
  ///
  /// - Throws: `EvaluationError`, also where a clip has no prediction.
  func observations(_ scores: [Int: Double]) throws(EvaluationError) -> Observations {
    try Observations(
      targets: clips.map { study.clips[$0].target },
      predictions: clips.map { scores[$0] ?? .nan },
      sources: clips.map { foldNames[$0] ?? "" })
  }

  /// The predictions of a cell by clip.
  func scores(of result: HumanCellResult) -> [Int: Double] {
    var scores: [Int: Double] = [:]
    for score in result.folds.flatMap(\.scores) {
      if let clip = places[Place(data: score.data, clip: score.clip)] { scores[clip] = score.score }
    }
    return scores
  }

  /// The calibration errors of each held-out source, from inner splits of a cell.
  func calibration(
    of result: HumanCellResult
  ) -> (String) throws(EvaluationError) -> ConformalCalibration {
    { source throws(EvaluationError) in
      let entries = result.folds.first { $0.name == source }?.calibration ?? []
      let known = entries.compactMap { entry in
        places[Place(data: entry.data, clip: entry.clip)].map { ($0, entry.score) }
      }
      return ConformalCalibration(try observations(of: known.map(\.0), known.map(\.1)))
    }
  }
}
