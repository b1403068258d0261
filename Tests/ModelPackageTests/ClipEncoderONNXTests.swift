import Foundation
import Testing
import TinyNets

@testable import ModelPackage

/// Clip encoders as ONNX files, back, and computed by the graph's own runtime here.
@Suite struct ClipEncoderONNXTests {
  /// An encoder whose every number counts, as after training.
  static func encoder(
    _ text: String, activation: Activation = .silu, range: ClosedRange<Float>? = 0...100
  ) throws -> ClipEncoder {
    let architecture = try ClipArchitecture(text)
    let shape = try Architecture("6-11-\(architecture.embedding)-1", activation: activation)
    let random = Network(architecture: shape, seed: 4)
    let student = try Network(
      architecture: shape, parameters: random.parameters, inputMean: [0.8, 0.5, 0.7, 0.8, 0.9, 4],
      inputScale: [5, 4, 4, 4, 4, 0.2], outputOffset: [55], outputScale: [-25], range: range,
      metadata: ["name": "random", "teacher": "vmaf_v0.6.1"])
    var generator = SeededGenerator(seed: 12)
    func numbers(_ count: Int, _ scale: Double) -> [Float] {
      (0..<count).map { _ in Float(scale * generator.normal()) }
    }
    return try ClipEncoder(
      frameStudent: student, architecture: architecture,
      parameters: numbers(
        architecture.parameterCount, 0.8 / Double(architecture.width).squareRoot()),
      embeddingMean: numbers(architecture.embedding, 0.2),
      embeddingScale: numbers(architecture.embedding, 1), metadata: ["name": "clips"])
  }

  /// Padded clips: features, and which frames are kept; padding is no number.
  static func clips(_ masks: [String], seed: UInt64 = 3) -> (features: [Float], mask: [Bool]) {
    var generator = SeededGenerator(seed: seed)
    let mask = masks.joined().map { $0 == "x" }
    let features = mask.flatMap { kept in
      (0..<6).map { column in
        kept ? Float(generator.uniform(0.2, 1) * (column == 5 ? 10 : 1)) : .nan
      }
    }
    return (features, mask)
  }

  static let shapes = [
    "5-3-8-2-2-12", "4-0-6-3-1-5", "7-1-4-4-0-3", "3-2-2-1-3-2", "16-4-16-2-1-32",
  ]

  @Test(arguments: shapes)
  func returnsTheSameEncoderAndBytes(_ shape: String) throws {
    let encoder = try Self.encoder(shape)
    let bytes = try encoder.onnx(metadata: ["tool_version": "1.2.3"])
    let read = try ClipEncoder(onnx: bytes)
    #expect(read.parameters == encoder.parameters)
    #expect(read.frameStudent == encoder.frameStudent)
    #expect(read.embeddingScale == encoder.embeddingScale)
    #expect(read.metadata["name"] == "clips")
    #expect(try read.onnx() == bytes)
    #expect(try encoder.onnx() == encoder.onnx())
  }

  @Test(arguments: shapes)
  func graphGivesTheSameScores(_ shape: String) throws {
    let encoder = try Self.encoder(shape)
    let masks = ["xxxxxxx", "xxx....", "..x.x.x", "......x"]
    let (features, mask) = Self.clips(masks)
    let graph = try ONNXGraph(decoding: encoder.onnx())
    #expect(graph.inputs.map(\.name) == ["features", "mask"])
    let result = try graph.run([
      ONNXTensor(features, shape: [4, 7, 6]),
      ONNXTensor(.bool, shape: [4, 7], .integers(mask.map { $0 ? 1 : 0 })),
    ])[0]
    #expect(result.shape == [4])
    let expected = try encoder.predict(features: features, mask: mask, frames: 7)
    #expect(Set(expected).count == 4)
    for (found, score) in zip(result.reals ?? [], expected) {
      #expect(abs(found - score) < 2e-4, "\(found) against \(score)")
    }
  }

  @Test(arguments: Activation.allCases)
  func otherStudentsTravelToo(_ activation: Activation) throws {
    let encoder = try Self.encoder("5-2-4-2-1-3", activation: activation, range: nil)
    let (features, mask) = Self.clips(["xxxx", "x.x."])
    let bytes = try encoder.onnx()
    #expect(try ClipEncoder(onnx: bytes) == encoder)
    let result = try ONNXGraph(decoding: bytes).run([
      ONNXTensor(features, shape: [2, 4, 6]),
      ONNXTensor(.bool, shape: [2, 4], .integers(mask.map { $0 ? 1 : 0 })),
    ])[0]
    let expected = try encoder.predict(features: features, mask: mask, frames: 4)
    for (found, score) in zip(result.reals ?? [], expected) {
      #expect(abs(found - score) < 5e-4, "\(found) against \(score)")
    }
  }

