import Processor

/// Adam in the eigenbasis of Shampoo's preconditioner (SOAP, Vyas et al., 2024).
///
/// For each weight matrix with gradient G, `L` and `R` are running means of `G G'` and `G' G`.
/// Their eigenvectors are the bases in which Adam's second moment is kept:
///
///     L = s L + (1 - s) G G'           R = s R + (1 - s) G' G
///     m = b1 m + (1 - b1) G            v = b2 v + (1 - b2) (Q_L' G Q_R)^2
///     W = W - rate Q_L [Q_L' m Q_R / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + e)] Q_R'
///
/// The bases are exact eigenvectors at the first step, and are then turned every few steps by one
/// power iteration, `Q = qr(L Q)`. Biases take plain Adam steps.
final class SOAP: Optimizer {
  private let settings: OptimizerSettings
  private let matrices: [Matrix]
  private let biasMean: AlignedBuffer<Float>
  private let biasSquare: AlignedBuffer<Float>

  init(_ architecture: Architecture, _ settings: OptimizerSettings, on set: InstructionSet) {
    self.settings = settings
    matrices = architecture.layers.map { Matrix($0, settings, on: set) }
    biasMean = AlignedBuffer(count: architecture.parameterCount, repeating: 0)
    biasSquare = AlignedBuffer(count: architecture.parameterCount, repeating: 0)
  }

  var state: [String: AlignedBuffer<Float>] {
    var state = ["soap.biasMean": biasMean, "soap.biasSquare": biasSquare]
    for (index, matrix) in matrices.enumerated() {
      for (name, buffer) in matrix.state { state["soap.\(index).\(name)"] = buffer }
    }
    return state
  }

  func update(
    _ parameters: UnsafeMutablePointer<Float>, workspace: GradientWorkspace, loss: BatchLoss,
    step: Int, rate: Double
  ) {
    let gradient = UnsafePointer(workspace.gradient.base)
    let biases = AdamConstants(
      beta1: settings.beta1, beta2: 0.999, epsilon: settings.epsilon, step: step, rate: rate)
    let weights = AdamConstants(settings, step: step, rate: rate)
    for matrix in matrices {
      let layer = matrix.layer
      decayWeights(parameters, layer, share: rate * settings.weightDecay)
      matrix.update(
        parameters + layer.weights.lowerBound, gradient: gradient + layer.weights.lowerBound,
        step: step, constants: weights)
      let from = layer.biases.lowerBound
      biases.update(
        parameters + from, gradient: gradient + from, mean: biasMean.base + from,
        square: biasSquare.base + from, count: layer.outputs)
    }
  }
}

extension SOAP {
  /// One side's running mean of gradient products and its basis.
  private final class Side {
    let size: Int
    let covariance: AlignedBuffer<Float>
    let basis: AlignedBuffer<Float>
    let transposedBasis: AlignedBuffer<Float>
    private let product: AlignedBuffer<Float>
    private let factorisation: HouseholderQR
    private let set: InstructionSet

    init(size: Int, on set: InstructionSet) {
      self.size = size
      self.set = set
      covariance = AlignedBuffer(count: size * size, repeating: 0)
      basis = AlignedBuffer(count: size * size, repeating: 0)
      transposedBasis = AlignedBuffer(count: size * size, repeating: 0)
      product = AlignedBuffer(count: size * size, repeating: 0)
      factorisation = HouseholderQR(size: size, on: set)
    }

    func setExactBasis() {
      let vectors = symmetricEigenvectors(covariance.values.map(Double.init), size: size)
      for (index, value) in vectors.enumerated() { basis.base[index] = Float(value) }
      transpose(basis.base, rows: size, columns: size, into: transposedBasis.base)
    }

    func turnBasis() {
      Float.compute(
        MatrixProduct(
          rows: size, columns: size, depth: size, a: UnsafePointer(covariance.base),
          aRowStride: size, b: UnsafePointer(basis.base), bStride: size, c: product.base,
          cStride: size), on: set)
      factorisation.orthogonalFactor(of: product.base, into: basis.base)
      transpose(basis.base, rows: size, columns: size, into: transposedBasis.base)
    }
  }

