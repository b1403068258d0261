import Evaluation
import ModelPackage
import TinyNets

extension HumanStudentTraining {
  /// The student as a package: its interval, its held-out figures beside the baselines, its data and
  /// their licence go with it.
  ///
  /// - Parameters:
  ///   - result: What ``run(on:replicates:progress:)`` gave.
  ///   - tool: What writes the package, such as `tinyvmaf 0.1.0`.
  /// - Throws: `EvaluationError` or the recipe's error.
  public func package(_ result: Result, tool: String) throws -> StudentExport {
    var export = StudentExport(
      id: recipe.name, network: result.student, teacher: teacher, tool: tool)
    export.summary = recipe.summary
    export.unit = recipe.unit
    if let licence = result.student.metadata["licence"], !licence.isEmpty {
      export.license = licence
    }
    export.domain = FeatureDomain.vmaf.physical
    export.goldenRows = try GoldenRows.corners + GoldenRows.clips()
    export.leaveOneSourceOut = try LeaveOneSourceOut(
      runs: [(seed: recipe.seed ?? 1, heldOut: result.heldOut)])
    export.interval = CalibratedInterval(
      level: result.interval.level, method: "leave one source out, empirical", unit: recipe.unit,
      videos: result.interval.calibrationClips,
      steps: [
        .init(lower: result.interval.offsets.lowerBound, upper: result.interval.offsets.upperBound)
      ])
    export.trainingData = study.datasets.map { dataset in
      let rows = EvaluationRows(clips: dataset.clips)
      return .init(
        name: "\(dataset.description.name), \(dataset.target)", sha256: rows.digest,
        rows: dataset.clips.count, sources: Set(dataset.clips.map(\.source)).count)
    }
    export.card = card(result)
    return export
  }

  private func card(_ result: Result) -> [Sidecar.Section] {
    let section = result.report.sections.first
    let tables = (section?.tables() ?? []).map { "\($0.title)\n\n\($0.markdown())" }
    let data = study.datasets.map(\.description).map { data in
      "\(data.summary ?? data.name). Licence: \(data.licence ?? "not stated"). "
        + "Origin: \(data.origin ?? "not stated")."
    }
    let moved =
      result.deviation == 0
      ? "On held-out contents no change of the parent was worth its risk, so the network is its "
        + "parent, `\(recipe.parent)`: what is new is the interval."
      : "It may move a typical clip's score by about \(result.deviation) points from its parent, "
        + "`\(recipe.parent)`."
    return [
      .init(
        title: "Intended use",
        text: "To say what people would, and how sure that is: the score of a video is the mean "
          + "over its frames, in \(recipe.unit). \(moved)"),
      .init(
        title: "Held-out contents",
        text: ([section?.ceilingLine ?? ""] + tables).joined(separator: "\n\n")),
      .init(
        title: "Limits",
        text: "The interval is empirical: clips of one content err together, so a new content may "
          + "be worse than the level says; the table names the worst. Nothing was measured on "
          + "other screens, viewing distances, frame rates or dynamic ranges."),
      .init(title: "Data", text: data.joined(separator: "\n\n")),
    ]
  }
}

extension EvaluationRows {
  /// The means of clips.
  fileprivate init(clips: [HumanClip]) {
    features = clips.flatMap { clip in (0..<6).map { clip.mean(ofFeature: $0) } }
    targets = clips.map(\.target)
    sources = clips.map(\.source)
    self.clips = clips.map(\.name)
    unit = .clip
  }
}
