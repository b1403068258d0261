public import Features

/// From one frame's features to its score: normalisation, regression, transform, clip.
///
/// 1. `x_i = slope_i feature_i + intercept_i`
/// 2. `y = SVR(x)`, then `y = (y - intercept) / slope`
/// 3. the ``transform``, where there is one
/// 4. the ``clip``, where there is one
///
/// In double precision and in this order, as libvmaf does.
public struct ScoreRegressor: Hashable, Sendable {
  /// A linear mapping of a value: `slope * value + intercept`.
  public struct Rescaling: Hashable, Sendable {
    /// The factor.
    public let slope: Double
    /// What is added to the product.
    public let intercept: Double
  }

  /// One value that goes into the regression.
  public struct Feature: Hashable, Sendable {
    /// The extractor that gives it, with the options that the model asks for.
    public let extractor: FeatureExtractor
    /// Which of the extractor's outputs it is.
    public let output: FeatureExtractor.Output
    /// The printed name.
    public var name: FeatureName { extractor.name(of: output) }
  }

  /// The features in the model's order.
  public let features: [Feature]
  /// The mappings of the features, or `nil` where the model takes them as they are.
  public let featureRescaling: [Rescaling]?
  /// The mapping of the score whose inverse is applied to the regression's value.
  public let scoreRescaling: Rescaling?
  /// The regression.
  public let regressor: SupportVectorRegressor
  /// The mapping of the raw score, where it is enabled.
  public let transform: ScoreTransform?
  /// The range to which the score is limited, where it is.
  public let clip: ClosedRange<Double>?

  /// The score of a frame.
  ///
  /// - Parameter values: One value for each of ``features``, in their order.
  public func predict(_ values: [Double]) -> Double { finish(predictRaw(values)) }

  /// The score of a frame before it is clipped; the transform, where enabled, is applied.
  ///
  /// - Parameter values: One value for each of ``features``, in their order.
  public func predictUnclipped(_ values: [Double]) -> Double {
    let raw = predictRaw(values)
    return transform.map { $0(raw) } ?? raw
  }

  /// The score of a frame before transform and clip.
  ///
  /// - Parameter values: One value for each of ``features``, in their order.
  public func predictRaw(_ values: [Double]) -> Double {
    var inputs = values
    if let featureRescaling {
      for (index, rescaling) in featureRescaling.enumerated() {
        inputs[index] = rescaling.slope * values[index] + rescaling.intercept
      }
    }
    let value = regressor.predict(inputs)
    guard let scoreRescaling else { return value }
    return (value - scoreRescaling.intercept) / scoreRescaling.slope
  }

  /// Applies transform and clip to a raw score.
  func finish(_ raw: Double) -> Double {
    var score = raw
    if let transform { score = transform(score) }
    if let clip {
      if score < clip.lowerBound { score = clip.lowerBound }
      if score > clip.upperBound { score = clip.upperBound }
    }
    return score
  }
}
