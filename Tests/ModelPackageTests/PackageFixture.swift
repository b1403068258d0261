import Foundation
import ModelPackage
import TinyNets

/// A temporary folder with packages of small networks, which goes away with the test.
final class PackageFixture {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes `ID.onnx` and `ID.json` into a folder below and returns the sidecar's path.
  @discardableResult
  func write(_ id: String, seed: UInt64 = 1, in folder: String = "source") throws -> String {
    let url = URL(filePath: file(folder))
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    var network = Network(architecture: try Architecture("6-4-1"), seed: seed)
    network.range = 0...100
    let rows: [[Float]] = [[1, 1, 1, 1, 1, 0], [0.5, 0.5, 0.5, 0.5, 0.5, 5]]
    let scores = rows.map { Double(network.predict($0)[0]) }
    var sidecar = Sidecar(
      id: id, kind: .frame, summary: "For tests.", license: "BSD-2-Clause-Patent", tool: "tests",
      files: [],
      weights: .init(
        architecture: "6-4-1", activation: "silu", parameters: 33, sha256: network.weightsDigest),
      inputs: [.init(name: "features", shape: ["N", "6"])],
      outputs: [.init(name: "vmaf", shape: ["N"])],
      features: (0..<6).map { .init(name: "integer_vif_scale\($0 % 4)", domain: .init(0, 1.1)) },
      score: .init(unit: "VMAF", range: .init(0, 100)), training: .init(seeds: [seed]),
      evaluation: .init(
        golden: zip(rows, scores).map {
          .init(name: "row", features: $0.map(Double.init), target: nil, score: $1)
        }))
    let model = try network.onnx(metadata: [
      "id": id, Sidecar.digestKey: try sidecar.contentDigest(),
    ])
    sidecar.files = [
      .init(name: "\(id).onnx", precision: .fp32, sha256: sha256(model), size: model.count)
    ]
    try Data(model).write(to: url.appending(path: "\(id).onnx"))
    try Data(sidecar.json()).write(to: url.appending(path: "\(id).json"))
    return "\(url.path)/\(id).json"
  }

  /// Changes the bytes of a file.
  func change(_ path: String, _ change: (inout Data) -> Void) throws {
    var data = try Data(contentsOf: URL(filePath: path))
    change(&data)
    try data.write(to: URL(filePath: path))
  }

  /// A registry whose user folder is `user`, below.
  func registry(_ folders: String...) -> ModelRegistry {
    ModelRegistry(folders: folders.map(file), userFolder: file("user"))
  }
}
