import Foundation
import Testing
import TinyNets

@testable import ModelPackage

/// ONNX Runtime, where `TINYVMAF_ONNXRUNTIME` names it, and its absence.
@Suite struct ONNXRuntimeTests {
  static let path = ProcessInfo.processInfo.environment[ONNXRuntimeLibrary.environmentVariable]
  static let isThere = path != nil
  static let comment: Comment = "set TINYVMAF_ONNXRUNTIME to the path of libonnxruntime"

  @Test func absenceIsExplained() {
    #expect(throws: ONNXRuntimeError.noLibrary) { try ONNXRuntimeLibrary(path: "") }
    #expect("\(ONNXRuntimeError.noLibrary)".contains("TINYVMAF_ONNXRUNTIME"))
    #expect(throws: ONNXRuntimeError.self) { try ONNXRuntimeLibrary(path: "/nowhere/libort.so") }
    do throws(ONNXRuntimeError) {
      _ = try ONNXRuntimeLibrary(path: "/nowhere/libort.so")
    } catch {
      #expect(error.description.contains("'/nowhere/libort.so' cannot be opened"))
    }
  }

  #if os(Linux)
    @Test func anotherLibraryIsRefused() {
      #expect(throws: ONNXRuntimeError.notONNXRuntime(path: "libm.so.6")) {
        try ONNXRuntimeLibrary(path: "libm.so.6")
      }
    }
  #endif

  @Test func versionsAreCompared() {
    for version in ["1.12.0", "1.32.0", "1.100.1-dev"] {
      #expect(ONNXRuntimeLibrary.supports(version))
    }
    for version in ["1.11.9", "2.0.0", "0.5", "", "x.y"] {
      #expect(!ONNXRuntimeLibrary.supports(version))
    }
  }

  @Test(.enabled(if: isThere, comment), arguments: NetworkONNXTests.shapes)
  func agreesWithNativeInference(_ shape: NetworkONNXTests.Shape) throws {
    let network = try shape.network()
    let session = try ONNXRuntimeSession(model: network.onnx(), library: ONNXRuntimeLibrary())
    #expect(session.inputNames == ["features"])
    #expect(session.outputNames == ["vmaf"])
    let features = network.architecture.inputs
    for count in [1, 2, 1_000] {
      let rows = NetworkONNXTests.rows(count, of: features)
      let outputs = try session.run([ONNXTensor(rows, shape: [count, features])])
      let expected = network.predict(rows)
      let found = try #require(outputs[0].reals)
      #expect(found.count == expected.count)
      for (a, b) in zip(found, expected) { #expect(abs(a - b) <= 3e-5) }
    }
  }

  @Test(.enabled(if: isThere, comment))
  func runsBatchesOfThreeDimensionsWithAMask() throws {
    // The mean of the rows of each clip that the mask keeps.
    var graph = ONNXGraphBuilder(name: "pooled")
    let frames = graph.input(ONNXPort("frames", shape: ["B", "T", 2]))
    let mask = graph.input(ONNXPort("mask", .bool, shape: ["B", "T"]))
    let weights = graph.apply("Cast", mask, attributes: ["to": .integer(1)])
    let axis = graph.constant("axis", integers: [1])
    let rows = graph.apply("Unsqueeze", weights, axis)
    let sums = graph.apply("MatMul", rows, frames)
    let one = graph.constant("one", try ONNXTensor([1], shape: [1]))
    let count = graph.apply(
      "Max", graph.apply("ReduceSum", weights, axis, attributes: ["keepdims": .integer(1)]), one)
    graph.output(
      graph.apply("Div", graph.apply("Squeeze", sums, axis), count, as: "mean"), shape: ["B", 2])
    let bytes = try graph.encoded()
    let inputs = [
      try ONNXTensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], shape: [2, 3, 2]),
      ONNXTensor(.bool, shape: [2, 3], .integers([1, 0, 1, 0, 0, 1])),
    ]
    let session = try ONNXRuntimeSession(model: bytes, library: ONNXRuntimeLibrary())
    let expected = [try ONNXTensor([3, 4, 11, 12], shape: [2, 2])]
    #expect(try session.run(inputs) == expected)
    #expect(try ONNXGraph(decoding: bytes).run(inputs) == expected)
  }

  @Test(.enabled(if: isThere, comment), arguments: QuantisedPrecision.allCases)
  func agreesOnQuantisedForms(_ precision: QuantisedPrecision) throws {
    let rows = QuantisationTests.rows(500)
    let quantised = try ModelRegistry.builtInNetwork("tiny-2x64").quantised(
      to: precision, rows: rows)
    let session = try ONNXRuntimeSession(
      model: quantised.bytes, library: ONNXRuntimeLibrary(), isOptimised: false)
    let found = try session.predict(rows: rows, features: 6)
    let expected = try ONNXGraph(decoding: quantised.bytes).predict(rows: rows)
    // A sum beside a tie may fall on the neighbouring byte.
    let limit: Float = precision == .float16 ? 3e-5 : 1
    for (a, b) in zip(found, expected) { #expect(abs(a - b) <= limit) }
  }

  @Test(.enabled(if: isThere, comment))
  func failuresCarryItsOwnReason() throws {
    let library = try ONNXRuntimeLibrary()
    #expect(library.version.hasPrefix("1."))
    #expect(throws: ONNXRuntimeError.self) {
      try ONNXRuntimeSession(model: [1, 2, 3], library: library)
    }
    #expect(throws: ONNXRuntimeError.self) {
      try ONNXRuntimeSession(model: [], library: library)
    }
    let network = try ModelRegistry.builtInNetwork("tiny-2x16")
    let session = try ONNXRuntimeSession(model: network.onnx(), library: library)
    #expect(throws: ONNXRuntimeError.self) { try session.run([]) }
    do throws(ONNXRuntimeError) {
      _ = try session.predict(rows: [1, 2, 3], features: 3)
      Issue.record("three features are too few")
    } catch {
      #expect(error.description.contains("ONNX Runtime failed"))
    }
    #expect(throws: ONNXRuntimeError.self) { try session.predict(rows: [1, 2, 3], features: 2) }
  }
}
