import Processor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Double: NetworkScalar {
  static func exponential(_ x: Double) -> Double { exp(min(max(x, -700), 700)) }

  static func compute(_ product: MatrixProduct<Double>, on set: InstructionSet) {
    product.computeScalar()
  }
}
