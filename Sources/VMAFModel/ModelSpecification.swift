public import Features

/// Which model to use and how, as written after `-m` or `--model`.
///
/// libvmaf's grammar is a list of `key=value` separated by colons:
/// `version=NAME` (a built-in model) or `path=FILE`, `name=` (the name of the score, `vmaf` unless
/// given), `disable_clip[=true]`, `enable_transform[=true]` and `extractor.option=value` for
/// every feature of that extractor. For example
/// `version=vmaf_v0.6.1:name=vmaf_neg:adm.adm_enhn_gain_limit=1.0`.
///
/// The first part may also be a bare name: of a built-in model (`vmaf_v0.6.1neg`), of a file that
/// ends in `.json`, or `phone`, which is `vmaf_v0.6.1` with its transform enabled.
public struct ModelSpecification: Hashable, Sendable {
  /// Where the model comes from.
  public enum Source: Hashable, Sendable {
    /// A built-in model.
    case version(String)
    /// A file in libvmaf's JSON form.
    case path(String)
  }

  /// An option for all features of one extractor, on top of what the model itself says.
  public struct Overload: Hashable, Sendable {
    /// The extractor.
    public let extractor: FeatureExtractor.Kind
    /// The option.
    public let option: FeatureOptionValue

    /// Creates an overload.
    public init(extractor: FeatureExtractor.Kind, option: FeatureOptionValue) {
      self.extractor = extractor
      self.option = option
    }
  }

  /// Where the model comes from.
  public var source: Source
  /// The printed name of the score.
  public var name = "vmaf"
  /// Whether scores may leave the model's range.
  public var disablesClip = false
  /// Whether the model's score transform is applied although it is off by default.
  public var enablesTransform = false
  /// Options for features.
  public var overloads: [Overload] = []
  /// One sentence for each part that was ignored, as libvmaf does.
  public private(set) var warnings: [String] = []

  /// libvmaf's default model.
  public static let `default` = ModelSpecification(source: .version("vmaf_v0.6.1"))

  /// Creates a specification without any options.
  public init(source: Source) { self.source = source }

  /// Reads a specification.
  ///
  /// - Throws: ``ModelError`` for text that is not in the grammar and for an unknown version.
  public init(_ text: String) throws(ModelError) {
    func refuse(_ problem: String) -> ModelError { .badSpecification(text, problem: problem) }
    var source: Source?
    self.init(source: .version(""))
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let key = String(words.first ?? "")
      let value = words.count == 2 ? String(words[1]) : nil
      switch (key, value) {
      case ("version", let value?): source = .version(value)
      case ("path", let value?): source = .path(value)
      case ("name", let value?):
        guard !value.isEmpty else { throw refuse("name= has no value") }
        name = value
      case ("disable_clip", let value):
        guard let flag = Self.flag(value) else { throw refuse("disable_clip is true or false") }
        disablesClip = disablesClip || flag
      case ("enable_transform", let value):
        guard let flag = Self.flag(value) else { throw refuse("enable_transform is true or false") }
        enablesTransform = enablesTransform || flag
      case ("phone", nil) where index == 0:
        source = .version("vmaf_v0.6.1")
        enablesTransform = true
      case (_, nil) where index == 0 && !key.isEmpty:
        source = key.hasSuffix(".json") ? .path(key) : .version(key)
      case (_, let value?) where key.contains("."):
        try addOverload(key, value: value, refuse: refuse)
      default:
        throw refuse(
          "\"\(part)\" is none of version=NAME, path=FILE, name=NAME, disable_clip, "
            + "enable_transform and extractor.option=value")
      }
    }
    guard let source else { throw refuse("it has neither version=NAME nor path=FILE") }
    if case .version(let version) = source, !EmbeddedModel.versions.contains(version) {
      throw .unknownVersion(version, suggestion: Self.suggestion(for: version))
    }
    self.source = source
  }

  private mutating func addOverload(
    _ key: String, value: String, refuse: (String) -> ModelError
  ) throws(ModelError) {
    let names = key.split(separator: ".", omittingEmptySubsequences: false)
    guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else {
      throw refuse("\"\(key)\" is not extractor.option")
    }
    guard let extractor = FeatureExtractor.Kind(rawValue: String(names[0])) else {
      warnings.append(
        "Option \"\(key)\" was ignored: there is no feature extractor \"\(names[0])\".")
      return
    }
    let option = FeatureOptionValue(name: String(names[1]), text: value)
    overloads.append(Overload(extractor: extractor, option: option))
  }

  private static func flag(_ value: String?) -> Bool? {
    switch value {
    case nil, "true": true
    case "false": false
    default: nil
    }
  }
}

extension ModelSpecification: CustomStringConvertible {
  /// The specification in libvmaf's grammar, the same text for the same model and options.
  public var description: String {
    var parts: [String]
    switch source {
    case .version(let version): parts = ["version=\(version)"]
    case .path(let path): parts = ["path=\(path)"]
    }
    if name != "vmaf" { parts.append("name=\(name)") }
    if disablesClip { parts.append("disable_clip") }
    if enablesTransform { parts.append("enable_transform") }
    parts += overloads.map { "\($0.extractor.rawValue).\($0.option.name)=\($0.option.text)" }
    return parts.joined(separator: ":")
  }

  /// Checks that the scores of several models can be told apart.
  ///
  /// - Throws: ``ModelError/badSpecification(_:problem:)`` for the second of two models with the
  ///   same name.
  public static func requireDistinctNames(_ models: [ModelSpecification]) throws(ModelError) {
    var names: Set<String> = []
    for model in models where !names.insert(model.name).inserted {
      throw .badSpecification(
        model.description,
        problem: "another model has the name \"\(model.name)\" already; add name=")
    }
  }
}
