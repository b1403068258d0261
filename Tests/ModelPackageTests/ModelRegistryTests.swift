import Foundation
import ModelPackage
import Testing
import TinyNets

@Suite struct ModelRegistryTests {
  let fixture: PackageFixture

  init() throws { fixture = try PackageFixture() }

  @Test func builtInModelsAreSound() async throws {
    let registry = ModelRegistry(folders: [], userFolder: nil)
    #expect(registry.identifiers == ModelRegistry.builtInIdentifiers)
    for id in registry.identifiers {
      let result = try await ModelVerification(id, in: registry)
      #expect(result.isSound && result.facts.count >= 4, "\(result.problems)")
      #expect(try registry.entry(id).location == .builtIn)
    }
  }

  @Test func addedModelsAreFoundAndRemoved() async throws {
    let registry = fixture.registry()
    let source = try fixture.write("mine")
    let added = try await registry.add(source).sidecar
    #expect(added.id == "mine" && registry.identifiers.last == "mine")
    #expect(try registry.load("mine").sidecar == added)
    #expect(try await ModelVerification("mine", in: registry).isSound)
    await #expect(throws: ModelPackageError.self) { try await registry.add(source) }
    try fixture.write("mine", seed: 7)
    _ = try await registry.add(source, replacing: true)
    #expect(try registry.load("mine").sidecar != added)
    try registry.remove("mine")
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.file("user")).isEmpty)
    #expect(throws: ModelPackageError.self) { try registry.load("mine") }
    #expect(throws: ModelPackageError.self) { try registry.remove("mine") }
  }

  @Test func foldersAreSearchedInOrder() throws {
    try fixture.write("mine", seed: 1, in: "first")
    try fixture.write("mine", seed: 2, in: "second")
    try fixture.write("yours", seed: 3, in: "second")
    let registry = fixture.registry("first", "second", "nowhere")
    #expect(registry.identifiers.suffix(2) == ["mine", "yours"])
    #expect(try registry.load("mine").source == fixture.file("first/mine.onnx"))
    #expect(try registry.entry("yours").location == .folder(fixture.file("second")))
  }

  /// No file can take the place of a model of the binary.
  @Test func builtInModelsCannotBeShadowed() async throws {
    let id = ModelRegistry.builtInIdentifiers[0]
    let impostor = try fixture.write(id)
    let registry = fixture.registry("source")
    #expect(try registry.load(id).source == id)
    await #expect(throws: ModelPackageError.isBuiltIn(id)) { try await registry.add(impostor) }
    #expect(throws: ModelPackageError.isBuiltIn(id)) { try registry.remove(id) }
  }

  @Test func damagedPackagesAreNotAdded() async throws {
    let source = try fixture.write("mine")
    try fixture.change(fixture.file("source/mine.onnx")) { $0[20] ^= 4 }
    for path in [source, fixture.file("source/mine.onnx")] {
      await #expect(throws: ModelPackageError.self) { try await fixture.registry().add(path) }
    }
    #expect(!FileManager.default.fileExists(atPath: fixture.file("user")))
  }

  @Test func unusableSidecarsAreListedWithTheReason() throws {
    try fixture.write("mine")
    try fixture.change(fixture.file("source/mine.json")) { $0 = $0.dropFirst() }
    let registry = fixture.registry("source")
    let entry = try registry.entry("mine")
    #expect(throws: ModelPackageError.self) { try entry.sidecar.get() }
    #expect(registry.entries.count == registry.identifiers.count)
  }

  @Test(arguments: ["../mine", "/etc/passwd", "", "Mine", "mine/../mine"])
  func identifiersCannotLeaveTheFolder(_ id: String) throws {
    try fixture.write("mine")
    let registry = fixture.registry("source")
    #expect(throws: ModelPackageError.self) { try registry.load(id) }
    #expect(throws: ModelPackageError.self) { try registry.remove(id) }
  }

  @Test func environmentNamesTheFolders() {
    let registry = ModelRegistry(environment: [
      "TINYVMAF_MODELS": "/a:/b", "XDG_DATA_HOME": "/data", "HOME": "/home/x",
    ])
    #expect(registry.folders == ["/a", "/b", "/data/tinyvmaf/models"])
    #expect(registry.userFolder == "/data/tinyvmaf/models")
    #expect(ModelRegistry(environment: ["HOME": "/h"]).userFolder?.hasPrefix("/h/") == true)
    #expect(ModelRegistry(environment: ["XDG_DATA_HOME": "relative"]).userFolder == nil)
  }

  @Test func digestsIgnoreTheFileFormat() throws {
    let network = Network(architecture: try Architecture("6-4-1"), seed: 5)
    let weights = fixture.file("x.safetensors")
    try network.write(to: weights)
    var named = try Network(contentsOf: weights)
    named.metadata["name"] = "other"
    #expect(named.weightsDigest == network.weightsDigest)
    #expect(try Network(onnx: named.onnx()).weightsDigest == network.weightsDigest)
    named.range = 0...100
    #expect(named.weightsDigest != network.weightsDigest)
  }
}
