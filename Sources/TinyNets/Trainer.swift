public import Processor

/// Trains a network on a dataset, step by step.
///
/// ```swift
/// let trainer = try Trainer(Architecture("2x64"), training: rows, options: .init(steps: 30_000))
/// try trainer.run { progress in print(progress.step, progress.trainingRMSE) }
/// let student = trainer.network
/// ```
///
/// Equal options and data give equal bytes for any number of threads and any instruction set, and
/// a run that is continued from a checkpoint ends with the bytes of an uninterrupted one.
public final class Trainer {
  /// The options of the run.
  public let options: TrainingOptions
  /// The number of steps taken so far.
  public internal(set) var step = 0
  /// How the run ended, or `nil` while steps are left.
  public internal(set) var outcome: TrainingOutcome?

  let template: Network
  let fingerprint: UInt64
  let parameters: AlignedBuffer<Float>
  let optimizer: any Optimizer
  /// The running mean of the weights, if one is kept.
  let average: AlignedBuffer<Float>?
  /// The best weights on the held-out rows, if training stops by them.
  let best: AlignedBuffer<Float>?
  var bestRMSE: Double?
  var reportsSinceBest = 0

  private let rows: TrainingRows
  private let heldOut: Dataset?
  private let workspace: GradientWorkspace
  private let set: InstructionSet
  private var order: BatchOrder

  /// Begins with random weights and scales taken from the training rows.
  public convenience init(
    _ architecture: Architecture, training: Dataset, heldOut: Dataset? = nil,
    options: TrainingOptions, threads: Int = 1, on set: InstructionSet = .best
  ) throws {
    var network = Network(architecture: architecture, seed: options.seed)
    try network.fitScales(to: training)
    try self.init(
      network, training: training, heldOut: heldOut, options: options, threads: threads, on: set)
  }

  /// Begins with a network's weights and scales.
  ///
  /// - Parameters:
  ///   - network: Where training starts.
  ///   - training: The rows to learn from.
  ///   - heldOut: Rows of other sources to measure on at every report, or `nil`.
  ///   - options: How to train.
  ///   - threads: The most threads to use; the result does not depend on it.
  ///   - set: The kernels to use; the result does not depend on it.
  /// - Throws: ``DatasetError`` or ``TrainingError``.
  public init(
    _ network: Network, training: Dataset, heldOut: Dataset? = nil, options: TrainingOptions,
    threads: Int = 1, on set: InstructionSet = .best
  ) throws {
    try options.validate(parameterCount: network.parameters.count)
    try training.check(for: network.architecture)
    if let heldOut { try heldOut.check(for: network.architecture) }
    guard options.patience == nil || heldOut != nil else {
      throw TrainingError.patienceWithoutHeldOut
    }
    self.options = options
    self.heldOut = heldOut
    self.set = set
    template = network
    fingerprint = training.fingerprint
    rows = TrainingRows(training, for: network)
    order = BatchOrder(rows: training.count, seed: options.seed)
    parameters = AlignedBuffer(copying: network.parameters, or: 0)
    average = options.averageDecay.map { _ in AlignedBuffer(copying: network.parameters, or: 0) }
    best = options.patience.map { _ in AlignedBuffer(copying: network.parameters, or: 0) }
    workspace = GradientWorkspace(
      network, batchSize: options.batchSize, saturation: options.saturation, threads: threads,
      on: set)
    switch options.optimizer.method {
    case .adam: optimizer = Adam(network.architecture, options.optimizer)
    case .soap: optimizer = SOAP(network.architecture, options.optimizer, on: set)
    case .levenbergMarquardt:
      optimizer = LevenbergMarquardt(network.architecture, options.optimizer, on: set)
    }
  }

  /// The network as trained so far: the running mean of the weights if one is kept, and the best
  /// weights if the run has ended by early stopping.
  public var network: Network {
    var network = template
    let ended = outcome == .finished || outcome == .stoppedEarly
    let values = (ended ? best : nil) ?? average ?? parameters
    network.parameters = values.values
    return network
  }

