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
    sidecar.evaluation.parity = try precisions.map { precision in
      let accuracy = try quantised(to: precision).accuracy
      return .init(
        precision: precision, rows: quantisationRowsName, count: accuracy.rows,
        rmse: accuracy.rmse, maxError: accuracy.maximumError, budget: accuracy.budget)
    }
    let metadata = try metadata(of: sidecar)
    var files: [(name: String, bytes: [UInt8])] = []
    for precision in [.fp32] + precisions {
      let bytes =
        precision == .fp32
        ? try network.onnx(metadata: metadata)
        : try quantised(to: precision, metadata: metadata).bytes
      let name = precision == .fp32 ? "\(id).onnx" : "\(id).\(precision.rawValue).onnx"
      files.append((name, bytes))
      sidecar.files.append(
        .init(name: name, precision: precision, sha256: sha256(bytes), size: bytes.count))
    }
    try sidecar.validate()
    for file in files { try AtomicFile.write(file.bytes, to: "\(folder)/\(file.name)") }
    try AtomicFile.write(try sidecar.json(), to: "\(folder)/\(id).json")
    return sidecar
  }

  /// The most rows that calibrate and measure a lower precision.
  private static let quantisationRows = 8_000

  private var quantisationRowsName: String {
    let names = rowSets.map(\.name)
    return "every second one of " + (names.isEmpty ? "sampled rows" : names.joined(separator: ", "))
  }

  /// The network in a lower precision, calibrated and measured on rows of all sets in equal parts.
  private func quantised(
    to precision: Sidecar.Precision, metadata: [String: String] = [:]
  ) throws -> QuantisedNetwork {
    let width = network.architecture.inputs
    var rows: [Float] = []
    for set in rowSets {
      let count = set.rows.targets.count
      let step = max(count * rowSets.count / Self.quantisationRows, 1)
      for row in stride(from: 0, to: count, by: step) {
        rows += set.rows.features[row * width..<(row + 1) * width].map(Float.init)
      }
    }
    return try network.quantised(
      to: precision == .int8 ? .int8 : .float16, rows: rows, budget: precisionBudget,
      metadata: metadata)
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
