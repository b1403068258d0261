import Processor

/// The orthogonal factor of a square matrix's QR decomposition, by Householder reflections.
///
/// Column signs are chosen so that the triangular factor's diagonal is not negative, which makes
/// the factor continuous in the matrix. Golub and Van Loan, Matrix Computations, section 5.2. Both
/// products of a reflection run on the vector kernels.
final class HouseholderQR {
  private let size: Int
  private let set: InstructionSet
  private let work: AlignedBuffer<Float>
  private let reflectors: AlignedBuffer<Float>
  private let factors: AlignedBuffer<Float>
  private let product: AlignedBuffer<Float>
  private let scaled: AlignedBuffer<Float>

  init(size: Int, on set: InstructionSet) {
    self.size = size
    self.set = set
    work = AlignedBuffer(count: size * size, repeating: 0)
    reflectors = AlignedBuffer(count: size * size, repeating: 0)
    factors = AlignedBuffer(count: size, repeating: 0)
    product = AlignedBuffer(count: size, repeating: 0)
    scaled = AlignedBuffer(count: size, repeating: 0)
  }

  /// Writes the orthogonal factor of `matrix` into `result`; both have contiguous rows.
  func orthogonalFactor(
    of matrix: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    let n = size
    work.copy(from: matrix)
    var signs = [Float](repeating: 1, count: n)
    for j in 0..<n {
      // The reflector of column j stands in row j of `reflectors`, from index j on.
      let v = reflectors.base + j * n
      var squares = 0.0
      for i in j..<n {
        v[i] = work.base[i * n + j]
        squares += Double(v[i]) * Double(v[i])
      }
      guard squares > 0 else {
        factors.base[j] = 0
        continue
      }
      // Scaled to unit length first: columns of a nearly singular matrix can be tiny.
      let scale = 1 / squares.squareRoot()
      for i in j..<n { v[i] = Float(Double(v[i]) * scale) }
      signs[j] = v[j] >= 0 ? -1 : 1
      v[j] -= signs[j]
      var length = 0.0
      for i in j..<n { length += Double(v[i]) * Double(v[i]) }
      factors.base[j] = Float(2 / length)
      reflect(work.base, reflector: j, columns: j + 1..<n)
    }
    for index in 0..<n * n { result[index] = 0 }
    for i in 0..<n { result[i * n + i] = 1 }
    for j in stride(from: n - 1, through: 0, by: -1) where factors.base[j] != 0 {
      reflect(result, reflector: j, columns: j..<n)
    }
    for row in 0..<n { for column in 0..<n { result[row * n + column] *= signs[column] } }
  }

  /// `A = A - (f v) (v' A)` on the rows from j and the given columns.
  private func reflect(
    _ matrix: UnsafeMutablePointer<Float>, reflector j: Int, columns: Range<Int>
  ) {
    guard !columns.isEmpty else { return }
    let n = size
    let v = reflectors.base + j * n
    let corner = matrix + j * n + columns.lowerBound
    Float.compute(
      MatrixProduct(
        rows: 1, columns: columns.count, depth: n - j, a: UnsafePointer(v + j), aRowStride: 0,
        b: UnsafePointer(corner), bStride: n, c: product.base, cStride: n), on: set)
    for i in j..<n { scaled.base[i] = -factors.base[j] * v[i] }
    Float.compute(
      MatrixProduct(
        rows: n - j, columns: columns.count, depth: 1, a: UnsafePointer(scaled.base + j),
        aRowStride: 1, b: UnsafePointer(product.base), bStride: n, c: corner, cStride: n,
        accumulate: true), on: set)
  }
}
