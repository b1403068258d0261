import Foundation
import Testing
import TinyNets

@testable import ModelPackage

/// Files that are damaged, or made to harm.
@Suite struct ONNXHostileTests {
  static func small() throws -> WireModel {
    try WireModel(decoding: NetworkONNXTests.Shape(text: "6-3-1").network().onnx())
  }

  /// Reads a changed file; it must be read or refused with an `ONNXError`, and nothing else.
  static func survives(_ bytes: [UInt8]) {
    do {
      let graph = try ONNXGraph(decoding: bytes)
      _ = try graph.predict(rows: [Float](repeating: 0.5, count: 12))
    } catch {
      #expect(!error.description.isEmpty)
    }
    do {
      _ = try Network(onnx: bytes)
    } catch {
      #expect(!"\(error)".isEmpty)
    }
  }

  @Test func everyTruncationIsRefusedOrSaysLess() throws {
    let bytes = try Self.small().encoded()
    // Without its last lines of metadata a file is whole but says less; nothing else may pass.
    let whole = try Network(onnx: bytes)
    for length in 0..<bytes.count {
      Self.survives(Array(bytes[..<length]))
      guard let read = try? Network(onnx: Array(bytes[..<length])) else { continue }
      #expect(read.parameters == whole.parameters)
      #expect(read.metadata.count < whole.metadata.count)
    }
  }

  @Test func everyFlippedBitIsReadOrRefused() throws {
    let bytes = try Self.small().encoded()
    for index in bytes.indices {
      for bit in [0, 3, 7] {
        var changed = bytes
        changed[index] ^= 1 << bit
        Self.survives(changed)
      }
    }
  }

  @Test func externalDataIsRefused() throws {
    var model = try Self.small()
    model.graph.initializers[0].location = 1
    model.graph.initializers[0].external = [Data([1, 2])]
    #expect(throws: ONNXError.self) { try ONNXGraph(decoding: model.encoded()) }
    do {
      _ = try ONNXGraph(decoding: model.encoded())
    } catch {
      #expect("\(error)".contains("another file"))
    }
  }

  @Test func functionsSparseConstantsAndVersionsAreRefused() throws {
    func reading(_ change: (inout WireModel) -> Void) throws {
      var model = try Self.small()
      change(&model)
      _ = try ONNXGraph(decoding: model.encoded())
    }
    try reading { _ in }
    #expect(throws: ONNXError.self) { try reading { $0.functions = [Data()] } }
    #expect(throws: ONNXError.self) { try reading { $0.graph.sparseInitializers = [Data()] } }
    #expect(throws: ONNXError.self) { try reading { $0.operatorSets[0].version = 6 } }
    #expect(throws: ONNXError.self) { try reading { $0.operatorSets[0].version = 99 } }
    #expect(throws: ONNXError.self) { try reading { $0.operatorSets = [] } }
    #expect(throws: ONNXError.self) { try reading { $0.operatorSets.append($0.operatorSets[0]) } }
    #expect(throws: ONNXError.self) { try reading { $0.properties.append($0.properties[0]) } }
    #expect(throws: ONNXError.self) { try reading { $0.graph.nodes.swapAt(0, 1) } }
    #expect(throws: ONNXError.self) { try reading { $0.graph.nodes[0].outputs = ["a", "b"] } }
    #expect(throws: ONNXError.self) { try reading { $0.graph.nodes[1].outputs[0] = "features" } }
    #expect(throws: ONNXError.self) { try reading { $0.graph.outputs[0].name = "other" } }
    #expect(throws: ONNXError.self) { try reading { $0.graph.outputs = [] } }
    #expect(throws: ONNXError.self) {
      try reading {
        $0.graph.nodes[0].attributes = [
          WireAttribute(name: "broadcast", .integer(1))
        ]
      }
    }
  }

  @Test(arguments: [
    [-1, 4], [1 << 40, 1 << 40], [0, 1 << 40], [Int.max], [Int.min], [1 << 23, 2],
    [Int](repeating: 1, count: 9),
  ])
  func impossibleShapesAreRefused(_ shape: [Int]) throws {
    var model = try Self.small()
    model.graph.initializers[0].shape = shape.map(Int64.init)
    let bytes = try model.encoded()
    #expect(throws: ONNXError.self) { try ONNXGraph(decoding: bytes) }
  }

  @Test func valuesThatGrowAreRefused() throws {
    // Each product of a column and a row multiplies the size.
    var graph = ONNXGraphBuilder(name: "growth")
    let x = graph.input(ONNXPort("x", shape: ["N", 2]))
    let ones = ONNXTensor(reals: [Float](repeating: 1, count: 4_096), shape: [1, 4_096])
    let row = graph.constant("row", ones)
    let column = graph.apply("Transpose", row)
    let square = graph.apply("MatMul", column, row)
    graph.output(graph.apply("Add", x, square), shape: [""])
    #expect(throws: ONNXError.self) { try graph.encoded() }
  }

  @Test func workThatGrowsIsRefused() throws {
    var graph = ONNXGraphBuilder(name: "work")
    let x = graph.input(ONNXPort("x", shape: ["N", 512]))
    let square = graph.constant(
      "w", ONNXTensor(reals: [Float](repeating: 0, count: 512 * 512), shape: [512, 512]))
    var value = x
    for _ in 0..<300 { value = graph.apply("MatMul", value, square) }
    graph.output(value, shape: ["N", 512])
    let bytes = try graph.model(metadata: [:]).encoded()
    let read = try ONNXGraph(decoding: bytes)
    #expect(throws: ONNXError.self) { try read.predict(rows: [Float](repeating: 0, count: 512)) }
  }

  @Test func filesOfTooManyPartsOrBytesAreRefused() throws {
    let nodes =
      [UInt8](repeating: 0, count: 0) + (0..<200_000).flatMap { _ in [0x0a, 0x00] as [UInt8] }
    // Field 7, the graph, with 200,000 empty nodes and as many again.
    func graph(_ content: [UInt8]) -> [UInt8] {
      var length = content.count
      var bytes: [UInt8] = [0x3a]
      while length >= 128 {
        bytes.append(UInt8(length & 0x7f) | 0x80)
        length >>= 7
      }
      return bytes + [UInt8(length)] + content
    }
    #expect(throws: ONNXError.tooCostly("it has too many parts")) {
      try ONNXGraph(decoding: graph(nodes) + graph(nodes))
    }
    let large = [UInt8](repeating: 0, count: ONNXLimits.fileSize + 1)
    #expect(throws: ONNXError.tooLarge(bytes: large.count)) { try ONNXGraph(decoding: large) }
    #expect(throws: ONNXError.self) { try ONNXGraph(decoding: []) }
  }

  @Test func numbersThatDoNotFillTheirShapeAreRefused() throws {
    var model = try Self.small()
    model.graph.initializers[0].raw.removeLast()
    #expect(throws: ONNXError.self) { try ONNXGraph(model) }
    model = try Self.small()
    model.graph.initializers[0].elementType = 8
    #expect(throws: ONNXError.self) { try ONNXGraph(model) }
    model = try Self.small()
    model.graph.initializers[0].clearRaw()
    model.graph.initializers[0].floats = [1, 2, 3, 4, 5, 6]
    _ = try ONNXGraph(model)
  }
}
