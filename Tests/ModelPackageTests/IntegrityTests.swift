import Foundation
import ModelPackage
import Testing

/// Everything that can be wrong about a package is caught when it is loaded and when it is verified.
@Suite struct IntegrityTests {
  let fixture: PackageFixture
  let sidecar: String
  var model: String { String(sidecar.dropLast(5)) + ".onnx" }

  init() throws {
    fixture = try PackageFixture()
    sidecar = try fixture.write("mine")
  }

  private func expectRefusal(
    _ path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
      try PackagedModel(contentsOf: path)
    }
    let result = await ModelVerification(path: path)
    #expect(!result.isSound, sourceLocation: sourceLocation)
  }

  @Test func aWholePackageIsSound() async throws {
    let result = await ModelVerification(path: sidecar)
    #expect(result.problems.isEmpty && result.notes.isEmpty)
    #expect(result.facts.count == 4)
    let loaded = try PackagedModel(contentsOf: model)
    #expect(loaded.sidecar?.id == "mine" && loaded.graph.featureCount == 6)
    #expect(loaded.sha256 == loaded.sidecar?.files[0].sha256)
  }

  @Test func oneFlippedBitOfTheModel() async throws {
    let size = try Data(contentsOf: URL(filePath: model)).count
    for index in stride(from: 0, to: size, by: 97) {
      try fixture.change(model) { $0[index] ^= 1 << UInt8(index % 8) }
      #expect(throws: ModelPackageError.self) { try PackagedModel(contentsOf: model) }
      try fixture.change(model) { $0[index] ^= 1 << UInt8(index % 8) }
    }
    try fixture.change(model) { $0[size / 2] ^= 1 }
    await expectRefusal(model)
  }

  /// The model pins its sidecar, so not one byte of that can change either.
  @Test func oneFlippedBitOfTheSidecar() async throws {
    let size = try Data(contentsOf: URL(filePath: sidecar)).count
    for index in 0..<size {
      try fixture.change(sidecar) { $0[index] ^= 1 << UInt8(index % 7) }
      #expect(throws: (any Error).self, "byte \(index)") { try PackagedModel(contentsOf: model) }
      try fixture.change(sidecar) { $0[index] ^= 1 << UInt8(index % 7) }
    }
    try fixture.change(sidecar) { $0.append(UInt8(ascii: " ")) }
    await expectRefusal(model)
  }

  @Test(arguments: [0, 1, 100])
  func truncatedFiles(_ size: Int) async throws {
    try fixture.change(model) { $0 = $0.prefix(size) }
    await expectRefusal(model)
  }

  @Test func renamedModel() async throws {
    let renamed = fixture.file("source/other.onnx")
    try FileManager.default.moveItem(atPath: model, toPath: renamed)
    #expect(await !ModelVerification(path: renamed).isSound)
    #expect(await !ModelVerification(path: sidecar).isSound)
    #expect(throws: ModelPackageError.missingFile(model, sidecar: "mine.json")) {
      try PackagedModel(sidecarAt: sidecar)
    }
  }

  @Test func renamedPackage() async throws {
    for suffix in ["onnx", "json"] {
      try FileManager.default.moveItem(
        atPath: fixture.file("source/mine.\(suffix)"),
        toPath: fixture.file("source/yours.\(suffix)"))
    }
    await expectRefusal(fixture.file("source/yours.onnx"))
  }

  @Test func missingSidecar() async throws {
    try FileManager.default.removeItem(atPath: sidecar)
    let result = await ModelVerification(path: model)
    #expect(result.problems == [ModelPackageError.missingSidecar(model).description])
    // Without a sidecar nothing is claimed, so nothing is checked on loading.
    #expect(try PackagedModel(contentsOf: model).sidecar == nil)
  }

  @Test func sidecarOfAnotherModel() async throws {
    let other = try fixture.write("other", seed: 2)
    try FileManager.default.removeItem(atPath: sidecar)
    try FileManager.default.copyItem(atPath: other, toPath: sidecar)
    await expectRefusal(model)
    // Even when somebody edits name and hashes into it.
    let hash = sha256([UInt8](try Data(contentsOf: URL(filePath: model))))
    let text = try String(contentsOfFile: other, encoding: .utf8)
    let old = try Sidecar(json: Array(text.utf8), source: other).files[0].sha256
    try text.replacingOccurrences(of: "other", with: "mine")
      .replacingOccurrences(of: old, with: hash)
      .write(toFile: sidecar, atomically: true, encoding: .utf8)
    await expectRefusal(model)
  }

  @Test func wrongWeightsUnderTheRightName() async throws {
    let other = try fixture.write("mine", seed: 2, in: "others")
    try FileManager.default.removeItem(atPath: model)
    try FileManager.default.copyItem(
      atPath: String(other.dropLast(5)) + ".onnx", toPath: model)
    await expectRefusal(model)
  }
}
