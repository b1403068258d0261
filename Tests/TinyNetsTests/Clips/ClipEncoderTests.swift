import DurableFiles
import Processor
import Testing

@testable import TinyNets

/// What a clip encoder must and must not depend on.
@Suite struct ClipEncoderTests {
  static func student() throws -> Network {
    var student = Network(architecture: try Architecture("6-9-5-1"), seed: 3)
    student.outputOffset = [50]
    student.outputScale = [20]
    student.range = 0...100
    return student
  }

  static func features(frames: Int, seed: UInt64 = 7) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<frames * 6).map { _ in Float(generator.normal()) }
  }

  /// An encoder whose every number counts, as after training.
  static func trained(_ text: String = "5-3-8-2-2-12") throws -> ClipEncoder {
    let architecture = try ClipArchitecture(text)
    var generator = SeededGenerator(seed: 21)
    let parameters = (0..<architecture.parameterCount).map { _ in Float(0.4 * generator.normal()) }
    return try ClipEncoder(
      frameStudent: student(), architecture: architecture, parameters: parameters,
      embeddingMean: [0.1, 0.2, -0.1, 0, 0.3], embeddingScale: [1, 2, 1.5, 1, 0.7],
      metadata: ["name": "test"])
  }

  private static func shuffled(_ features: [Float]) -> [Float] {
    var order = Array(0..<features.count / 6)
    var generator = SeededGenerator(seed: 5)
    order.shuffle(using: &generator)
    return order.flatMap { features[$0 * 6..<($0 + 1) * 6] }
  }

  @Test(arguments: [1, 2, 17, 700])
  func beginsAsTheMeanOfFrameScores(_ frames: Int) throws {
    let encoder = try ClipEncoder(
      frameStudent: Self.student(), architecture: .small(embedding: 5), seed: 4)
    let features = Self.features(frames: frames)
    let scores = try Self.student().predict(features)
    let mean = scores.reduce(0.0) { $0 + Double($1) } / Double(frames)
    #expect(abs(Double(try encoder(features)) - mean) < 2e-5)
  }

  @Test func orderCountsOnlyWithPositions() throws {
    let features = Self.features(frames: 23)
    let without = try Self.trained("5-0-8-2-2-12")
    #expect(abs(try without(features) - without(Self.shuffled(features))) < 1e-3)
    let with = try Self.trained()
    #expect(abs(try with(features) - with(Self.shuffled(features))) > 0.01)
  }

  @Test func paddingChangesNothing() throws {
    let encoder = try Self.trained()
    let short = Self.features(frames: 4, seed: 1)
    let long = Self.features(frames: 9, seed: 2)
    // The short clip stands among rows that its mask leaves out, one of them not even a number.
    let padding = [Float](repeating: .nan, count: 6) + Self.features(frames: 4, seed: 3)
    let padded =
      Array(short[..<12]) + padding[..<6] + Array(short[12...]) + padding[6...]
    let mask =
      [true, true, false, true, true, false, false, false, false]
      + [Bool](repeating: true, count: 9)
    let scores = try encoder.predict(features: padded + long, mask: mask, frames: 9)
    #expect(scores == [try encoder(short), try encoder(long)])
  }

  @Test(arguments: InstructionSet.supported)
  func everyInstructionSetGivesTheSameBits(_ set: InstructionSet) throws {
    let encoder = try Self.trained()
    let features = Self.features(frames: 150)
    #expect(try encoder(features, on: set) == encoder(features, on: .scalar))
  }

  @Test func scoresStayInRange() throws {
    var encoder = try Self.trained()
    let layers = encoder.architecture.layers
    encoder.parameters[layers.correction.biases.lowerBound] = 1e4
    #expect(try encoder(Self.features(frames: 3)) == 100)
    encoder.parameters[layers.correction.biases.lowerBound] = -1e4
    #expect(try encoder(Self.features(frames: 3)) == 0)
  }

  @Test func sizesAreThoseStated() throws {
    let full = try ClipArchitecture.full(embedding: 64)
    let small = try ClipArchitecture.small(embedding: 16)
    #expect(full.parameterCount == 290_561)
    #expect(small.parameterCount == 2_833)
    #expect(try ClipArchitecture(full.description) == full)
    let places = full.layers.all.flatMap { [$0.weights, $0.biases] }
    #expect(places.reduce(0) { $0 + $1.count } == full.parameterCount)
    for (before, after) in zip(places, places.dropFirst()) {
      #expect(before.upperBound == after.lowerBound)
    }
  }

  @Test func badShapesAreRefused() throws {
    for text in ["", "1-2-3", "5-3-8-3-2-12", "0-1-4-2-1-4", "5-3-8-2-99-12", "a-b-c-d-e-f"] {
      #expect(throws: ClipError.self) { try ClipArchitecture(text) }
    }
    let shape = try ClipArchitecture.small(embedding: 7)
    #expect(throws: ClipError.self) {
      try ClipEncoder(frameStudent: Self.student(), architecture: shape, seed: 0)
    }
    let linear = Network(architecture: try Architecture("linear"), seed: 1)
    #expect(throws: ClipError.self) {
      try ClipEncoder(frameStudent: linear, architecture: shape, seed: 0)
    }
    let encoder = try Self.trained()
    #expect(throws: ClipError.emptyClip(0)) { try encoder([]) }
    #expect(throws: ClipError.emptyClip(1)) {
      try encoder.predict(
        features: Self.features(frames: 4), mask: [true, true, false, false], frames: 2)
    }
    #expect(throws: ClipError.self) {
      try encoder.predict(features: Self.features(frames: 3), mask: [true, true], frames: 2)
    }
    #expect(throws: ClipError.self) { try encoder([1, 2, 3]) }
  }

  @Test func survivesItsFile() throws {
    let encoder = try Self.trained()
    let bytes = try encoder.safeTensors().encoded()
    let read = try ClipEncoder(SafeTensors(decoding: bytes))
    #expect(read == encoder)
    var file = encoder.safeTensors()
    file.tensors["pooling.weight"] = nil
    #expect(throws: NetworkError.self) { try ClipEncoder(file) }
    #expect(throws: NetworkError.self) { try ClipEncoder(Self.student().safeTensors()) }
  }

  @Test func timePolynomialsAreCosines() {
    let count = 5
    var values = [Double](repeating: 0, count: count)
    values.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      RelativeTime.write(frame: 2, of: 7, count: count, into: base)
    }
    let v = 5.0 / 7 - 1
    let expected = [
      v, 2 * v * v - 1, 4 * v * v * v - 3 * v, 8 * v * v * v * v - 8 * v * v + 1,
      16 * v * v * v * v * v - 20 * v * v * v + 5 * v,
    ]
    for (a, b) in zip(values, expected) { #expect(abs(a - b) < 1e-12) }
  }

  @Test func framesAreChosenEvenly() {
    #expect(FrameSelection.middles(of: 10..<14, count: 9) == [10, 11, 12, 13])
    #expect(FrameSelection.middles(of: 10..<20, count: 2) == [12, 17])
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<50 {
      let rows = FrameSelection.random(of: 5..<16, count: 4, &generator)
      let parts = [5..<7, 7..<10, 10..<13, 13..<16]
      #expect(zip(rows, parts).allSatisfy { $1.contains($0) })
    }
  }
}
