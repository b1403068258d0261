/// Where a training run stands.
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
