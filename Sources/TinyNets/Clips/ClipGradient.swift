import Dispatch
import Processor

/// Loss and gradient of a batch of clips.
///
/// The batch is cut into chunks of four clips; each chunk's gradient is summed on its own, and the
/// chunks' are then added in their order. The result is therefore the same for any number of
/// threads.
final class ClipGradient {
  /// A clip of the batch, its rows chosen and its test's map at hand.
  struct Example {
    let rows: [Int]
    let target: Double
    let weight: Double
    let offset: Double
    let slope: Double
  }

  /// The number of clips of a batch.
  let clipCount: Int
  /// The sum over the batch, after ``compute(_:_:frames:variance:)``.
  let gradient: AlignedBuffer<Float>

  private static let chunkClips = 4
  private let encoder: ClipEncoder
  private let transposed: AlignedBuffer<Float>
  private let workers: [Worker]
  private let chunkGradients: [AlignedBuffer<Float>]
  private let chunkLosses: AlignedBuffer<Double>

  /// What one thread works with.
  private final class Worker {
    let pass: ClipPass<Float>
    let input: AlignedBuffer<Float>
    let scores: AlignedBuffer<Float>
    let deltas: AlignedBuffer<Float>

    init(_ architecture: ClipArchitecture, framesPerClip: Int, on set: InstructionSet) {
      let rows = chunkClips * framesPerClip
      pass = ClipPass(
        architecture, rows: rows, clips: chunkClips, longest: framesPerClip, training: true,
        on: set)
      input = AlignedBuffer(count: rows * architecture.inputs, repeating: 0)
      scores = AlignedBuffer(count: rows, repeating: 0)
      deltas = AlignedBuffer(count: chunkClips, repeating: 0)
    }
  }

  init(
    _ encoder: ClipEncoder, clips: Int, framesPerClip: Int, threads: Int, on set: InstructionSet
  ) {
    self.encoder = encoder
    clipCount = clips
    let parameterCount = encoder.architecture.parameterCount
    let chunks = (clips + Self.chunkClips - 1) / Self.chunkClips
    gradient = AlignedBuffer(count: parameterCount, repeating: 0)
    transposed = AlignedBuffer(count: parameterCount, repeating: 0)
    chunkGradients = (0..<chunks).map { _ in AlignedBuffer(count: parameterCount, repeating: 0) }
    chunkLosses = AlignedBuffer(count: chunks, repeating: 0)
    workers = (0..<max(1, min(threads, chunks))).map { _ in
      Worker(encoder.architecture, framesPerClip: framesPerClip, on: set)
    }
  }

  /// Fills ``gradient`` and returns the loss: the weighted mean square of `offset + slope y -
  /// target`, as a share of `variance`.
  func compute(
    _ parameters: UnsafePointer<Float>, _ examples: [Example], frames: ClipFrames,
    variance: Double
  ) -> Double {
    encoder.architecture.transposeWeights(of: parameters, into: transposed.base)
    let weight = examples.reduce(0) { $0 + $1.weight }
    let scale = weight > 0 ? 1 / (weight * variance) : 0
    // Every iteration has its own worker and its own chunks: nothing is shared but the inputs.
    nonisolated(unsafe) let workspace = self
    nonisolated(unsafe) let parameters = parameters
    let chunks = chunkGradients.count
    let compute = { @Sendable (worker: Int) in
      for chunk in stride(from: worker, to: chunks, by: workspace.workers.count) {
        workspace.compute(
          chunk, with: workspace.workers[worker], parameters, examples, frames, scale)
      }
    }
    if workers.count == 1 {
      compute(0)
    } else {
      DispatchQueue.concurrentPerform(iterations: workers.count, execute: compute)
    }
    gradient.copy(from: chunkGradients[0].base)
    var loss = chunkLosses.base[0]
    for chunk in 1..<max(chunks, 1) {
      let part = chunkGradients[chunk].base
      for index in 0..<gradient.count { gradient.base[index] += part[index] }
      loss += chunkLosses.base[chunk]
    }
    return loss
  }

  private func compute(
    _ chunk: Int, with worker: Worker, _ parameters: UnsafePointer<Float>, _ examples: [Example],
    _ frames: ClipFrames, _ scale: Double
  ) {
    let first = chunk * Self.chunkClips
    let examples = examples[first..<min(first + Self.chunkClips, examples.count)]
    var segments: [Range<Int>] = []
    var row = 0
    for example in examples {
      encoder.gather(
        example.rows, of: frames, into: worker.input.base + row * encoder.architecture.inputs,
        scores: worker.scores.base + row)
      segments.append(row..<row + example.rows.count)
      row += example.rows.count
    }
    let input = UnsafePointer(worker.input.base)
    let scores = UnsafePointer(worker.scores.base)
    worker.pass.forward(parameters, input: input, scores: scores, segments: segments)
    var loss = 0.0
    for (clip, example) in examples.enumerated() {
      let y = Double(worker.pass.output(of: clip, correctionScale: encoder.correctionScale))
      let error = example.offset + example.slope * y - example.target
      loss += scale * example.weight * error * error
      worker.deltas.base[clip] = Float(2 * scale * example.weight * error * example.slope)
    }
    chunkLosses.base[chunk] = loss
    worker.pass.backpropagate(
      transposed: UnsafePointer(transposed.base), input: input, scores: scores,
      segments: segments, deltas: UnsafePointer(worker.deltas.base),
      correctionScale: encoder.correctionScale, into: chunkGradients[chunk].base)
  }
}
