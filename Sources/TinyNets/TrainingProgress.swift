#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where a training run stands: one line of its log.
public struct TrainingProgress: Sendable, Equatable, Codable {
  /// The number of steps taken.
  public var step: Int
  /// The number of steps of the whole run.
  public var steps: Int
  /// The learning rate of the last step.
  public var learningRate: Double
  /// The root mean square error of the batches since the last report, in target units.
  public var trainingRMSE: Double
  /// The root mean square error on the held-out rows, in target units, or `nil` without any.
  public var heldOutRMSE: Double?
  /// The lowest held-out error so far.
  public var bestHeldOutRMSE: Double?
  /// Seconds since this run was begun or continued.
  public var elapsedSeconds: Double
  /// Seconds to the last step at the present pace.
  public var remainingSeconds: Double
  /// Rows per second since this run was begun or continued.
  public var rowsPerSecond: Double

  /// The report as one line of JSON without its line end, for a log in JSON Lines.
  public func jsonLine() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

/// How a training run ended.
public enum TrainingOutcome: String, Sendable, Equatable, Codable {
  /// All steps were taken.
  case finished
  /// The held-out error did not fall any more; the best weights were taken.
  case stoppedEarly
  /// The surrounding task was cancelled; a checkpoint continues the run.
  case cancelled
}
