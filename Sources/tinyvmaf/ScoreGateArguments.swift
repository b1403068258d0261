public import ArgumentParser
import DurableFiles
public import Features
import Reports
import Scoring

/// The least that scores must reach, for use in continuous integration.
struct ScoreGateArguments: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      """
      Exit with code 2 when a pooled score is below this: a number, for the first model, or \
      NAME=NUMBER, for the model of that name; may be repeated.
      """, valueName: "score"))
  var failUnder: [Threshold] = []

  @Option(
    help: ArgumentHelp(
      "What --fail-under looks at: mean, harmonic, min, max, median, or a percentile such as p5.",
      valueName: "pooling"))
  var pool: Pooling = .mean

  @Option(help: ArgumentHelp("Write the outcome as JUnit XML.", valueName: "file"))
  var junit: String?

  /// The least that a model's score must reach.
  struct Threshold: ExpressibleByArgument {
    /// The model's name, or `nil` for the first one.
    let model: String?
    /// The least score.
    let score: Double

    init?(argument: String) {
      let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
      guard (1...2).contains(parts.count), let score = Double(parts[parts.count - 1]),
        score.isFinite, parts.count == 1 || !parts[0].isEmpty
      else { return nil }
      model = parts.count == 2 ? String(parts[0]) : nil
      self.score = score
    }
  }

  /// Checks that there is something to compare, before any work is done.
  ///
  /// - Parameter models: The names of the run's models.
  /// - Throws: `ValidationError` or `FileError`.
  func check(models: [String]) throws {
    for threshold in failUnder {
      guard let first = models.first else {
        throw ValidationError("--fail-under needs a model: leave out --no_prediction.")
      }
      let name = threshold.model ?? first
      guard models.contains(name) else {
        throw ValidationError(
          "--fail-under \(name): there is no such model here, only \(models.joined(separator: ", "))."
        )
      }
    }
    if let junit { try AtomicFile.checkDestination(junit) }
  }

  /// Compares the scores, writes what was asked for, and ends with code 2 when one is too low.
  ///
  /// - Throws: ``Failure/gateFailed``, after a sentence for each score that is too low; `FileError`.
  func apply(to run: ScoreRun, wallSeconds: Double) throws {
    let checks = run.results.flatMap { outcomes(of: $0, in: run) }
    if let junit {
      let report = JUnitReport(
        name: "tinyvmaf score", seconds: wallSeconds, cases: checks)
      try AtomicFile.write(report.xml, to: junit)
    }
    let failures = checks.compactMap(\.failure)
    for failure in failures { Terminal.noteLine("tinyvmaf: \(failure)") }
    if !failures.isEmpty { throw Failure.gateFailed }
  }

  /// One check per threshold, or, without any, one that the video was scored.
  private func outcomes(of result: ScoreResult, in run: ScoreRun) -> [JUnitReport.Case] {
    let values = result.scores.map { score in
      (name: score.model, value: pooled(score, of: result))
    }
    let properties = values.map { (name: "\($0.name) \(pool.name)", value: text($0.value)) }
    guard !failUnder.isEmpty else {
      return [
        JUnitReport.Case(
          group: run.reference, name: result.distorted, properties: properties)
      ]
    }
    return failUnder.compactMap { threshold in
      guard
        let score = threshold.model.map({ name in values.first { $0.name == name } })
          ?? values.first
      else { return nil }
      // Written so that a score that is no number fails.
      let passes = score.value >= threshold.score
      let limit = Figures.short(threshold.score)
      return JUnitReport.Case(
        group: run.reference, name: "\(result.distorted): \(score.name) \(pool.name) >= \(limit)",
        failure: passes
          ? nil
          : "\(result.distorted): the \(pool.name) of \(score.name) is \(text(score.value)), "
            + "below \(limit).",
        properties: properties)
    }
  }

  /// A model's pooled score; the score itself for models of whole videos.
  private func pooled(_ score: ModelScore, of result: ScoreResult) -> Double {
    guard let column = score.column, let values = result.table[column] else {
      return score.clipScore
    }
    return pool(values) ?? .nan
  }

  private func text(_ value: Double) -> String {
    value.isFinite ? Figures.fixed(value, 4) : "not a number"
  }
}

extension Pooling: ExpressibleByArgument {
  /// Reads a name of ``Pooling/name``, `harmonic` or `median`.
  public init?(argument: String) {
    switch argument {
    case "harmonic": self = .harmonicMean
    case "median": self = .percentile(50)
    default: self.init(name: argument)
    }
  }

  /// The name in the help.
  public var defaultValueDescription: String { name }
}
