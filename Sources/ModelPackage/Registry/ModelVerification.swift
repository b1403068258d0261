/// What a check of a whole package found.
public struct ModelVerification: Sendable {
  /// The model's id, or the path that was given.
  public let name: String
  /// What was checked and holds, a clause each.
  public private(set) var facts: [String] = []
  /// What does not hold, a sentence each.
  public private(set) var problems: [String] = []
  /// What could not be checked, a clause each.
  public private(set) var notes: [String] = []

  /// Whether everything that was checked holds.
  public var isSound: Bool { problems.isEmpty }

  /// The largest difference between a golden score and the one computed here.
  ///
  /// Other runtimes and graphs round differently; more than this is another model.
  static let goldenTolerance = 1e-3

  /// Checks every file of a model of the registry, its golden scores and its signatures.
  ///
  /// - Throws: ``ModelPackageError/unknown(_:known:)``.
  public init(
    _ id: String, in registry: ModelRegistry, signer: Signature.Signer = .anybody
  ) async throws(ModelPackageError) {
    name = id
    switch try registry.entry(id).location {
    case .builtIn:
      check {
        try BuiltInModels.sidecar(id)?.0
      } loading: { file in
        try BuiltInModels.load(id, precision: file.precision)
      }
    case .folder(let folder):
      await check(sidecarAt: "\(folder)/\(id).json", signer: signer)
    }
  }

  /// Checks every file of the package that a path belongs to: its sidecar or one of its files.
  public init(path: String, signer: Signature.Signer = .anybody) async {
    name = path
    if path.hasSuffix(".json") {
      await check(sidecarAt: path, signer: signer)
      return
    }
    do {
      guard let sidecar = try PackagedModel.sidecarPath(beside: path) else {
        throw ModelPackageError.missingSidecar(path)
      }
      _ = try PackagedModel(contentsOf: path)
      await check(sidecarAt: sidecar, signer: signer)
    } catch {
      problems.append("\(error)")
    }
  }

  private mutating func check(sidecarAt path: String, signer: Signature.Signer) async {
    check {
      try PackagedModel.readSidecar(path).0
    } loading: { file in
      try PackagedModel(sidecarAt: path, precision: file.precision)
    }
    guard let (sidecar, _) = try? PackagedModel.readSidecar(path) else { return }
    for file in sidecar.files {
      do {
        switch try await Signature.check(folderPrefix(path) + file.name, signer: signer) {
        case .unsigned: break
        case .valid(.anybody): facts.append("\(file.name) is signed (by whom was not asked)")
        case .valid: facts.append("\(file.name) is signed as required")
        case .notChecked:
          notes.append("the signature of \(file.name) was not checked: cosign is not installed")
        }
      } catch {
        problems.append("\(error)")
      }
    }
  }

  private mutating func check(
    _ sidecar: () throws -> Sidecar?, loading load: (Sidecar.File) throws -> PackagedModel?
  ) {
    do {
      guard let sidecar = try sidecar() else { return }
      facts.append("the sidecar follows \(Sidecar.currentSchema)")
      for file in sidecar.files {
        do {
          guard let model = try load(file) else { continue }
          facts.append("\(file.name) has the size and SHA-256 of the sidecar")
          try check(model, file, sidecar)
        } catch {
          problems.append("\(error)")
        }
      }
    } catch {
      problems.append("\(error)")
    }
  }

  /// Checks the numbers of a model that was loaded.
  private mutating func check(
    _ model: PackagedModel, _ file: Sidecar.File, _ sidecar: Sidecar
  ) throws {
    guard file.precision == .fp32 else { return }
    if case .network(let network) = model.graph, let expected = sidecar.weights.sha256 {
      if network.weightsDigest == expected {
        facts.append("its weights have the digest of the sidecar")
      } else {
        problems.append("The weights of \"\(file.name)\" are not those of the sidecar.")
      }
    }
    let points = sidecar.evaluation.golden
    guard !points.isEmpty else { return }
    let scores = try model.graph.predict(rows: points.flatMap { $0.features.map(Float.init) })
    let errors = zip(points, scores).map { abs($0.score - Double($1)) }
    if let worst = errors.max(), worst <= Self.goldenTolerance {
      facts.append("it gives the \(points.count) golden scores of the sidecar again")
    } else {
      problems.append(
        "\"\(file.name)\" does not give the golden scores of its sidecar: they differ by up to "
          + "\(errors.max() ?? .nan).")
    }
  }
}
