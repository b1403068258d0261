import Processor
import Testing

@testable import TinyNets

/// Every kernel gives the bits of the scalar reference.
@Suite struct MatrixProductTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    var rows: Int
    var columns: Int
    var depth: Int
    var transposed = false
    var testDescription: String { "\(rows)x\(columns)x\(depth)\(transposed ? " transposed" : "")" }
  }

  static let shapes: [Shape] = [
    Shape(rows: 1, columns: 1, depth: 1), Shape(rows: 3, columns: 1, depth: 6),
    Shape(rows: 5, columns: 1, depth: 37), Shape(rows: 13, columns: 1, depth: 64),
    Shape(rows: 1, columns: 64, depth: 9), Shape(rows: 7, columns: 8, depth: 16),
    Shape(rows: 15, columns: 17, depth: 5), Shape(rows: 6, columns: 33, depth: 11),
    Shape(rows: 9, columns: 47, depth: 3), Shape(rows: 16, columns: 32, depth: 6),
    Shape(rows: 6, columns: 20, depth: 19, transposed: true),
    Shape(rows: 11, columns: 1, depth: 21, transposed: true),
  ]

  static let sets = InstructionSet.supported

  @Test(arguments: shapes, sets)
  func equalsScalarBitForBit(_ shape: Shape, _ set: InstructionSet) {
    for activation in [nil] + Activation.allCases.map(Optional.some) {
      for start in 0..<3 {
        for gated in [false, true] {
          let expected = Self.compute(shape, activation, start: start, gated: gated, on: .scalar)
          let found = Self.compute(shape, activation, start: start, gated: gated, on: set)
          #expect(found == expected, "\(String(describing: activation)) start \(start)")
        }
      }
    }
  }

  @Test(arguments: sets)
  func specialValuesAgree(_ set: InstructionSet) {
    let values: [Float] = [
      0, -0.0, 1e-40, -1e-40, 1, -1, 16, -16, 87.5, -87.5, 88.5, -88.5, 500, -500, 3e38, -3e38,
      .infinity, -.infinity, .nan, 0.5, 1e10, -1e10,
    ]
    for activation in Activation.allCases {
      let expected = Self.activate(values, activation, on: .scalar)
      let found = Self.activate(values, activation, on: set)
      for (index, pair) in zip(expected, found).enumerated() {
        let same = pair.0.bitPattern == pair.1.bitPattern || (pair.0.isNaN && pair.1.isNaN)
        #expect(same, "\(activation) at \(index): \(pair)")
      }
    }
  }

  @Test func exponentialIsWithinOneUnit() {
    var worst = 0.0
    for step in -87_000...88_000 where step % 7 == 0 {
      let x = Float(step) / 1_000
      let exact = Double.exponential(Double(x))
      worst = max(worst, abs(Double(Float.exponential(x)) - exact) / Double(Float(exact).ulp))
    }
    #expect(worst < 1)
  }

  @Test func productIsTheProduct() {
    // 2x3 times 3x2, by hand.
    let a: [Float] = [1, 2, 3, 4, 5, 6]
    let b: [Float] = [7, 8, 9, 10, 11, 12]
    var c = [Float](repeating: 0, count: 4)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          Float.compute(
            MatrixProduct(
              rows: 2, columns: 2, depth: 3, a: a, aRowStride: 3, b: b, bStride: 2, c: c,
              cStride: 2), on: .best)
        }
      }
    }
    #expect(c == [58, 64, 139, 154])
  }

  /// C and the slopes, with guard elements around that must stay as they are.
  static func compute(
    _ shape: Shape, _ activation: Activation?, start: Int, gated: Bool, on set: InstructionSet
  ) -> [UInt32] {
    var generator = SeededGenerator(seed: 7, stream: UInt64(shape.rows * 100 + shape.columns))
    func buffer(_ count: Int) -> AlignedBuffer<Float> {
      let buffer = AlignedBuffer<Float>(count: count, repeating: 0)
      for i in 0..<count { buffer.base[i] = Float(generator.normal()) }
      return buffer
    }
    let padding = shape.columns == 1 ? 0 : 3
    let cStride = shape.columns + padding
    let a = buffer(shape.rows * shape.depth)
    let b = buffer(shape.depth * shape.columns)
    let c = buffer(shape.rows * cStride + 8)
    let slope = buffer(shape.rows * cStride + 8)
    let gate = buffer(shape.rows * cStride)
    let bias = buffer(shape.columns)
    Float.compute(
      MatrixProduct(
        rows: shape.rows, columns: shape.columns, depth: shape.depth,
        a: UnsafePointer(a.base), aRowStride: shape.transposed ? 1 : shape.depth,
        aDepthStride: shape.transposed ? shape.rows : 1,
        b: UnsafePointer(b.base), bStride: shape.columns, c: c.base, cStride: cStride,
        bias: start == 1 ? UnsafePointer(bias.base) : nil, accumulate: start == 2,
        activation: activation, slope: activation == nil ? nil : slope.base,
        gate: gated ? UnsafePointer(gate.base) : nil), on: set)
    return (c.values + slope.values).map(\.bitPattern)
  }

  static func activate(
    _ values: [Float], _ activation: Activation, on set: InstructionSet
  ) -> [Float] {
    let a = AlignedBuffer<Float>(copying: values, or: 0)
    let one = AlignedBuffer<Float>(count: 1, repeating: 1)
    let c = AlignedBuffer<Float>(count: values.count * 2, repeating: 0)
    let slope = AlignedBuffer<Float>(count: values.count * 2, repeating: 0)
    Float.compute(
      MatrixProduct(
        rows: 1, columns: values.count, depth: 1, a: UnsafePointer(one.base), aRowStride: 0,
        b: UnsafePointer(a.base), bStride: values.count, c: c.base, cStride: values.count,
        activation: activation, slope: slope.base), on: set)
    return c.values + slope.values
  }
}
