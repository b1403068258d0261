extension Network {
  /// Takes the scales of inputs and outputs from rows: their weighted means and deviations.
  ///
  /// A feature that is constant gets the scale 1.
  ///
  /// - Throws: ``DatasetError`` if there are no rows, no weights, other columns than the network
  ///   has, or a constant target.
  public mutating func fitScales(to dataset: Dataset) throws(DatasetError) {
    try dataset.check(for: architecture)
    for k in 0..<architecture.inputs {
      let (mean, deviation) = dataset.statistics { dataset.features[$0 * architecture.inputs + k] }
      inputMean[k] = Float(mean)
      inputScale[k] = deviation > 0 ? Float(1 / deviation) : 1
    }
    for k in 0..<architecture.outputs {
      let (mean, deviation) = dataset.statistics { dataset.targets[$0 * architecture.outputs + k] }
      guard deviation > 0 else {
        throw .constantTarget(dataset.targetNames[k], value: Float(mean))
      }
      outputOffset[k] = Float(mean)
      outputScale[k] = Float(deviation)
    }
  }
}

extension Dataset {
  /// Throws unless there is something to learn for a network of that shape.
  func check(for architecture: Architecture) throws(DatasetError) {
    guard count > 0 else { throw .empty }
    guard featureNames.count == architecture.inputs, targetNames.count == architecture.outputs
    else {
      throw .shapeMismatch(
        features: featureNames.count, targets: targetNames.count,
        architecture: architecture.widths.map(String.init).joined(separator: "-"))
    }
    guard weights.contains(where: { $0 > 0 }) else { throw .noWeight }
  }

  /// The weighted mean and standard deviation of one number per row.
  fileprivate func statistics(of value: (Int) -> Float) -> (mean: Double, deviation: Double) {
    var total = 0.0
    var sum = 0.0
    for row in 0..<count {
      total += Double(weights[row])
      sum += Double(weights[row]) * Double(value(row))
    }
    let mean = sum / total
    var squares = 0.0
    for row in 0..<count {
      let difference = Double(value(row)) - mean
      squares += Double(weights[row]) * difference * difference
    }
    return (mean, (squares / total).squareRoot())
  }
}
