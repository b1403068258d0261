#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A trained support vector regression: a weighted sum of kernels around support vectors.
///
/// `f(x) = Σ_k c_k K(x, v_k) - ρ`, with `K = exp(-γ |x - v|²)` (radial basis functions) or
/// `K = x · v` (linear). All sums run left to right in double precision, in the order of the
/// support vectors and of the features, and the exponential is the C library's: bit for bit what
/// libsvm computes.
///
/// Cost: for n features and m vectors, m (3 n + 2) operations and m exponentials.
public struct SupportVectorRegressor: Hashable, Sendable {
  /// How similar two vectors are.
  public enum Kernel: Hashable, Sendable {
    /// The inner product.
    case linear
    /// `exp(-gamma |x - v|²)`.
    case radialBasis(gamma: Double)
  }

  /// The kernel.
  public let kernel: Kernel
  /// What is subtracted from the sum (ρ).
  public let offset: Double
  /// The number of features.
  public let dimension: Int
  /// One weight per support vector.
  public let coefficients: [Double]
  /// The support vectors, one after the other, `dimension` values each.
  public let supportVectors: [Double]

  /// The regression's value for one vector of `dimension` features.
  public func predict(_ features: [Double]) -> Double {
    precondition(features.count == dimension, "a regression over \(dimension) features")
    var sum = 0.0
    var position = 0
    for coefficient in coefficients {
      var inner = 0.0
      switch kernel {
      case .radialBasis(let gamma):
        for feature in features {
          let difference = feature - supportVectors[position]
          inner += difference * difference
          position += 1
        }
        sum += coefficient * exp(-gamma * inner)
      case .linear:
        for feature in features {
          inner += feature * supportVectors[position]
          position += 1
        }
        sum += coefficient * inner
      }
    }
    return sum - offset
  }
}
