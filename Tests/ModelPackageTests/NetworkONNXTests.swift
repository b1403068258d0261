import Evaluation
import Foundation
import Testing
import TinyNets

@testable import ModelPackage

/// Networks as ONNX files and back.
@Suite struct NetworkONNXTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var text: String
    var activation: Activation = .silu
    var range: ClosedRange<Float>? = 0...100
    var testDescription: String { "\(text) \(activation.rawValue)" }

    /// A random network with scales like those of features and scores.
    func network(seed: UInt64 = 1) throws -> Network {
      let architecture = try Architecture(text, activation: activation)
      let random = Network(architecture: architecture, seed: seed)
      var generator = SeededGenerator(seed: seed, stream: 9)
      func numbers(_ count: Int, _ lower: Double, _ upper: Double) -> [Float] {
        (0..<count).map { _ in Float(generator.uniform(lower, upper)) }
      }
      return try Network(
        architecture: architecture, parameters: random.parameters,
        inputMean: numbers(architecture.inputs, 0, 1),
        inputScale: numbers(architecture.inputs, 1, 6),
        outputOffset: numbers(architecture.outputs, 40, 60),
        outputScale: numbers(architecture.outputs, 10, 30),
        range: range, metadata: ["name": "random", "teacher": "vmaf_v0.6.1"])
    }
  }

  static let shapes = [
    Shape(text: "linear"), Shape(text: "2x16"), Shape(text: "6-16-8-1", activation: .relu),
    Shape(text: "2x33", activation: .gelu), Shape(text: "3-7-2", range: nil),
    Shape(text: "5-4-3", activation: .relu), Shape(text: "1-1-1", range: nil),
  ]

  static func rows(_ count: Int, of features: Int) -> [Float] {
    var generator = SeededGenerator(seed: 5)
    return (0..<count * features).map { _ in Float(generator.uniform(-0.5, 1.5)) }
  }

  @Test(arguments: shapes)
  func returnsTheSameNetworkAndBytes(_ shape: Shape) throws {
    let network = try shape.network()
    let bytes = try network.onnx()
    let read = try Network(onnx: bytes)
    #expect(read == network)
    #expect(try read.onnx() == bytes)
  }

  @Test(arguments: ModelRegistry.builtInIdentifiers)
  func embeddedStudentsReturnTheSameBytes(_ name: String) throws {
    let network = try ModelRegistry.builtInNetwork(name)
    let bytes = try network.onnx(metadata: ["tool_version": "1.2.3", "licence": "Apache-2.0"])
    let read = try Network(onnx: bytes)
    #expect(try read.onnx() == bytes)
    #expect(read.parameters == network.parameters)
    #expect(read.metadata["licence"] == "Apache-2.0")
    #expect(read.metadata["recipe"] == network.metadata["recipe"])
    let graph = try ONNXGraph(decoding: bytes)
    #expect(graph.producer == "tinyvmaf 1.2.3")
    #expect(graph.metadata["parameters"] == String(network.architecture.parameterCount))
  }

  @Test(arguments: shapes)
  func graphComputesWhatTheNetworkDoes(_ shape: Shape) throws {
    let network = try shape.network()
    let graph = try ONNXGraph(decoding: try network.onnx())
    let rows = Self.rows(600, of: network.architecture.inputs)
    let expected = network.predict(rows)
    let found: [Float]
    if network.architecture.outputs == 1 {
      found = try graph.predict(rows: rows)
    } else {
      let input = try ONNXTensor(rows, shape: [600, network.architecture.inputs])
      found = try #require(try graph.run([input])[0].reals)
    }
    #expect(found.count == expected.count)
    let largest = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest <= 3e-5)
  }

  @Test func describesItself() throws {
    let graph = try ONNXGraph(decoding: try ModelRegistry.builtInNetwork("tiny-3x128").onnx())
    #expect(graph.inputs == [ONNXPort("features", shape: ["N", 6])])
    #expect(graph.outputs == [ONNXPort("vmaf", shape: ["N"])])
    #expect(graph.operatorSetVersion == 17)
    #expect(try graph.featureCount == 6)
    #expect(
      graph.operators == ["Add", "Clip", "Gemm", "Mul", "Sigmoid", "Squeeze", "Sub"])
    #expect(graph.metadata["architecture"] == "6-128-128-128-1")
    #expect(graph.metadata["activation"] == "silu")
    #expect(graph.metadata["precision"] == "float32")
  }

  @Test func clampsToTheRange() throws {
    let network = try Network(
      architecture: Architecture("1-1"), parameters: [1, 0], range: 0...100)
    let graph = try ONNXGraph(decoding: try network.onnx())
    #expect(try graph.predict(rows: [-5, 5, 500, .infinity]) == [0, 5, 100, 100])
    #expect(try graph.predict(rows: [.nan])[0].isNaN)
  }

  @Test func refusesAChangedGraph() throws {
    let network = try Shape(text: "2x16").network()
    var model = try WireModel(decoding: network.onnx())
    let sums = model.graph.nodes.firstIndex { $0.operator == "Sub" }
    model.graph.nodes[try #require(sums)].operator = "Add"
    let bytes = try model.encoded()
    #expect(throws: ONNXError.self) { try Network(onnx: bytes) }
    // As a graph it is fine, and other scores show the change.
    let rows = Self.rows(4, of: 6)
    #expect(try ONNXGraph(decoding: bytes).predict(rows: rows) != network.predict(rows))
  }

  @Test func refusesMissingAndMisshapenParts() throws {
    let bytes = try Shape(text: "2x16").network().onnx()
    func reading(_ change: (inout WireModel) -> Void) throws -> Network {
      var model = try WireModel(decoding: bytes)
      change(&model)
      return try Network(onnx: try model.encoded())
    }
    #expect(throws: ONNXError.self) { try reading { $0.properties.removeAll() } }
    #expect(throws: ONNXError.self) { try reading { $0.graph.initializers.removeLast() } }
    #expect(throws: ONNXError.self) { try reading { $0.graph.initializers[3].shape = [16, 6] } }
    #expect(throws: ONNXError.self) { try reading { $0.producerName = "other" } }
    #expect(throws: ArchitectureError.self) {
      try reading { model in
        for index in model.properties.indices where model.properties[index].key == "architecture" {
          model.properties[index].value = "6-99999999-1"
        }
      }
    }
  }
}
