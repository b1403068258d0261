public import Processor

/// Fits a clip encoder to scores of clips, held back to where it began.
///
/// ```swift
/// let frames = try ClipFrames(features: clips.features, student: student)
/// var encoder = try ClipEncoder(frameStudent: student, architecture: shape, seed: 1)
/// encoder.fitScales(to: clips, of: training, frames: frames)
/// let trainer = try ClipTrainer(
///   encoder, clips: clips, of: training, frames: frames, options: ClipTrainingOptions())
/// try trainer.run()
/// ```
///
/// What is minimised is the weighted mean of (map(y) - target)² over the clips, as a share of the
/// targets' variance within tests, plus `penalty` times the squared distance of the parameters
/// from those that training began with (L2-SP). Where it begins at the mean over frame scores, as
/// a new encoder does, a large penalty gives the mean back. The tests' affine maps (``TestMaps``)
/// are nuisance parameters, fitted to the encoder's scores again and again.
///
/// Steps are Adam's. Equal options and clips give equal bytes for any number of threads and any
/// instruction set.
public final class ClipTrainer {
  /// The options of the run.
  public let options: ClipTrainingOptions
  /// The steps taken so far.
  public private(set) var step = 0
  /// The tests' maps, as fitted last.
  public private(set) var maps: TestMaps

  private let template: ClipEncoder
  private let clips: ClipSet
  private let chosen: [Int]
  private let frames: ClipFrames
  private let workspace: ClipGradient
  private let parameters: AlignedBuffer<Float>
  private let anchor: [Float]
  private let mean: AlignedBuffer<Float>
  private let square: AlignedBuffer<Float>
  private let set: InstructionSet
  private var order: BatchOrder
  /// The targets' weighted variance within tests.
  private let variance: Double

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - encoder: where training starts and what it is held back to. Fit its scales first.
  ///   - clips: the set that the clips are in.
  ///   - chosen: the clips to learn from.
  ///   - frames: what the frame student said of all rows of the set.
  ///   - options: how to train.
  ///   - threads: the most threads to use; the result does not depend on it.
  ///   - set: the kernels to use; the result does not depend on it.
  /// - Throws: ``ClipError`` for impossible options, or clips that teach nothing.
  public init(
    _ encoder: ClipEncoder, clips: ClipSet, of chosen: [Int], frames: ClipFrames,
    options: ClipTrainingOptions, threads: Int = 1, on set: InstructionSet = .best
  ) throws(ClipError) {
    try options.validate()
    guard !chosen.isEmpty else { throw .noClips("the list is empty") }
    guard frames.width == encoder.architecture.embedding else {
      throw .wrongCount(
        what: "numbers per embedding", expected: encoder.architecture.embedding,
        found: frames.width)
    }
    guard clips.features.count == frames.scores.count * clips.inputs else {
      throw .noClips("the frames are those of another set")
    }
    variance = Self.varianceWithinTests(clips, chosen)
    guard variance > 0 else { throw .noClips("all scores of a test are equal") }
    self.options = options
    self.clips = clips
    self.chosen = chosen
    self.frames = frames
    maps = TestMaps(count: clips.testCount)
    self.set = set
    template = encoder
    anchor = encoder.parameters
    parameters = AlignedBuffer(copying: encoder.parameters, or: 0)
    mean = AlignedBuffer(count: encoder.parameters.count, repeating: 0)
    square = AlignedBuffer(count: encoder.parameters.count, repeating: 0)
    order = BatchOrder(rows: chosen.count, seed: options.seed)
    workspace = ClipGradient(
      encoder, clips: min(options.batchClips, chosen.count), framesPerClip: options.framesPerClip,
      threads: threads, on: set)
  }

  /// The encoder as trained so far.
  public var encoder: ClipEncoder {
    var encoder = template
    encoder.parameters = parameters.values
    return encoder
  }

  /// Trains until all steps are taken or the task is cancelled.
  ///
  /// - Parameter report: called after every fit of the maps with the share of the variance that
  ///   was not explained since the last call; ends the run by throwing.
  /// - Throws: ``ClipError/diverged(step:)``, `CancellationError`, or what `report` throws.
  public func run(report: (_ step: Int, _ unexplained: Double) throws -> Void = { _, _ in }) throws
  {
    var losses = 0.0
    var batches = 0
    while step < options.steps {
      try Task.checkCancellation()
      if step % options.mapInterval == 0, options.mapsTests { try fitMaps() }
      let loss = takeStep()
      guard loss.isFinite else { throw ClipError.diverged(step: step) }
      losses += loss
      batches += 1
      step += 1
      if step % options.mapInterval == 0 || step == options.steps {
        try report(step, losses / Double(batches))
        losses = 0
        batches = 0
      }
    }
    guard parameters.values.allSatisfy(\.isFinite) else { throw ClipError.diverged(step: step) }
    if options.mapsTests { try fitMaps() }
  }

  private func fitMaps() throws {
    let scores = try encoder.scores(
      of: clips, chosen, frames: frames, maximumFrames: options.framesPerClip, on: set)
    maps.fit(scores: scores, to: clips, of: chosen)
  }

  /// Takes one step and returns the batch's unexplained share of the variance.
  private func takeStep() -> Double {
    let count = workspace.clipCount
    var batch: [Int] = []
    order.visit(from: step * count, count: count) { _, place in batch.append(chosen[place]) }
    var generator = SeededGenerator(seed: options.seed, stream: 1 << 32 + UInt64(step))
    let examples = batch.map { clip -> ClipGradient.Example in
      let slope = options.mapsTests ? maps[clips.tests[clip]].slope : 1
      let offset = options.mapsTests ? maps(0, test: clips.tests[clip]) : 0
      return ClipGradient.Example(
        rows: FrameSelection.random(
          of: clips.rows[clip], count: options.framesPerClip, &generator),
        target: clips.targets[clip], weight: clips.weights[clip], offset: offset, slope: slope)
    }
    let loss = workspace.compute(
      UnsafePointer(parameters.base), examples, frames: frames, variance: variance)
    let gradient = workspace.gradient.base
    let pull = Float(2 * options.penalty)
    for index in anchor.indices {
      gradient[index] += pull * (parameters.base[index] - anchor[index])
    }
    let settings = OptimizerSettings(.adam)
    let constants = AdamConstants(
      settings, step: step, rate: options.schedule.rate(at: step, of: options.steps))
    constants.update(
      parameters.base, gradient: UnsafePointer(gradient), mean: mean.base, square: square.base,
      count: parameters.count)
    return loss
  }

  private static func varianceWithinTests(_ clips: ClipSet, _ chosen: [Int]) -> Double {
    var total = 0.0
    var squares = 0.0
    for (_, members) in Dictionary(grouping: chosen, by: { clips.tests[$0] }).sorted(by: {
      $0.key ?? -1 < $1.key ?? -1
    }) {
      let weight = members.reduce(0) { $0 + clips.weights[$1] }
      let mean = members.reduce(0) { $0 + clips.weights[$1] * clips.targets[$1] } / weight
      total += weight
      for clip in members {
        let difference = clips.targets[clip] - mean
        squares += clips.weights[clip] * difference * difference
      }
    }
    return squares / total
  }
}
