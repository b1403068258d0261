public import Features

extension QualityModel {
  /// The score of a frame: ``ScoreRegressor/predict(_:)`` of ``regressor``.
  ///
  /// - Parameter features: One value for each of ``featureNames``, in their order.
  public func predict(features: [Double]) -> Double { regressor.predict(features) }

  /// The score of a frame before it is clipped.
  ///
  /// - Parameter features: One value for each of ``featureNames``, in their order.
  public func predictUnclipped(features: [Double]) -> Double {
    regressor.predictUnclipped(features)
  }

  /// The printed names of all values that ``scores(features:)`` gives.
  public var scoreNames: [FeatureName] {
    var names = [name]
    if !ensemble.isEmpty {
      names += ensemble.indices.map { index in
        let number = String(index + 1)
        return name + "_" + String(repeating: "0", count: max(0, 4 - number.count)) + number
      }
      names += ["_bagging", "_stddev", "_ci_p95_lo", "_ci_p95_hi"].map { name + $0 }
    }
    return names.map { FeatureName($0) }
  }

  /// All scores of a frame: the model's own; of a bootstrap model also each member's, then the
  /// ensemble's mean, standard deviation and 95 % interval.
  ///
  /// - Parameter features: One value for each of ``featureNames``, in their order.
  public func scores(features: [Double]) -> [Double] {
    var scores = [predict(features: features)]
    guard let first = ensemble.first else { return scores }
    let raw = ensemble.map { $0.predictRaw(features) }
    scores += zip(ensemble, raw).map { $0.finish($1) }
    let statistics = BootstrapStatistics(raw)
    let mean = statistics.mean
    // The deviation is carried over by the slope of transform and clip around the mean.
    let delta = 0.01
    let slope = (first.finish(mean + delta) - first.finish(mean - delta)) / (2 * delta)
    scores += [
      first.finish(mean), statistics.standardDeviation * slope, first.finish(statistics.lower),
      first.finish(statistics.upper),
    ]
    return scores
  }

  /// The score columns of a video.
  ///
  /// - Parameter table: Must have a column for each of ``featureNames``.
  /// - Returns: One column for each of ``scoreNames``, in their order.
  /// - Throws: ``ModelError/invalid(source:problem:)`` when a feature is not in the table.
  public func scores(of table: FeatureTable) throws(ModelError) -> [FeatureTable.Column] {
    var inputs: [[Double]] = []
    for name in featureNames {
      guard let values = table[name] else {
        throw .invalid(source: source, problem: "the feature \"\(name)\" was not computed")
      }
      inputs.append(values)
    }
    let names = scoreNames
    var columns = [[Double]](repeating: [], count: names.count)
    for row in table.frames.indices {
      let scores = scores(features: inputs.map { $0[row] })
      for (index, score) in scores.enumerated() { columns[index].append(score) }
    }
    return zip(names, columns).map(FeatureTable.Column.init)
  }
}

/// The spread of the raw scores of an ensemble.
private struct BootstrapStatistics {
  let mean: Double
  /// Of the population: divided by the number of scores.
  let standardDeviation: Double
  /// The ends of the central 95 %, interpolated linearly between sorted scores.
  let lower: Double
  let upper: Double

  init(_ scores: [Double]) {
    let count = Double(scores.count)
    let mean = scores.reduce(0, +) / count
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let sorted = scores.sorted()
    self.mean = mean
    standardDeviation = (squares / count).squareRoot()
    lower = Pooling.percentile(2.5, ofSorted: sorted)
    upper = Pooling.percentile(97.5, ofSorted: sorted)
  }
}