  /// Trains until all steps are taken, the held-out error stops falling, or the task is cancelled.
  ///
  /// - Parameter report: Called every ``TrainingOptions/reportInterval`` steps and at the end; may
  ///   take a ``checkpoint()``, and ends the run by throwing.
  /// - Returns: How the run ended.
  /// - Throws: ``TrainingError/diverged(step:)``, or what `report` throws.
  @discardableResult
  public func run(report: (TrainingProgress) throws -> Void = { _ in }) throws -> TrainingOutcome {
    if outcome == .cancelled { outcome = nil }
    let clock = ContinuousClock()
    let begin = clock.now
    let firstStep = step
    var squares = 0.0
    var batches = 0
    while outcome == nil {
      if Task.isCancelled {
        outcome = .cancelled
        break
      }
      let rate = options.schedule.rate(at: step, of: options.steps)
      let loss = takeStep(rate: rate)
      guard loss.isFinite else { throw TrainingError.diverged(step: step) }
      squares += loss
      batches += 1
      step += 1
      guard step % options.reportInterval == 0 || step == options.steps else { continue }
      let heldOutRMSE = measureHeldOut()
      guard parameters.values.allSatisfy(\.isFinite) else {
        throw TrainingError.diverged(step: step)
      }
      if outcome == nil, step == options.steps { outcome = .finished }
      let elapsed = (clock.now - begin) / .seconds(1)
      let taken = Double(step - firstStep)
      try report(
        TrainingProgress(
          step: step, steps: options.steps, learningRate: rate,
          trainingRMSE: (squares / Double(batches)).squareRoot(), heldOutRMSE: heldOutRMSE,
          bestHeldOutRMSE: bestRMSE, elapsedSeconds: elapsed,
          remainingSeconds: elapsed / taken * Double(options.steps - step),
          rowsPerSecond: taken * Double(options.batchSize) / max(elapsed, 1e-9)))
      squares = 0
      batches = 0
    }
    return outcome ?? .finished
  }

  private func takeStep(rate: Double) -> Double {
    let stride = rows.stride
    rows.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      let batch = workspace.batch.base
      order.visit(from: step * options.batchSize, count: options.batchSize) { slot, row in
        (batch + slot &* stride).update(from: base + row &* stride, count: stride)
      }
    }
    let loss = workspace.compute(parameters.base)
    if let limit = options.gradientLimit { limitGradient(to: limit) }
    optimizer.update(
      parameters.base, workspace: workspace, loss: loss, step: step, rate: rate)
    if let average, let decay = options.averageDecay {
      let kept = Float(decay)
      let rest = Float(1 - decay)
      for i in 0..<average.count {
        average.base[i] = kept * average.base[i] + rest * parameters.base[i]
      }
    }
    return loss.squaredError
  }

  private func limitGradient(to limit: Double) {
    let gradient = workspace.gradient
    var squares = 0.0
    for i in 0..<gradient.count { squares += Double(gradient.base[i]) * Double(gradient.base[i]) }
    let norm = squares.squareRoot()
    guard norm > limit else { return }
    let factor = Float(limit / norm)
    for i in 0..<gradient.count { gradient.base[i] *= factor }
  }

  /// Measures the held-out error and keeps the best weights.
  private func measureHeldOut() -> Double? {
    guard let heldOut else { return nil }
    var candidate = template
    candidate.parameters = (average ?? parameters).values
    let rmse = candidate.rootMeanSquareError(on: heldOut, on: set)
    if rmse < bestRMSE ?? .infinity {
      bestRMSE = rmse
      reportsSinceBest = 0
      best?.copy(from: (average ?? parameters).base)
    } else {
      reportsSinceBest += 1
      if let patience = options.patience, reportsSinceBest >= patience { outcome = .stoppedEarly }
    }
    return rmse
  }
}

extension Network {
  /// The weighted root mean square error of the clamped outputs on rows, in target units.
  public func rootMeanSquareError(
    on dataset: Dataset, on set: InstructionSet = .best
  ) -> Double {
    let outputs = predict(dataset.features, on: set)
    let width = architecture.outputs
    var total = 0.0
    var squares = 0.0
    for row in 0..<dataset.count {
      let weight = Double(dataset.weights[row])
      total += weight
      for k in 0..<width {
        let error = Double(outputs[row * width + k]) - Double(dataset.targets[row * width + k])
        squares += weight * error * error
      }
    }
    return (squares / (total * Double(width))).squareRoot()
  }
}

extension Dataset {
  /// A number that tells datasets apart (FNV-1a over all numbers), so that a checkpoint is not
  /// continued on other data.
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01B3 }
    mix(UInt64(count))
    for numbers in [features, targets, weights] {
      for number in numbers { mix(UInt64(number.bitPattern)) }
    }
    return hash
  }
}
