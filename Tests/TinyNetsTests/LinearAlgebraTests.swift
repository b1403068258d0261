import Processor
import Testing

@testable import TinyNets

@Suite struct LinearAlgebraTests {
  /// A random symmetric matrix; with a rank below n it is singular.
  static func symmetric(_ n: Int, rank: Int) -> [Double] {
    var generator = SeededGenerator(seed: UInt64(n * 100 + rank))
    let factor = (0..<n * rank).map { _ in generator.normal() }
    var matrix = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        for k in 0..<rank { matrix[i * n + j] += factor[i * rank + k] * factor[j * rank + k] }
      }
    }
    return matrix
  }

  static func largestDefect(ofOrthogonality q: [Double], _ n: Int) -> Double {
    var worst = 0.0
    for i in 0..<n {
      for j in 0..<n {
        var sum = i == j ? -1.0 : 0.0
        for k in 0..<n { sum += q[k * n + i] * q[k * n + j] }
        worst = max(worst, abs(sum))
      }
    }
    return worst
  }

  @Test(arguments: [(1, 1), (2, 2), (6, 6), (12, 5), (9, 0)])
  func eigenvectorsDiagonalise(_ n: Int, _ rank: Int) {
    let matrix = Self.symmetric(n, rank: rank)
    let q = symmetricEigenvectors(matrix, size: n)
    #expect(Self.largestDefect(ofOrthogonality: q, n) < 1e-12)
    var previous = Double.infinity
    for j in 0..<n {
      var product = [Double](repeating: 0, count: n)
      for i in 0..<n { for k in 0..<n { product[i] += matrix[i * n + k] * q[k * n + j] } }
      let value = (0..<n).reduce(0) { $0 + product[$1] * q[$1 * n + j] }
      for i in 0..<n { #expect(abs(product[i] - value * q[i * n + j]) < 1e-9) }
      #expect(value <= previous + 1e-9)
      previous = value
    }
  }

  @Test(arguments: [(1, 1), (3, 3), (20, 20), (16, 4), (5, 0)], InstructionSet.supported)
  func orthogonalFactorIsOrthogonalAndSpansTheColumns(
    _ shape: (n: Int, rank: Int), _ set: InstructionSet
  ) {
    let n = shape.n
    let matrix = Self.symmetric(n, rank: shape.rank)
    let input = AlignedBuffer<Float>(copying: matrix.map { Float($0) * 1e-18 }, or: 0)
    let output = AlignedBuffer<Float>(count: n * n, repeating: 0)
    HouseholderQR(size: n, on: set).orthogonalFactor(of: input.base, into: output.base)
    let q = output.values.map(Double.init)
    #expect(Self.largestDefect(ofOrthogonality: q, n) < 1e-5)
    // Q' A is upper triangular with a diagonal that is not negative.
    let size = matrix.reduce(1) { max($0, abs($1)) }
    for i in 0..<n {
      for j in 0...i {
        let r = (0..<n).reduce(0) { $0 + q[$1 * n + i] * matrix[$1 * n + j] }
        if j < i { #expect(abs(r) < 1e-4 * size) } else { #expect(r > -1e-4 * size) }
      }
    }
  }

  @Test func choleskySolves() throws {
    let n = 7
    let matrix = Self.symmetric(n, rank: n)
    let expected = (0..<n).map { Double($0) - 2.5 }
    let b = (0..<n).map { i in (0..<n).reduce(0) { $0 + matrix[i * n + $1] * expected[$1] } }
    let work = AlignedBuffer<Double>(copying: matrix, or: 0)
    let x = try #require(solveByCholesky(work.base, b))
    for (a, e) in zip(x, expected) { #expect(abs(a - e) < 1e-6) }
    let singular = AlignedBuffer<Double>(count: 4, repeating: 0)
    #expect(solveByCholesky(singular.base, [1, 1]) == nil)
  }

  @Test func cosineIsTheCosine() {
    let points: [(Double, Double)] = [
      (0, 1), (0.25, 0.5.squareRoot()), (1.0 / 3, 0.5), (0.5, 0), (0.75, -(0.5.squareRoot())),
      (1, -1),
    ]
    for (x, expected) in points { #expect(abs(cosineOfPi(x) - expected) < 1e-14) }
  }
}
