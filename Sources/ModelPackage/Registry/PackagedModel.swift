import DurableFiles

/// A model file as it was loaded: checked against its sidecar, and ready to score.
public struct PackagedModel: Sendable {
  /// Where it comes from: an id for a model of the binary, else the file's path.
  public let source: String
  /// What is known about it, or `nil` for a file without a sidecar.
  public let sidecar: Sidecar?
  /// The file's bytes, for other runtimes.
  public let bytes: [UInt8]
  /// The SHA-256 of the bytes.
  public let sha256: String
  /// What the file computes.
  public let graph: ModelGraph

  /// Loads a model file, with the sidecar beside it where there is one.
  ///
  /// The sidecar of `NAME.onnx`, `NAME.fp16.onnx` or `NAME.int8.onnx` is `NAME.json`.
  ///
  /// - Throws: `FileError`, ``ONNXError``, and ``ModelPackageError`` when the file is not the one
  ///   that the sidecar names.
  public init(contentsOf path: String) throws {
    let bytes = try FileContents.read(path, limit: Sidecar.maximumFileSize)
    guard let sidecarPath = try Self.sidecarPath(beside: path) else {
      try self.init(bytes: bytes, name: nil, sidecar: nil, source: path)
      return
    }
    let (sidecar, json) = try Self.readSidecar(sidecarPath)
    try self.init(
      bytes: bytes, name: fileName(path), sidecar: (sidecar, json), source: path)
  }

  /// Loads a model by its sidecar.
  ///
  /// - Throws: As ``init(contentsOf:)``, and ``ModelPackageError/noPrecision(_:_:)``.
  public init(sidecarAt path: String, precision: Sidecar.Precision = .fp32) throws {
    let (sidecar, json) = try Self.readSidecar(path)
    guard let file = sidecar.files.first(where: { $0.precision == precision }) else {
      throw ModelPackageError.noPrecision(sidecar.id, precision)
    }
    let model = folderPrefix(path) + file.name
    guard FileContents.exists(model) else {
      throw ModelPackageError.missingFile(model, sidecar: fileName(path))
    }
    let bytes = try FileContents.read(model, limit: Sidecar.maximumFileSize)
    try self.init(bytes: bytes, name: file.name, sidecar: (sidecar, json), source: model)
  }

  /// Checks a model file's bytes and reads them.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - name: The file's name, which the sidecar must list.
  ///   - sidecar: The sidecar and its text.
  ///   - source: What error sentences and reports call the model.
  init(
    bytes: [UInt8], name: String?, sidecar: (value: Sidecar, json: [UInt8])?, source: String
  ) throws {
    let digest = ModelPackage.sha256(bytes)
    if let sidecar, let name {
      guard let file = sidecar.value.files.first(where: { $0.name == name }) else {
        throw ModelPackageError.tampered(
          source, problem: "the sidecar of \"\(sidecar.value.id)\" names no such file")
      }
      guard bytes.count == file.size else {
        throw ModelPackageError.tampered(
          source, problem: "it has \(bytes.count) bytes instead of \(file.size)")
      }
      guard digest == file.sha256 else {
        throw ModelPackageError.tampered(
          source, problem: "its SHA-256 is not the one that its sidecar names")
      }
    }
    let graph = try ModelGraph(onnx: bytes)
    if let sidecar { try Self.check(graph, against: sidecar.value, sidecar.json, source: source) }
    self.source = source
    self.sidecar = sidecar?.value
    self.bytes = bytes
    sha256 = digest
    self.graph = graph
  }

  /// Checks that a graph and a sidecar belong together.
  private static func check(
    _ graph: ModelGraph, against sidecar: Sidecar, _ json: [UInt8], source: String
  ) throws {
    guard graph.featureCount == sidecar.features.count else {
      throw ModelPackageError.tampered(
        source,
        problem: "it takes \(graph.featureCount) features, and its sidecar names "
          + "\(sidecar.features.count)")
    }
    // A file of this project pins its sidecar: every byte of it counts.
    if let digest = graph.metadata[Sidecar.digestKey] {
      guard try sidecar.contentDigest() == digest, try sidecar.json() == json else {
        throw ModelPackageError.tampered(
          source, problem: "its sidecar was changed, or is not the one it was written with")
      }
    }
  }
}

extension PackagedModel {
  /// Reads a sidecar, whose id must be its file's name.
  static func readSidecar(_ path: String) throws -> (Sidecar, [UInt8]) {
    let json = try FileContents.read(path, limit: Sidecar.maximumSize)
    let sidecar = try Sidecar(json: json, source: path)
    guard fileName(path) == "\(sidecar.id).json" else {
      throw ModelPackageError.malformedSidecar(
        path, problem: "it is that of \"\(sidecar.id)\", and its file must be called so")
    }
    return (sidecar, json)
  }

  /// The sidecar of a model file, or `nil` when there is none.
  static func sidecarPath(beside path: String) throws -> String? {
    var stem = path.hasSuffix(".onnx") ? String(path.dropLast(".onnx".count)) : path
    if FileContents.exists(stem + ".json") { return stem + ".json" }
    for precision in Sidecar.Precision.allCases where stem.hasSuffix(".\(precision.rawValue)") {
      stem = String(stem.dropLast(precision.rawValue.count + 1))
      if FileContents.exists(stem + ".json") { return stem + ".json" }
    }
    return nil
  }
}

/// The last part of a path.
func fileName(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// A path up to and with the last `/`; empty for a name alone.
func folderPrefix(_ path: String) -> String {
  path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
}
