import Features
import Reports
import Scoring
import VideoIO

/// What a person sees of a scored run.
enum ScoreTables {
  /// A summary of one distorted video, or a line for each of several.
  static func text(_ run: ScoreRun, wallSeconds: Double) -> String {
    let style = TerminalStyle(width: Terminal.width, usesColor: Terminal.showsColor)
    let summaries = run.results.map { summary($0, of: run, wallSeconds: wallSeconds) }
    guard summaries.count > 1, !run.models.isEmpty else {
      return summaries.map { $0.text(style: style) }.joined(separator: "\n")
    }
    return ScoreSummary.ladder(summaries, style: style)
  }

  private static func summary(
    _ result: ScoreResult, of run: ScoreRun, wallSeconds: Double
  ) -> ScoreSummary {
    let scores = zip(run.models, result.scores).map { model, score in
      var shown = ScoreSummary.Score(
        name: model.name, model: model.source,
        values: score.column.flatMap { result.table[$0] } ?? [], score: score.clipScore)
      shown.outOfDomainFrames = score.outOfDomainFrames
      shown.interval = score.interval.map(ScoreReport.Prediction.Interval.init)
      return shown
    }
    // Without a model the features themselves are the result.
    let means =
      run.models.isEmpty
      ? result.table.columns : result.table.columns.filter { $0.name.rawValue.hasPrefix("psnr_") }
    return ScoreSummary(
      input: ScoreSummary.Input(
        reference: run.reference, distorted: result.distorted, format: run.format.description,
        frameRate: run.frameRate?.framesPerSecond),
      frames: result.table.frames, scores: scores, means: means,
      framesPerSecond: Double(result.frameCount) / wallSeconds)
  }
}

extension ScoreReport.Prediction.Interval {
  /// The interval as reports have it.
  init(_ interval: PredictionInterval) {
    self.init(
      level: interval.level, low: interval.low, high: interval.high, unit: interval.unit,
      method: interval.method)
  }
}
