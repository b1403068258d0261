import Processor

/// Inner products of the rows of a Jacobian: how alike clips are to the parameters.
///
/// Products are summed in single precision over pieces of 1,024 columns and in double precision
/// over the pieces, in their order, so that every instruction set gives the same bits.
struct GramMatrix: Sendable {
  let size: Int
  /// The whole symmetric matrix, row by row.
  private(set) var values: [Double]

  private static let piece = 1_024

  /// - Parameters:
  ///   - jacobian: `size` rows of `dimension` numbers.
  init(
    _ jacobian: UnsafePointer<Float>, size: Int, dimension: Int, on set: InstructionSet
  ) {
    self.size = size
    values = [Double](repeating: 0, count: size * size)
    let transposed = AlignedBuffer<Float>(count: size * Self.piece, repeating: 0)
    let product = AlignedBuffer<Float>(count: size * size, repeating: 0)
    for start in stride(from: 0, to: dimension, by: Self.piece) {
      let depth = min(Self.piece, dimension - start)
      for row in 0..<size {
        for k in 0..<depth {
          transposed.base[k * size + row] = jacobian[row * dimension + start + k]
        }
      }
      Float.compute(
        MatrixProduct(
          rows: size, columns: size, depth: depth, a: jacobian + start, aRowStride: dimension,
          b: UnsafePointer(transposed.base), bStride: size, c: product.base, cStride: size),
        on: set)
      for index in values.indices { values[index] += Double(product.base[index]) }
    }
  }

  /// The mean of the diagonal over some rows.
  func meanSquare(of rows: [Int]) -> Double {
    rows.reduce(0) { $0 + values[$1 * size + $1] } / Double(rows.count)
  }

  /// Solves `(K + penalty / weights) x = b` over some rows, or `nil` where that is singular.
  func solve(_ rows: [Int], weights: [Double], penalty: Double, _ b: [Double]) -> [Double]? {
    let n = rows.count
    let system = AlignedBuffer<Double>(count: n * n, repeating: 0)
    for i in 0..<n {
      for j in 0..<n { system.base[i * n + j] = values[rows[i] * size + rows[j]] }
      system.base[i * n + i] += penalty / weights[i]
    }
    return solveByCholesky(system.base, b)
  }

  /// `K[row, columns] . x`.
  func product(row: Int, columns: [Int], _ x: [Double]) -> Double {
    var sum = 0.0
    for (column, value) in zip(columns, x) { sum += values[row * size + column] * value }
    return sum
  }
}
