import CKernels
import Processor

/// The number types that the network's arithmetic is written for.
///
/// `Float` is what networks are stored and trained in and has vector kernels. `Double` runs the
/// same generic code and serves to check gradients.
protocol NetworkScalar: BinaryFloatingPoint, Sendable where RawSignificand: Sendable {
  /// e to the power of `x`, with `x` limited so that the result stays finite and normal.
  static func exponential(_ x: Self) -> Self
  /// Computes a product with the kernels of an instruction set.
  static func compute(_ product: MatrixProduct<Self>, on set: InstructionSet)
}

extension Float: NetworkScalar {
  /// e^x within one ulp: the operations of the vector kernels, one by one.
  ///
  /// `x = n ln 2 + r`; e^r comes from a minimax polynomial of degree six.
  static func exponential(_ x: Float) -> Float {
    let limited: Float = x < -87 ? -87 : (x > 88 ? 88 : x)
    let magic: Float = 12_582_912  // 1.5 * 2^23: adding it rounds to an integer
    let shifted = magic.addingProduct(limited, 0x1.715476p+0)
    let n = shifted - magic
    var r = limited.addingProduct(n, -0x1.62e0p-1)
    r = r.addingProduct(n, -0x1.0bfbe8p-15)
    var p: Float = 0x1.6a23cep-10
    p = Float(0x1.123a2p-7).addingProduct(p, r)
    p = Float(0x1.5558f2p-5).addingProduct(p, r)
    p = Float(0x1.555492p-3).addingProduct(p, r)
    p = Float(0x1.fffffcp-2).addingProduct(p, r)
    let e = r.addingProduct(p, r * r) + 1
    return e * Float(bitPattern: (shifted.bitPattern &+ 127) << 23)
  }

  static func compute(_ product: MatrixProduct<Float>, on set: InstructionSet) {
    guard set != .scalar else { return product.computeScalar() }
    var arguments = ck_matrix_product(
      rows: product.rows, columns: product.columns, depth: product.depth,
      a: product.a, a_row_stride: product.aRowStride, a_depth_stride: product.aDepthStride,
      b: product.b, b_stride: product.bStride,
      c: product.c, c_stride: product.cStride,
      bias: product.bias, accumulate: product.accumulate,
      activation: product.activation.kernelValue, slope: product.slope, gate: product.gate)
    switch set {
    case .scalar: break
    case .avx2: ck_matrix_product_avx2(&arguments)
    case .avx512: ck_matrix_product_avx512(&arguments)
    case .neon: ck_matrix_product_neon(&arguments)
    }
  }
}

extension Optional<Activation> {
  fileprivate var kernelValue: ck_activation {
    switch self {
    case nil: CK_LINEAR
    case .relu: CK_RELU
    case .silu: CK_SILU
    case .gelu: CK_GELU
    }
  }
}
