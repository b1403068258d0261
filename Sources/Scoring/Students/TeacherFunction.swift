public import Features
public import VMAFModel

/// A model as a function of the canonical six features: what a student learns.
///
/// Models with features outside of `vmaf_v0.6.1`'s six are no such function and are refused. The
/// enhancement gain limit of a `neg` model changes how features are computed, not the function.
public struct TeacherFunction: Sendable {
  /// The model.
  public let model: QualityModel
  /// Of each of the model's features, its index among the canonical six.
  private let order: [Int]

  /// Checks that the model is a function of the canonical six.
  ///
  /// - Throws: ``StudentError/unsuitableTeacher(_:feature:)``.
  public init(_ model: QualityModel) throws(StudentError) {
    var order: [Int] = []
    for feature in model.regressor.features {
      switch feature.output {
      case .adm2: order.append(0)
      case .vifScale(let scale): order.append(1 + scale)
      case .motion2: order.append(5)
      default:
        throw .unsuitableTeacher(model.source, feature: feature.name.rawValue)
      }
    }
    self.model = model
    self.order = order
  }

  /// The teacher's score of one row in canonical order, before it is clipped.
  public func callAsFunction(_ canonical: [Double]) -> Double {
    model.predictUnclipped(features: order.map { canonical[$0] })
  }

  /// The teacher's score of one row in canonical order, clipped as scores are.
  public func score(_ canonical: [Double]) -> Double {
    model.predict(features: order.map { canonical[$0] })
  }

  /// The names of the features in canonical order, with the options that this model asks for.
  public var featureNames: [FeatureName] {
    FeatureName.canonicalSix.indices.map { index in
      order.firstIndex(of: index).map { model.featureNames[$0] } ?? FeatureName.canonicalSix[index]
    }
  }
}
