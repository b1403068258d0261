import DurableFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ModelRegistry {
  /// Copies a package into the user's folder, checked; every file appears whole or not at all, and
  /// the model only when all of them are there.
  ///
  /// - Parameters:
  ///   - path: The sidecar or a model file beside it.
  ///   - replacing: Whether a model of that id may be replaced.
  ///   - signer: Whose signature counts, where there is a bundle.
  /// - Returns: The sidecar, and what came of the signatures by file name.
  /// - Throws: ``ModelPackageError``, ``ONNXError`` or `FileError`; then nothing was changed, but
  ///   for files that no sidecar names yet.
  public func add(
    _ path: String, replacing: Bool = false, signer: Signature.Signer = .anybody
  ) async throws -> (sidecar: Sidecar, signatures: [String: Signature.Outcome]) {
    guard let userFolder else { throw ModelPackageError.noUserFolder }
    var sidecarPath = path
    if !path.hasSuffix(".json") {
      // A path that is not there is worth another sentence than one without a sidecar.
      _ = try FileContents.read(path, limit: Sidecar.maximumFileSize)
      guard let beside = try PackagedModel.sidecarPath(beside: path) else {
        throw ModelPackageError.missingSidecar(path)
      }
      _ = try PackagedModel(contentsOf: path)
      sidecarPath = beside
    }
    let (sidecar, json) = try PackagedModel.readSidecar(sidecarPath)
    guard !BuiltInModels.identifiers.contains(sidecar.id) else {
      throw ModelPackageError.isBuiltIn(sidecar.id)
    }
    let target = "\(userFolder)/\(sidecar.id).json"
    guard replacing || !FileContents.exists(target) else {
      throw ModelPackageError.alreadyThere(sidecar.id, location: userFolder)
    }

    var copies: [(name: String, bytes: [UInt8])] = []
    var signatures: [String: Signature.Outcome] = [:]
    for file in sidecar.files {
      let model = try PackagedModel(sidecarAt: sidecarPath, precision: file.precision)
      copies.append((file.name, model.bytes))
      let source = folderPrefix(sidecarPath) + file.name
      let outcome = try await Signature.check(source, signer: signer)
      signatures[file.name] = outcome
      if outcome != .unsigned {
        let bundle = file.name + Signature.fileSuffix
        copies.append(
          (bundle, try FileContents.read(source + Signature.fileSuffix, limit: 1 << 20)))
      }
    }
    try FileManager.default.createDirectory(
      atPath: userFolder, withIntermediateDirectories: true)
    for copy in copies {
      // A file of another model may have that name.
      if let owner = try owner(of: copy.name, in: userFolder), owner != sidecar.id {
        throw ModelPackageError.alreadyThere(owner, location: "\(userFolder)/\(copy.name)")
      }
    }
    // A model that is being replaced is not there while its files change.
    if replacing, FileContents.exists(target) { try FileManager.default.removeItem(atPath: target) }
    for copy in copies { try AtomicFile.write(copy.bytes, to: "\(userFolder)/\(copy.name)") }
    try AtomicFile.write(json, to: target)
    return (sidecar, signatures)
  }

  /// Removes a model of the user's folder with its files.
  ///
  /// - Throws: ``ModelPackageError`` for models that are elsewhere, or a file system's error.
  public func remove(_ id: String) throws {
    guard !BuiltInModels.identifiers.contains(id) else { throw ModelPackageError.isBuiltIn(id) }
    guard let userFolder, Sidecar.isIdentifier(id) else {
      throw ModelPackageError.unknown(id, known: identifiers)
    }
    let sidecarPath = "\(userFolder)/\(id).json"
    guard FileContents.exists(sidecarPath) else {
      throw ModelPackageError.unknown(id, known: Self(folders: [], userFolder: userFolder).added)
    }
    // Only files that a valid sidecar lists are its own.
    let files = (try? PackagedModel.readSidecar(sidecarPath))?.0.files ?? []
    try FileManager.default.removeItem(atPath: sidecarPath)
    for file in files {
      for name in [file.name, file.name + Signature.fileSuffix] {
        let path = "\(userFolder)/\(name)"
        if FileContents.exists(path) { try FileManager.default.removeItem(atPath: path) }
      }
    }
  }

  /// The ids of the user's own models.
  private var added: [String] {
    identifiers.filter { !BuiltInModels.identifiers.contains($0) }
  }

  /// The model of a folder whose sidecar lists a file, or `nil`.
  private func owner(of name: String, in folder: String) throws -> String? {
    for id in Self(folders: [], userFolder: folder).added {
      guard let (sidecar, _) = try? PackagedModel.readSidecar("\(folder)/\(id).json") else {
        continue
      }
      if sidecar.files.contains(where: { name == $0.name || name == $0.name + Signature.fileSuffix }
      ) {
        return id
      }
    }
    return nil
  }
}
