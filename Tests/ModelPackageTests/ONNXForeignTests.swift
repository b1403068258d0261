import Foundation
import Testing
import TinyNets

@testable import ModelPackage

/// Models as other programs write them.
@Suite struct ONNXForeignTests {
  /// A regressor of PyTorch's shape: Sub, Div, Gemm with transposed weights, Relu, Squeeze.
  @Test(arguments: [true, false])
  func standardisedReluRegressor(_ squeezes: Bool) throws {
    let network = try NetworkONNXTests.Shape(text: "6-16-8-1", activation: .relu, range: nil)
      .network()
    var graph = ONNXGraphBuilder(name: "main_graph")
    var value = graph.input(ONNXPort("features", shape: ["batch", 6]))
    func constant(_ name: String, _ values: [Float], _ shape: [Int]) -> ONNXGraphBuilder.Value {
      graph.constant(name, ONNXTensor(reals: values, shape: shape))
    }
    value = graph.apply("Sub", value, constant("mean", network.inputMean, [1, 6]))
    value = graph.apply("Div", value, constant("std", network.inputScale.map { 1 / $0 }, [1, 6]))
    let layers = network.architecture.layers
    for (index, layer) in layers.enumerated() {
      var weights: [Float] = []
      for output in 0..<layer.outputs {
        for input in 0..<layer.inputs {
          weights.append(network.parameters[layer.offset + input * layer.outputs + output])
        }
      }
      value = graph.apply(
        "Gemm", value, constant("w\(index)", weights, [layer.outputs, layer.inputs]),
        constant("b\(index)", Array(network.parameters[layer.biases]), [layer.outputs]),
        attributes: ["transB": .integer(1), "alpha": .real(1), "beta": .real(1)])
      if index < layers.count - 1 { value = graph.apply("Relu", value) }
    }
    value = graph.apply("Mul", value, constant("gain", network.outputScale, []))
    value = graph.apply("Add", value, constant("offset", network.outputOffset, [1]))
    if squeezes { value = graph.apply("Squeeze", value, graph.constant("axes", integers: [-1])) }
    graph.output(value, shape: squeezes ? ["batch"] : ["batch", 1])

    let rows = NetworkONNXTests.rows(1_000, of: 6)
    let scores = try ONNXGraph(decoding: graph.encoded()).predict(rows: rows)
    for (found, expected) in zip(scores, network.predict(rows)) {
      #expect(abs(found - expected) < 1e-3)
    }
    // Rows score alike alone and together.
    let graphAgain = try ONNXGraph(decoding: graph.encoded())
    #expect(try graphAgain.predict(rows: Array(rows[30..<36])) == [scores[5]])
  }

  /// GELU as exporters spell it where there is no such operator.
  @Test func geluFromErf() throws {
    let rows: [Float] = [-2, -0.5, 0, 0.5, 1, 3]
    let found = try ONNXOperatorTests.run(rows, width: 6) { graph, x in
      func constant(_ name: String, _ value: Float) -> ONNXGraphBuilder.Value {
        graph.constant(name, ONNXTensor(reals: [value], shape: []))
      }
      let scaled = graph.apply("Div", x, constant("root", Float(2).squareRoot()))
      let shifted = graph.apply("Add", graph.apply("Erf", scaled), constant("one", 1))
      return graph.apply("Mul", graph.apply("Mul", x, shifted), constant("half", 0.5))
    }
    for (value, row) in zip(try #require(found.reals), rows) {
      let expected = Double(row) * 0.5 * (1 + erf(Double(row) / 2.0.squareRoot()))
      #expect(abs(Double(value) - expected) < 1e-6)
    }
  }

  @Test func secondInputIsNamed() throws {
    var graph = ONNXGraphBuilder(name: "codec")
    let features = graph.input(ONNXPort("features", shape: ["N", 6]))
    let codec = graph.input(ONNXPort("codec_onehot", shape: ["N", 14]))
    let both = graph.apply("Concat", features, codec, attributes: ["axis": .integer(1)])
    graph.output(
      graph.apply(
        "ReduceMean", both, attributes: ["axes": .integers([1]), "keepdims": .integer(0)]),
      shape: ["N"])
    let read = try ONNXGraph(decoding: graph.encoded())
    #expect(throws: ONNXError.secondInput("codec_onehot")) { try read.featureCount }
    #expect(throws: ONNXError.secondInput("codec_onehot")) {
      try read.predict(rows: [1, 2, 3, 4, 5, 6])
    }
    #expect("\(ONNXError.secondInput("codec_onehot"))".contains("'codec_onehot'"))
    // With both inputs it runs.
    let result = try read.run([
      ONNXTensor([1, 2, 3, 4, 5, 5], shape: [1, 6]),
      ONNXTensor([Float](repeating: 0, count: 14), shape: [1, 14]),
    ])
    #expect(result[0].reals == [1])
  }

  @Test func unknownOperatorIsNamed() throws {
    var graph = ONNXGraphBuilder(name: "picture")
    let x = graph.input(ONNXPort("x", shape: ["N", 1, 224, 224]))
    graph.output(graph.apply("Conv", x), shape: ["N"])
    #expect(throws: ONNXError.unsupportedOperator("Conv")) { try graph.encoded() }
    #expect("\(ONNXError.unsupportedOperator("Conv"))".contains("'Conv'"))
    var model = try graph.model(metadata: [:])
    model.graph.nodes[0].operator = "Relu"
    model.graph.nodes[0].domain = "com.microsoft"
    #expect(throws: ONNXError.unsupportedOperator("com.microsoft.Relu")) { try ONNXGraph(model) }
  }

  @Test func rowsMustNotMix() throws {
    var graph = ONNXGraphBuilder(name: "mixed")
    let x = graph.input(ONNXPort("x", shape: ["N", 1]))
    graph.output(graph.apply("Softmax", x, attributes: ["axis": .integer(0)]), shape: ["N", 1])
    let read = try ONNXGraph(decoding: graph.encoded())
    #expect(throws: ONNXError.notAScorer("a row's output depends on the other rows")) {
      try read.predict(rows: [1, 2])
    }
  }

  @Test func batchOfOneIsRunRowByRow() throws {
    var graph = ONNXGraphBuilder(name: "single")
    let x = graph.input(ONNXPort("x", shape: [1, 2]))
    let sum = graph.apply("ReduceSum", x, attributes: ["keepdims": .integer(0)])
    graph.output(sum, shape: [])
    let read = try ONNXGraph(decoding: graph.encoded())
    #expect(try read.predict(rows: [1, 2, 3, 4, 5, 6]) == [3, 7, 11])
  }

  @Test func chunksDoNotShow() throws {
    let network = try NetworkONNXTests.Shape(text: "2x16").network()
    let graph = try ONNXGraph(decoding: network.onnx())
    let rows = NetworkONNXTests.rows(1_000, of: 6)
    let whole = try graph.predict(rows: rows)
    let pieces = try stride(from: 0, to: 6_000, by: 600).flatMap {
      try graph.predict(rows: Array(rows[$0..<$0 + 600]))
    }
    #expect(whole == pieces)
    #expect(try graph.predict(rows: []) == [])
    #expect(throws: ONNXError.self) { try graph.predict(rows: [1, 2, 3]) }
  }
}