  /// The state of one weight matrix.
  private final class Matrix {
    let layer: Architecture.Layer
    private let settings: OptimizerSettings
    private let set: InstructionSet
    private let left: Side
    private let right: Side
    private let mean: AlignedBuffer<Float>
    private let square: AlignedBuffer<Float>
    private let scaledTranspose: AlignedBuffer<Float>
    private let half: AlignedBuffer<Float>
    private let rotated: AlignedBuffer<Float>

    init(_ layer: Architecture.Layer, _ settings: OptimizerSettings, on set: InstructionSet) {
      self.layer = layer
      self.settings = settings
      self.set = set
      left = Side(size: layer.inputs, on: set)
      right = Side(size: layer.outputs, on: set)
      func buffer() -> AlignedBuffer<Float> {
        AlignedBuffer(count: layer.inputs * layer.outputs, repeating: 0)
      }
      mean = buffer()
      square = buffer()
      scaledTranspose = buffer()
      half = buffer()
      rotated = buffer()
    }

    /// The transposed bases are part of it, so that a restored state needs no finishing.
    var state: [String: AlignedBuffer<Float>] {
      [
        "mean": mean, "square": square,
        "left.covariance": left.covariance, "left.basis": left.basis,
        "left.transposedBasis": left.transposedBasis,
        "right.covariance": right.covariance, "right.basis": right.basis,
        "right.transposedBasis": right.transposedBasis,
      ]
    }

    func update(
      _ weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, step: Int,
      constants: AdamConstants
    ) {
      let count = layer.inputs * layer.outputs
      updateCovariances(gradient)
      if step == 0 {
        left.setExactBasis()
        right.setExactBasis()
      } else if step % settings.preconditionerInterval == 0 {
        left.turnBasis()
        right.turnBasis()
      }
      rotate(gradient)
      for i in 0..<count {
        let g = rotated.base[i]
        square.base[i] = constants.beta2 * square.base[i] + constants.rest2 * (g * g)
        mean.base[i] = constants.beta1 * mean.base[i] + constants.rest1 * gradient[i]
      }
      rotate(mean.base)
      for i in 0..<count {
        let root = (square.base[i] * constants.squareScale).squareRoot()
        rotated.base[i] = constants.rate * rotated.base[i] / (root + constants.epsilon)
      }
      rotateBack()
      for i in 0..<count { weights[i] -= rotated.base[i] }
    }

    private func updateCovariances(_ gradient: UnsafePointer<Float>) {
      let kept = Float(settings.preconditionerDecay)
      let rest = Float(1 - settings.preconditionerDecay)
      transpose(
        gradient, rows: layer.inputs, columns: layer.outputs, into: scaledTranspose.base)
      for i in 0..<scaledTranspose.count { scaledTranspose.base[i] *= rest }
      for i in 0..<left.covariance.count { left.covariance.base[i] *= kept }
      for i in 0..<right.covariance.count { right.covariance.base[i] *= kept }
      multiply(
        gradient, layer.inputs, layer.outputs, scaledTranspose.base, layer.inputs,
        into: left.covariance.base, accumulate: true)
      multiply(
        scaledTranspose.base, layer.outputs, layer.inputs, gradient, layer.outputs,
        into: right.covariance.base, accumulate: true)
    }

    /// `rotated = Q_L' X Q_R`.
    private func rotate(_ x: UnsafePointer<Float>) {
      multiply(
        left.transposedBasis.base, layer.inputs, layer.inputs, x, layer.outputs, into: half.base)
      multiply(
        half.base, layer.inputs, layer.outputs, right.basis.base, layer.outputs,
        into: rotated.base)
    }

    /// `rotated = Q_L rotated Q_R'`.
    private func rotateBack() {
      multiply(
        left.basis.base, layer.inputs, layer.inputs, rotated.base, layer.outputs, into: half.base)
      multiply(
        half.base, layer.inputs, layer.outputs, right.transposedBasis.base, layer.outputs,
        into: rotated.base)
    }

    private func multiply(
      _ a: UnsafePointer<Float>, _ rows: Int, _ depth: Int, _ b: UnsafePointer<Float>,
      _ columns: Int, into c: UnsafeMutablePointer<Float>, accumulate: Bool = false
    ) {
      Float.compute(
        MatrixProduct(
          rows: rows, columns: columns, depth: depth, a: a, aRowStride: depth, b: b,
          bStride: columns, c: c, cStride: columns, accumulate: accumulate), on: set)
    }
  }
}
