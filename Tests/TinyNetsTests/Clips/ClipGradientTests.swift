import Processor
import Testing

@testable import TinyNets

/// The clip encoder's backpropagation against central differences, both in Double.
@Suite struct ClipGradientTests {
  /// A pass over random rows with random, non-zero parameters.
  private struct Setup {
    let architecture: ClipArchitecture
    let segments: [Range<Int>]
    let parameters: AlignedBuffer<Double>
    let input: AlignedBuffer<Double>
    let scores: AlignedBuffer<Double>
    let targets: [Double]
    let pass: ClipPass<Double>
    let correctionScale = 1.7

    init(_ text: String, lengths: [Int]) throws {
      architecture = try ClipArchitecture(text)
      var segments: [Range<Int>] = []
      for length in lengths {
        let start = segments.last?.upperBound ?? 0
        segments.append(start..<start + length)
      }
      self.segments = segments
      let rows = lengths.reduce(0, +)
      var generator = SeededGenerator(seed: 9)
      func random(_ count: Int, _ scale: Double) -> AlignedBuffer<Double> {
        let buffer = AlignedBuffer<Double>(count: count, repeating: 0)
        for index in 0..<count { buffer.base[index] = scale * generator.normal() }
        return buffer
      }
      parameters = random(architecture.parameterCount, 0.6)
      input = random(rows * architecture.inputs, 1)
      scores = random(rows, 2)
      targets = lengths.map { _ in generator.normal() }
      pass = ClipPass(
        architecture, rows: rows, clips: lengths.count, longest: lengths.max() ?? 1,
        training: true, on: .scalar)
    }

    func errors() -> [Double] {
      pass.forward(
        UnsafePointer(parameters.base), input: UnsafePointer(input.base),
        scores: UnsafePointer(scores.base), segments: segments)
      return targets.indices.map {
        pass.output(of: $0, correctionScale: correctionScale) - targets[$0]
      }
    }

    func loss() -> Double { errors().reduce(0) { $0 + $1 * $1 } }
  }

  @Test(arguments: [
    ("3-2-4-2-2-5", [3, 1, 6]), ("2-0-3-1-1-2", [4]), ("4-3-6-3-0-1", [2, 5]), ("1-1-2-2-1-3", [1]),
  ])
  func equalsFiniteDifferences(_ text: String, _ lengths: [Int]) throws {
    let setup = try Setup(text, lengths: lengths)
    let deltas = AlignedBuffer<Double>(copying: setup.errors().map { 2 * $0 }, or: 0)
    let count = setup.architecture.parameterCount
    let transposed = AlignedBuffer<Double>(count: count, repeating: 0)
    setup.architecture.transposeWeights(
      of: UnsafePointer(setup.parameters.base), into: transposed.base)
    let gradient = AlignedBuffer<Double>(count: count, repeating: .nan)
    setup.pass.backpropagate(
      transposed: UnsafePointer(transposed.base), input: UnsafePointer(setup.input.base),
      scores: UnsafePointer(setup.scores.base), segments: setup.segments,
      deltas: UnsafePointer(deltas.base), correctionScale: setup.correctionScale,
      into: gradient.base)
    let norm = gradient.values.reduce(0) { max($0, abs($1)) }
    try #require(norm > 0.1 && norm.isFinite)
    for index in 0..<count {
      let value = setup.parameters.base[index]
      let h = 1e-5
      setup.parameters.base[index] = value + h
      let above = setup.loss()
      setup.parameters.base[index] = value - h
      let below = setup.loss()
      setup.parameters.base[index] = value
      let difference = (above - below) / (2 * h)
      #expect(
        abs(difference - gradient.base[index]) <= 1e-6 * max(abs(difference), 1e-2 * norm),
        "parameter \(index): \(gradient.base[index]) against \(difference)")
    }
  }

  /// The pass without anything kept for the way back gives the same scores, tile by tile.
  @Test func inferenceEqualsTraining() throws {
    let setup = try Setup("3-2-4-2-1-5", lengths: [300])
    _ = setup.errors()
    let inference = ClipPass<Double>(
      setup.architecture, rows: 300, clips: 1, longest: 300, training: false, on: .scalar)
    inference.forward(
      UnsafePointer(setup.parameters.base), input: UnsafePointer(setup.input.base),
      scores: UnsafePointer(setup.scores.base), segments: setup.segments)
    #expect(
      inference.output(of: 0, correctionScale: 1) == setup.pass.output(of: 0, correctionScale: 1))
  }
}
