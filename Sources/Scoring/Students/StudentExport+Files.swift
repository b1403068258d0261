import DurableFiles
import Evaluation
public import ModelPackage
import TinyNets
import VMAFModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension StudentExport {
  /// Measures the student and writes its package: `ID.onnx`, files of lower precision where asked
  /// for, and last `ID.json`.
  ///
  /// The sidecar names the files' hashes, and the model file carries the digest of the rest of the
  /// sidecar, so neither can be exchanged alone.
  ///
  /// - Parameter folder: Created where it is missing; files of the same names are replaced.
  /// - Returns: The sidecar as it was written.
  /// - Throws: `FileError`, ``ModelPackageError``, `ONNXError` or `EvaluationError`; a failure
  ///   leaves no sidecar of files that do not fit it.
  @discardableResult
  public func write(to folder: String) throws -> Sidecar {
    guard Sidecar.isIdentifier(id) else { throw ModelPackageError.badIdentifier(id) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var sidecar = try sidecar()
    let bytes = try network.onnx(metadata: try metadata(of: sidecar))
    let name = "\(id).onnx"
    sidecar.files = [
      .init(name: name, precision: .fp32, sha256: sha256(bytes), size: bytes.count)
    ]
    try sidecar.validate()
    try AtomicFile.write(bytes, to: "\(folder)/\(name)")
    try AtomicFile.write(try sidecar.json(), to: "\(folder)/\(id).json")
    return sidecar
  }

  /// What the keys of a package start with in a model file's metadata; training's own do not.
  static let metadataPrefix = "package."

  /// The network without what an earlier export wrote into its metadata.
  static func withoutPackage(_ network: Network) -> Network {
    var network = network
    network.metadata = network.metadata.filter {
      !$0.key.hasPrefix(metadataPrefix) && $0.key != Sidecar.digestKey
    }
    return network
  }

  /// What travels inside of the model file: enough to know it without its sidecar.
  private func metadata(of sidecar: Sidecar) throws -> [String: String] {
    var metadata = [
      "id": id, "license": license, "unit": unit, "tool_version": tool,
      "teacher": teacher.model.source, "teacher_sha256": teacher.model.contentHash,
    ]
    if let hash = sidecar.training.recipeSHA256 { metadata["recipe_sha256"] = hash }
    for set in sidecar.evaluation.sets {
      metadata["rmse of \(set.name)"] = "\(set.accuracy.rmse)"
      metadata["max error of \(set.name)"] = "\(set.accuracy.maxError)"
    }
    metadata = Dictionary(
      uniqueKeysWithValues: metadata.map { (Self.metadataPrefix + $0.key, $0.value) })
    metadata[Sidecar.digestKey] = try sidecar.contentDigest()
    return metadata
  }
}
