import Foundation
import Testing

@testable import ModelPackage

/// Every operator against values worked out by hand or with Foundation.
@Suite struct ONNXOperatorTests {
  typealias Value = ONNXGraphBuilder.Value

  /// The output of a graph of `[N, width]` rows.
  static func run(
    _ rows: [Float], width: Int, version: Int = 17,
    _ build: (inout ONNXGraphBuilder, Value) -> Value
  ) throws -> ONNXTensor {
    var graph = ONNXGraphBuilder(name: "test")
    let x = graph.input(ONNXPort("x", shape: ["N", .fixed(width)]))
    graph.output(build(&graph, x), shape: [""])
    var model = try graph.model(metadata: [:])
    model.operatorSets[0].version = Int64(version)
    return try ONNXGraph(model).run([ONNXTensor(rows, shape: [rows.count / width, width])])[0]
  }

  static func unary(
    _ name: String, _ rows: [Float], attributes: [String: ONNXGraphBuilder.Attribute] = [:]
  ) throws -> [Float] {
    try run(rows, width: rows.count) { graph, x in
      graph.apply(name, x, attributes: attributes)
    }.reals ?? []
  }

  static let functions: [String: @Sendable (Double) -> Double] = [
    "Relu": { $0 < 0 ? 0 : $0 },
    "Sigmoid": { 1 / (1 + exp(-$0)) },
    "Tanh": { tanh($0) },
    "Erf": { erf($0) },
    "Exp": { exp($0) },
    "Abs": { abs($0) },
    "Neg": { -$0 },
    "Reciprocal": { 1 / $0 },
    "Softplus": { log(1 + exp($0)) },
    "LeakyRelu": { $0 < 0 ? Double(Float(0.01)) * $0 : $0 },
    "Elu": { $0 < 0 ? exp($0) - 1 : $0 },
    "Gelu": { $0 * 0.5 * (1 + erf($0 / 2.0.squareRoot())) },
    "Identity": { $0 },
  ]

  @Test(arguments: functions.keys.sorted())
  func functionOfOneNumber(_ name: String) throws {
    let function = try #require(Self.functions[name])
    let rows: [Float] = [-6, -1.5, -0.25, 0.125, 0.5, 1, 2.75, 8]
    for (found, row) in zip(try Self.unary(name, rows), rows) {
      let expected = Float(function(Double(row)))
      #expect(abs(found - expected) <= expected.ulp, "\(name) of \(row)")
    }
  }

  @Test func functionsOfPositiveNumbers() throws {
    #expect(try Self.unary("Sqrt", [4, 2.25, 0]) == [2, 1.5, 0])
    #expect(try Self.unary("Log", [1, 0]) == [0, -.infinity])
  }

