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
    return features.withUnsafeBufferPointer { features in
      supportVectors.withUnsafeBufferPointer { vectors in
        switch kernel {
        case .radialBasis(let gamma): radialSum(features, vectors, gamma: gamma) - offset
        case .linear: linearSum(features, vectors) - offset
        }
      }
    }
  }

  private func radialSum(
    _ features: UnsafeBufferPointer<Double>, _ vectors: UnsafeBufferPointer<Double>, gamma: Double
  ) -> Double {
    var sum = 0.0
    var position = 0
    for coefficient in coefficients {
      var distance = 0.0
      for feature in features {
        let difference = feature - vectors[position]
        distance += difference * difference
        position += 1
      }
      sum += coefficient * exp(-gamma * distance)
    }
    return sum
  }

  private func linearSum(
    _ features: UnsafeBufferPointer<Double>, _ vectors: UnsafeBufferPointer<Double>
  ) -> Double {
    var sum = 0.0
    var position = 0
    for coefficient in coefficients {
      var product = 0.0
      for feature in features {
        product += feature * vectors[position]
        position += 1
      }
      sum += coefficient * product
    }
    return sum
  }
}
