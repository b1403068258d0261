import Features
public import ModelPackage
import TinyNets
import VMAFModel

extension Student {
  /// Loads a student by its id, its short name or from its file.
  ///
  /// - Throws: ``StudentError``, `ModelPackageError` or the file's error.
  public init(_ nameOrPath: String, in registry: ModelRegistry = ModelRegistry()) throws {
    guard let selection = try StudentSelection(nameOrPath) else {
      throw StudentError.unknownModel(named: nameOrPath, among: [])
    }
    try self.init(selection, in: registry)
  }

  /// Loads the student that a selection names, checked against its sidecar.
  ///
  /// - Parameters:
  ///   - selection: Which student.
  ///   - registry: Where ids are looked up.
  ///   - backend: What computes it; weights that are no package are always computed natively.
  /// - Throws: ``StudentError``, `ModelPackageError`, `ONNXRuntimeError` or the file's error.
  public init(
    _ selection: StudentSelection, in registry: ModelRegistry = ModelRegistry(),
    backend: StudentBackend = .native
  ) throws {
    switch selection.source {
    case .identifier(let id):
      try self.init(registry.load(id), overloads: selection.overloads, backend: backend)
    case .path(let path) where path.hasSuffix(".safetensors"):
      let network = try Network(contentsOf: path)
      let name = network.metadata["name"] ?? Self.stem(of: path)
      self.init(
        name: name, source: path, contentHash: network.weightsDigest,
        teacher: network.metadata["teacher"],
        inputs: try StudentInput.canonicalSix(overloads: selection.overloads, student: path),
        regression: network)
    case .path(let path):
      try self.init(
        PackagedModel(contentsOf: path), overloads: selection.overloads, backend: backend)
    }
  }

  /// Makes a student of a package.
  ///
  /// - Parameters:
  ///   - model: The package, or a model file without a sidecar: then its features are taken to be
  ///     the canonical six, with a warning.
  ///   - overloads: Options for features, on top of what the sidecar says.
  ///   - backend: What computes it.
  init(
    _ model: PackagedModel, overloads: [ModelSpecification.Overload], backend: StudentBackend
  ) throws {
    let regression = try backend.regression(of: model)
    guard let sidecar = model.sidecar else {
      guard model.graph.featureCount == FeatureName.canonicalSix.count else {
        throw StudentError.unusable(
          model.source,
          problem: "it takes \(model.graph.featureCount) features, and no sidecar says which")
      }
      self.init(
        name: model.graph.metadata[StudentExport.metadataPrefix + "id"]
          ?? Self.stem(of: model.source), source: model.source,
        contentHash: model.sha256, teacher: model.graph.metadata["teacher"],
        unit: model.graph.metadata[StudentExport.metadataPrefix + "unit"] ?? "VMAF",
        inputs: try StudentInput.canonicalSix(overloads: overloads, student: model.source),
        warnings: [
          "\"\(model.source)\" has no sidecar: it is taken to need the six features of "
            + "vmaf_v0.6.1, and nobody says where it may be trusted."
        ],
        regression: regression)
      return
    }
    let inputs = try sidecar.features.map { feature in
      let own = feature.options.sorted { $0.key < $1.key }.map {
        FeatureOptionValue(name: $0.key, text: $0.value)
      }
      return try StudentInput(
        feature.name, options: own + overloads.options(forFeature: feature.name),
        domain: feature.domain.map { $0.lower...$0.upper }, student: model.source)
    }
    self.init(
      name: sidecar.id, source: model.source, contentHash: model.sha256,
      teacher: sidecar.teacher?.name, unit: sidecar.score.unit, inputs: inputs,
      scoresClips: sidecar.kind == .clip,
      range: sidecar.score.range.map { $0.lower...$0.upper }, interval: sidecar.interval,
      regression: regression)
  }

  /// The name of a file without its folder and ending.
  private static func stem(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let parts = file.split(separator: ".").dropLast()
    return parts.isEmpty ? file : parts.joined(separator: ".")
  }
}

extension ModelGraph: RowRegression {
  func scores(ofRows rows: [Float]) throws -> [Float] { try predict(rows: rows) }
}

extension Student {
  /// The id that a person means by a name: an id as it is, or one without its `tiny-`; `nil` when
  /// the registry has no such model.
  static func identifier(of name: String, in registry: ModelRegistry = ModelRegistry()) -> String? {
    if name == "tiny" { return StudentSelection.defaultIdentifier }
    let known = registry.identifiers
    return [name, "tiny-\(name)"].first(where: known.contains)
  }
}

extension StudentError {
  /// There is no model of that name; says which one may have been meant.
  ///
  /// - Parameters:
  ///   - name: What was asked for.
  ///   - others: Names of models that are no students.
  public static func unknownModel(named name: String, among others: [String] = []) -> StudentError {
    let known = others + ["tiny"] + ModelRegistry().identifiers
    return .unknownModel(
      name, suggestion: ModelSpecification.suggestion(for: name, among: known), known: known)
  }
}
