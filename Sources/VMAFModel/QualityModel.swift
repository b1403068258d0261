import Crypto
public import Features

/// A model that turns features into scores: a single regression, or a bootstrap ensemble.
///
/// ```swift
/// let model = try QualityModel(ModelSpecification("vmaf_v0.6.1"))
/// let extractors = model.extractors(omittingUnusedAIM: true)   // what must be computed
/// let columns = try model.scores(of: table)                    // one value per frame
/// ```
public struct QualityModel: Hashable, Sendable {
  /// Which model this is and how it was asked for.
  public let specification: ModelSpecification
  /// The SHA-256 of the model's JSON text, in hexadecimal.
  ///
  /// Together with the ``specification``'s description it identifies the scores.
  public let contentHash: String
  /// The regression that gives the score.
  public let regressor: ScoreRegressor
  /// The members of a bootstrap ensemble, without the one above; empty for an ordinary model.
  public let ensemble: [ScoreRegressor]
  /// One sentence for each part of the specification or the model that was ignored.
  public let warnings: [String]

  /// The printed name of the score, `vmaf` unless the specification has another.
  public var name: String { specification.name }
  /// The version or the path of the model.
  public var source: String {
    switch specification.source {
    case .version(let version): version
    case .path(let path): path
    }
  }
  /// The printed names of the features in the model's order.
  public var featureNames: [FeatureName] { regressor.features.map(\.name) }

  /// Loads a built-in model or a model file.
  ///
  /// - Throws: ``ModelError`` when the model is unknown, cannot be read, is not valid, or needs a
  ///   feature that does not exist here.
  public init(_ specification: ModelSpecification = .default) throws(ModelError) {
    switch specification.source {
    case .path(let path):
      try self.init(bytes: ModelFile.read(path: path), specification: specification)
    case .version(let version):
      guard let embedded = EmbeddedModel.named(version) else {
        throw .unknownVersion(version, suggestion: nil)
      }
      try self.init(
        bytes: embedded.bytes, specification: specification, variant: embedded.overloads)
    }
  }

  /// Makes a model of the contents of a model file.
  ///
  /// - Parameters:
  ///   - bytes: The JSON text.
  ///   - specification: Its source is taken as the model's name in error sentences.
  /// - Throws: ``ModelError/invalid(source:problem:)``.
  public init(
    bytes: [UInt8], specification: ModelSpecification
  ) throws(ModelError) {
    try self.init(bytes: bytes, specification: specification, variant: [])
  }

  private init(
    bytes: [UInt8], specification: ModelSpecification, variant: [ModelSpecification.Overload]
  ) throws(ModelError) {
    let source =
      switch specification.source {
      case .version(let text), .path(let text): text
      }
    var warnings = specification.warnings
    var members: [ScoreRegressor] = []
    for contents in try ModelFile.members(bytes, source: source) {
      var own: [String] = []
      members.append(
        try ScoreRegressor(
          contents, specification: specification, overloads: variant + specification.overloads,
          source: source, warnings: &own))
      for warning in own where !warnings.contains(warning) { warnings.append(warning) }
    }
    let regressor = members.removeFirst()
    guard members.allSatisfy({ $0.features == regressor.features }) else {
      throw .invalid(source: source, problem: "its members do not share one list of features")
    }
    self.specification = specification
    self.regressor = regressor
    self.warnings = warnings
    ensemble = members
    contentHash = SHA256.hash(data: bytes).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
  }

  /// The extractors whose outputs the model needs, in libvmaf's order of registration.
  ///
  /// - Parameter omittingUnusedAIM: Whether the AIM outputs, which libvmaf always computes along
  ///   with ADM, are left out when the model does not use them.
  public func extractors(omittingUnusedAIM: Bool = false) -> [FeatureExtractor] {
    let usesAIM = regressor.features.contains { $0.output == .aim || $0.output == .adm3 }
    let omits = omittingUnusedAIM && !usesAIM
    let all = regressor.features.map { omits ? $0.extractor.omittingAIM : $0.extractor }
    return FeaturePlan(all).extractors
  }
}
