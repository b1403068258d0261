public import Processor

/// What a frame student says of the frames of clips: computed once, read by every training.
public struct ClipFrames: Sendable, Equatable {
  /// The width of an embedding.
  public let width: Int
  /// The embeddings (the last hidden layer's outputs), frame after frame.
  public let embeddings: [Float]
  /// The clamped scores, one per frame.
  public let scores: [Float]

  /// Runs a frame student over rows of features.
  ///
  /// - Throws: ``ClipError/unsuitableStudent(_:)`` for a student without a hidden layer or with
  ///   several outputs, and ``ClipError/wrongCount(what:expected:found:)`` for a part of a row.
  public init(
    features: [Float], student: Network, on set: InstructionSet = .best
  ) throws(ClipError) {
    let inputs = student.architecture.inputs
    guard let width = student.architecture.hidden.last, student.architecture.outputs == 1 else {
      throw .unsuitableStudent("it needs a hidden layer and a single output")
    }
    let rows = features.count / inputs
    guard rows * inputs == features.count else {
      throw .wrongCount(what: "features", expected: (rows + 1) * inputs, found: features.count)
    }
    let pass = Backpropagation<Float>(
      student.architecture, capacity: min(max(rows, 1), Network.chunkRows), on: set)
    let standardised = AlignedBuffer<Float>(count: pass.capacity * inputs, repeating: 0)
    var embeddings: [Float] = []
    var scores: [Float] = []
    embeddings.reserveCapacity(rows * width)
    scores.reserveCapacity(rows)
    for start in stride(from: 0, to: rows, by: pass.capacity) {
      let chunk = min(pass.capacity, rows - start)
      features.withUnsafeBufferPointer {
        guard let base = $0.baseAddress else { return }
        student.standardise(
          base + start * inputs, rows: chunk, into: standardised.base, stride: inputs)
      }
      student.parameters.withUnsafeBufferPointer {
        guard let base = $0.baseAddress else { return }
        pass.forward(
          base, input: UnsafePointer(standardised.base), inputStride: inputs, rows: chunk,
          training: false)
      }
      let hidden = pass.activations(of: student.architecture.layers.count - 2)
      embeddings.append(contentsOf: UnsafeBufferPointer(start: hidden, count: chunk * width))
      for row in 0..<chunk {
        let score = student.outputOffset[0] + student.outputScale[0] * pass.outputs[row]
        scores.append(student.range.map { score.clamped(to: $0) } ?? score)
      }
    }
    self.width = width
    self.embeddings = embeddings
    self.scores = scores
  }
}

extension Float {
  /// The value within a range; NaN stays NaN.
  func clamped(to range: ClosedRange<Float>) -> Float {
    if self < range.lowerBound { return range.lowerBound }
    return self > range.upperBound ? range.upperBound : self
  }
}

/// Evenly spaced frames of a clip.
enum FrameSelection {
  /// The middles of `count` equal parts of `frames`; all of them if there are no more.
  static func middles(of frames: Range<Int>, count: Int) -> [Int] {
    guard count < frames.count else { return Array(frames) }
    return (0..<count).map {
      frames.lowerBound + (2 * $0 + 1) * frames.count / (2 * count)
    }
  }

  /// One random frame of each of `count` equal parts of `frames`.
  static func random(
    of frames: Range<Int>, count: Int, _ generator: inout SeededGenerator
  ) -> [Int] {
    guard count < frames.count else { return Array(frames) }
    return (0..<count).map {
      let start = $0 * frames.count / count
      let end = ($0 + 1) * frames.count / count
      return frames.lowerBound + start + generator.index(below: end - start)
    }
  }
}