  @Test func geluInItsTanhForm() throws {
    let found = try Self.unary("Gelu", [1.5], attributes: ["approximate": .text("tanh")])
    let inner = (2 / Double.pi).squareRoot() * (1.5 + 0.044715 * 3.375)
    #expect(abs(Double(found[0]) - 0.75 * (1 + tanh(inner))) < 1e-7)
    #expect(throws: ONNXError.self) {
      try Self.unary("Gelu", [1], attributes: ["approximate": .text("cubic")])
    }
  }

  @Test func arithmeticRepeatsExtentsOfOne() throws {
    func result(_ name: String, _ values: [Float], _ shape: [Int]) throws -> [Float] {
      let tensor = try ONNXTensor(values, shape: shape)
      return try Self.run([1, 2, 3, 4, 5, 6], width: 3) { graph, x in
        graph.apply(name, x, graph.constant("c", tensor))
      }.reals ?? []
    }
    #expect(try result("Add", [10, 20, 30], [3]) == [11, 22, 33, 14, 25, 36])
    #expect(try result("Sub", [1, 2], [2, 1]) == [0, 1, 2, 2, 3, 4])
    #expect(try result("Mul", [2], []) == [2, 4, 6, 8, 10, 12])
    #expect(try result("Div", [2], [1, 1, 1]) == [0.5, 1, 1.5, 2, 2.5, 3])
    #expect(try result("Pow", [2], [1]) == [1, 4, 9, 16, 25, 36])
    #expect(try result("Min", [3, 3, 3], [1, 3]) == [1, 2, 3, 3, 3, 3])
    #expect(try result("Max", [3], []) == [3, 3, 3, 4, 5, 6])
    #expect(throws: ONNXError.self) { try result("Add", [1, 2], [2]) }
  }

  @Test func clipKeepsNaNAndTakesLimitsInBothForms() throws {
    let rows: [Float] = [-3, 0.5, 9, .nan]
    let found = try Self.run(rows, width: 4) { graph, x in
      graph.apply(
        "Clip", x, graph.constant("low", ONNXTensor(reals: [-1], shape: [])),
        graph.constant("high", ONNXTensor(reals: [1], shape: [])))
    }
    #expect(found.reals?.prefix(3) == [-1, 0.5, 1])
    #expect(found.reals?[3].isNaN == true)
    let older = try Self.run(rows, width: 4, version: 7) { graph, x in
      graph.apply("Clip", x, attributes: ["min": .real(-1), "max": .real(1)])
    }
    #expect(older.reals?.prefix(3) == [-1, 0.5, 1])
    let open = try Self.run(rows, width: 4) { graph, x in
      graph.apply("Clip", x, nil, graph.constant("high", ONNXTensor(reals: [1], shape: [])))
    }
    #expect(open.reals?.prefix(3) == [-3, 0.5, 1])
  }

  @Test(arguments: [false, true])
  func gemmScalesTransposesAndAdds(_ transposed: Bool) throws {
    // [1 2; 3 4] [1 10; 100 1000] = [201 2010; 403 4030]
    let weights: [Float] = transposed ? [1, 100, 10, 1000] : [1, 10, 100, 1000]
    let found = try Self.run([1, 2, 3, 4], width: 2) { graph, x in
      graph.apply(
        "Gemm", x, graph.constant("w", ONNXTensor(reals: weights, shape: [2, 2])),
        graph.constant("b", ONNXTensor(reals: [2, 4], shape: [2])),
        attributes: ["alpha": .real(2), "beta": .real(0.5), "transB": .integer(transposed ? 1 : 0)])
    }
    #expect(found == ONNXTensor(reals: [403, 4022, 807, 8062], shape: [2, 2]))
    let flipped = try Self.run([1, 3, 2, 4], width: 2) { graph, x in
      graph.apply(
        "Gemm", x, graph.constant("w", ONNXTensor(reals: [1, 10, 100, 1000], shape: [2, 2])),
        attributes: ["transA": .integer(1)])
    }
    #expect(flipped.reals == [201, 2010, 403, 4030])
  }

  @Test func matMulGoesThroughBatches() throws {
    let x = (0..<24).map { Float($0) }
    func product(_ shape: [Int], _ other: [Int]) throws -> ONNXTensor {
      var graph = ONNXGraphBuilder(name: "test")
      let a = graph.input(ONNXPort("a", shape: shape.map { .fixed($0) }))
      let b = graph.input(ONNXPort("b", shape: other.map { .fixed($0) }))
      graph.output(graph.apply("MatMul", a, b), shape: [""])
      let values = (0..<other.reduce(1, *)).map { Float($0 % 5) - 2 }
      return try ONNXGraph(decoding: graph.encoded()).run([
        ONNXTensor(x, shape: shape), ONNXTensor(values, shape: other),
      ])[0]
    }
    /// By the definition, for equal batches or one on the right.
    func expected(_ batches: Int, _ m: Int, _ k: Int, _ n: Int, shared: Bool) -> [Float] {
      var result: [Float] = []
      for batch in 0..<batches {
        for row in 0..<m {
          for column in 0..<n {
            result.append(
              (0..<k).reduce(0) { sum, inner in
                let place = (shared ? 0 : batch * k * n) + inner * n + column
                return sum + x[(batch * m + row) * k + inner] * (Float(place % 5) - 2)
              })
          }
        }
      }
      return result
    }
    #expect(
      try product([2, 3, 4], [2, 4, 5])
        == ONNXTensor(reals: expected(2, 3, 4, 5, shared: false), shape: [2, 3, 5]))
    #expect(
      try product([2, 2, 2, 3], [3, 2])
        == ONNXTensor(reals: expected(4, 2, 3, 2, shared: true), shape: [2, 2, 2, 2]))
    #expect(
      try product([6, 4], [4]) == ONNXTensor(reals: expected(1, 6, 4, 1, shared: true), shape: [6]))
    #expect(try product([2, 3, 4], [1, 4, 1]).shape == [2, 3, 1])
    #expect(throws: ONNXError.self) { try product([2, 3, 4], [3, 4, 5]) }
    #expect(throws: ONNXError.self) { try product([2, 3, 4], [5, 4]) }
  }

  @Test func softmaxAlongAnAxis() throws {
    let rows: [Float] = [1, 2, 3, 1000, 1001, 1002]
    let found = try Self.run(rows, width: 3) { graph, x in graph.apply("Softmax", x) }
    let powers: [Double] = [1, exp(1.0), exp(2.0)]
    let sum = powers[0] + powers[1] + powers[2]
    for (index, value) in (found.reals ?? []).enumerated() {
      let expected = powers[index % 3] / sum
      #expect(abs(Double(value) - expected) < 1e-7)
    }
    let down = try Self.run([0, 5, 0, 5], width: 2) { graph, x in
      graph.apply("Softmax", x, attributes: ["axis": .integer(0)])
    }
    #expect(down.reals == [0.5, 0.5, 0.5, 0.5])
  }

  @Test func reductionsKeepOrDropDimensions() throws {
    let rows: [Float] = [1, 2, 3, 4, 5, 6]
    let mean = try Self.run(rows, width: 3) { graph, x in
      graph.apply("ReduceMean", x, attributes: ["axes": .integers([-1])])
    }
    #expect(mean == ONNXTensor(reals: [2, 5], shape: [2, 1]))
    let sum = try Self.run(rows, width: 3) { graph, x in
      graph.apply(
        "ReduceSum", x, graph.constant("axes", integers: [0]),
        attributes: ["keepdims": .integer(0)])
    }
    #expect(sum == ONNXTensor(reals: [5, 7, 9], shape: [3]))
    let all = try Self.run(rows, width: 3) { graph, x in
      graph.apply("ReduceSum", x, attributes: ["keepdims": .integer(0)])
    }
    #expect(all == ONNXTensor(reals: [21], shape: []))
    let none = try Self.run(rows, width: 3) { graph, x in
      graph.apply("ReduceSum", x, attributes: ["noop_with_empty_axes": .integer(1)])
    }
    #expect(none.reals == rows)
  }

  @Test func layerNormalization() throws {
    let found = try Self.run([1, 3, 10, 30], width: 2) { graph, x in
      graph.apply(
        "LayerNormalization", x, graph.constant("scale", ONNXTensor(reals: [1, 2], shape: [2])),
        graph.constant("shift", ONNXTensor(reals: [0, 5], shape: [2])),
        attributes: ["axis": .integer(-1), "epsilon": .real(0)])
    }
    #expect(found.reals == [-1, 7, -1, 7])
  }

  @Test func shapesChange() throws {
    let rows: [Float] = [1, 2, 3, 4, 5, 6]
    func shaped(_ name: String, _ list: [Int]) throws -> ONNXTensor {
      try Self.run(rows, width: 3) { graph, x in
        graph.apply(name, x, graph.constant("list", integers: list))
      }
    }
    #expect(try shaped("Reshape", [3, -1]).shape == [3, 2])
    #expect(try shaped("Reshape", [0, 3, 1]).shape == [2, 3, 1])
    #expect(throws: ONNXError.self) { try shaped("Reshape", [4, -1]) }
    #expect(throws: ONNXError.self) { try shaped("Reshape", [-1, -1]) }
    #expect(throws: ONNXError.self) { try shaped("Reshape", [-1, 0, 0, 0]) }
    #expect(try shaped("Unsqueeze", [0, -1]).shape == [1, 2, 3, 1])
    #expect(throws: ONNXError.self) { try shaped("Unsqueeze", [0, 0]) }
    #expect(throws: ONNXError.self) { try shaped("Squeeze", [0]) }
    #expect(throws: ONNXError.self) { try shaped("Squeeze", [7]) }
    let turned = try Self.run(rows, width: 3) { graph, x in graph.apply("Transpose", x) }
    #expect(turned == ONNXTensor(reals: [1, 4, 2, 5, 3, 6], shape: [3, 2]))
    let flat = try Self.run(rows, width: 3) { graph, x in
      graph.apply("Flatten", x, attributes: ["axis": .integer(0)])
    }
    #expect(flat.shape == [1, 6])
  }

  @Test func transposeOfThreeDimensions() throws {
    let found = try Self.run((0..<12).map { Float($0) }, width: 6) { graph, x in
      let cube = graph.apply("Reshape", x, graph.constant("s", integers: [2, 2, 3]))
      return graph.apply("Transpose", cube, attributes: ["perm": .integers([2, 0, 1])])
    }
    #expect(found.shape == [3, 2, 2])
    #expect(found.reals == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
  }

  @Test func concatJoinsAlongAnAxis() throws {
    let rows: [Float] = [1, 2, 3, 4]
    func joined(_ axis: Int) throws -> ONNXTensor {
      try Self.run(rows, width: 2) { graph, x in
        graph.apply("Concat", x, graph.apply("Neg", x), attributes: ["axis": .integer(axis)])
      }
    }
    #expect(try joined(1) == ONNXTensor(reals: [1, 2, -1, -2, 3, 4, -3, -4], shape: [2, 4]))
    #expect(try joined(-2) == ONNXTensor(reals: [1, 2, 3, 4, -1, -2, -3, -4], shape: [4, 2]))
    #expect(throws: ONNXError.self) { try joined(2) }
  }

  @Test func whereChoosesByATruthValue() throws {
    let found = try Self.run([0, 1, 2, 0], width: 2) { graph, x in
      let holds = graph.apply("Cast", x, attributes: ["to": .integer(9)])
      let nan = graph.constant("nan", ONNXTensor(reals: [.nan], shape: []))
      let chosen = graph.apply("Where", holds, x, nan)
      return graph.apply(
        "Where", holds, chosen, graph.constant("z", ONNXTensor(reals: [7], shape: [1])))
    }
    #expect(found.reals == [7, 1, 2, 7])
  }

  @Test func castsRoundAndRefuse() throws {
    func there(_ type: ONNXElementType, _ rows: [Float]) throws -> [Float] {
      try Self.run(rows, width: rows.count) { graph, x in
        let cast = graph.apply("Cast", x, attributes: ["to": .integer(type.rawValue)])
        return graph.apply("Cast", cast, attributes: ["to": .integer(1)])
      }.reals ?? []
    }
    #expect(try there(.int8, [-1.9, 127, 0.5]) == [-1, 127, 0])
    #expect(try there(.float16, [1.0004883, 70_000, 1e-8]) == [1, .infinity, 0])
    #expect(try there(.bool, [-3, 0]) == [1, 0])
    #expect(throws: ONNXError.self) { try there(.uint8, [-1]) }
    #expect(throws: ONNXError.self) { try there(.int64, [.nan]) }
    #expect(throws: ONNXError.self) { try there(.int64, [1e30]) }
  }

  @Test func quantisationRoundsToEvenAndSaturates() throws {
    let rows: [Float] = [-1, 0, 0.25, 0.75, 1.25, 300]
    let found = try Self.run(rows, width: 6) { graph, x in
      let step = graph.constant("step", ONNXTensor(reals: [0.5], shape: []))
      let zero = graph.constant("zero", ONNXTensor(.uint8, shape: [], .integers([10])))
      return graph.apply("QuantizeLinear", x, step, zero)
    }
    #expect(found.elementType == .uint8)
    #expect(found.integers == [8, 10, 10, 12, 12, 255])
    let back = try Self.run([1, 2], width: 2) { graph, x in
      let steps = graph.constant("steps", ONNXTensor(reals: [0.5, 3], shape: [2]))
      let levels = graph.constant(
        "levels", ONNXTensor(.int8, shape: [2, 2], .integers([-128, 127, 2, -1])))
      let numbers = graph.apply("DequantizeLinear", levels, steps)
      return graph.apply("Add", x, numbers)
    }
    #expect(back.reals == [-63, 383, 2, -1])
  }

  @Test func halfPrecisionIsThatOfTheProcessor() {
    #if !(os(macOS) && arch(x86_64))
      for pattern in UInt16.min...UInt16.max {
        let expected = Float(Float16(bitPattern: pattern))
        let found = HalfPrecision.value(pattern)
        #expect(found == expected || (found.isNaN && expected.isNaN))
        if !expected.isNaN { #expect(HalfPrecision.bits(expected) == pattern) }
      }
      // Every exponent, with mantissas at and beside the ties.
      for high in UInt32(0)..<512 {
        for low: UInt32 in [0, 1, 0xfff, 0x1000, 0x1001, 0x2fff, 0x3000, 0x3001, 0x7f_ffff] {
          let value = Float(bitPattern: high << 23 | low)
          guard !value.isNaN else { continue }
          #expect(HalfPrecision.bits(value) == Float16(value).bitPattern, "\(value)")
        }
      }
    #endif
  }
}