  @Test func otherFilesAreRefused() throws {
    let encoder = try Self.encoder("5-3-8-2-1-12")
    #expect(throws: ONNXError.self) { try ClipEncoder(onnx: encoder.frameStudent.onnx()) }
    #expect(throws: ONNXError.self) { try Network(onnx: encoder.onnx()) }
    var bytes = try encoder.onnx()
    // A weight that is changed is another encoder; a node that is changed is none.
    let name = Array("Sigmoid".utf8)
    let place = try #require(
      bytes.indices.dropLast(name.count).first { Array(bytes[$0..<$0 + name.count]) == name })
    bytes.replaceSubrange(place..<place + name.count, with: Array("Sigmold".utf8))
    #expect(throws: ONNXError.self) { try ClipEncoder(onnx: bytes) }
  }

  @Test func sumsRunAlongTheirAxis() throws {
    func sums(_ axis: Int64, exclusive: Int = 0, reverse: Int = 0) throws -> [Float] {
      var graph = ONNXGraphBuilder(name: "sums")
      let x = graph.input(ONNXPort("x", shape: ["N", 3]))
      let axis = graph.constant("axis", ONNXTensor(.int64, shape: [], .integers([axis])))
      let sum = graph.apply(
        "CumSum", x, axis,
        attributes: ["exclusive": .integer(exclusive), "reverse": .integer(reverse)])
      graph.output(sum, shape: ["N", 3])
      let model = try ONNXGraph(graph.model(metadata: [:]))
      return try model.run([ONNXTensor([1, 2, 3, 4, 5, 6], shape: [2, 3])])[0].reals ?? []
    }
    #expect(try sums(1) == [1, 3, 6, 4, 9, 15])
    #expect(try sums(-2) == [1, 2, 3, 5, 7, 9])
    #expect(try sums(1, exclusive: 1) == [0, 1, 3, 0, 4, 9])
    #expect(try sums(1, reverse: 1) == [6, 5, 3, 15, 11, 6])
    #expect(throws: ONNXError.self) { try sums(2) }
  }
}

/// Writes the files that `Interop/test_onnx_clips.py` checks with onnx and ONNX Runtime.
///
/// The folder is `$TINYVMAF_INTEROP_DIR/clips`; without the variable there is nothing to do.
@Suite struct ClipInteropFiles {
  static let folder = ProcessInfo.processInfo.environment["TINYVMAF_INTEROP_DIR"]

  /// Padded clips and what they score.
  struct Case: Encodable {
    let frames: Int
    let features: [Float?]
    let mask: [Bool]
    let vmaf: [Float]
  }

  @Test(.enabled(if: folder != nil, "set TINYVMAF_INTEROP_DIR to write the files"))
  func writeFiles() throws {
    let folder = try #require(Self.folder) + "/clips"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    let masks = [
      ["x"], ["xxxxx", "xxx..", ".x.x.", "....x"],
      [String(repeating: "x", count: 120), String(repeating: "x.", count: 60)],
    ]
    for (name, shape) in [
      ("small", "16-4-16-2-1-32"), ("full", "64-8-128-4-2-256"), ("timeless", "4-0-6-3-1-5"),
    ] {
      let encoder = try ClipEncoderONNXTests.encoder(shape)
      try Data(encoder.onnx(metadata: ["tool_version": "0"])).write(
        to: URL(filePath: "\(folder)/\(name).onnx"))
      let cases = try masks.map { masks in
        let (features, mask) = ClipEncoderONNXTests.clips(masks)
        let frames = masks[0].count
        return Case(
          frames: frames, features: features.map { $0.isNaN ? nil : $0 }, mask: mask,
          vmaf: try encoder.predict(features: features, mask: mask, frames: frames))
      }
      // Clamped scores would agree whatever the graph computes.
      #expect(cases.flatMap(\.vmaf).allSatisfy { $0 > 0 && $0 < 100 }, "\(name)")
      try JSONEncoder().encode(cases).write(to: URL(filePath: "\(folder)/\(name).json"))
    }
  }
}
