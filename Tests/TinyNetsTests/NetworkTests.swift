import DurableFiles
import Foundation
import Processor
import Testing

@testable import TinyNets

@Suite struct NetworkTests {
  static func temporaryPath(_ name: String = #function) -> String {
    FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors").path
  }

  static func features(rows: Int) -> [Float] {
    var generator = SeededGenerator(seed: 9)
    return (0..<rows * 6).map { _ in Float(generator.normal()) }
  }

  @Test func rowsDoNotDependOnTheBatch() throws {
    var network = Network(architecture: try Architecture("6-24-9-1"), seed: 2)
    network.range = -0.1...0.1
    let features = Self.features(rows: 300)
    let together = network.predict(features)
    #expect(together.allSatisfy { (-0.1...0.1).contains($0) })
    #expect(Set(together).count > 3)
    for row in [0, 1, 7, 255, 256, 299] {
      let alone = network.predict(Array(features[row * 6..<row * 6 + 6]))
      #expect(alone == [together[row]])
    }
    let unclamped = network.predict(features, clamped: false)
    #expect(zip(unclamped, together).allSatisfy { min(max($0, -0.1), 0.1) == $1 })
    #expect(network.predict([]).isEmpty)
  }

  @Test func scalesAreApplied() throws {
    // y = 3 + 2 * (1 * (5 - 1) * 0.5 + 10) for the first feature alone.
    let network = try Network(
      architecture: Architecture("linear"), parameters: [1, 0, 0, 0, 0, 0, 10],
      inputMean: [1, 0, 0, 0, 0, 0], inputScale: [0.5, 1, 1, 1, 1, 1], outputOffset: [3],
      outputScale: [2])
    #expect(network([5, 0, 0, 0, 0, 0]) == [27])
  }

  @Test func notANumberStaysVisible() throws {
    var network = Network(architecture: try Architecture("1x8"), seed: 2)
    network.range = 0...100
    #expect(network([.nan, 0, 0, 0, 0, 0])[0].isNaN)
  }

  @Test(arguments: ["linear", "6-5-3-2", "2x16"])
  func survivesAFile(_ text: String) throws {
    var network = Network(
      architecture: try Architecture(text, activation: .gelu), seed: 4)
    network.range = -1...2
    network.metadata = ["teacher": "vmaf_v0.6.1", "note": "a \"quoted\" / line\n"]
    let path = Self.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try network.write(to: path)
    #expect(try Network(contentsOf: path) == network)
    let bytes = try Data(contentsOf: URL(filePath: path))
    try network.write(to: path)
    #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
  }

  @Test func refusesNumbersThatDoNotFit() throws {
    let architecture = try Architecture("linear")
    #expect(throws: NetworkError.wrongCount(what: "parameters", expected: 7, found: 1)) {
      try Network(architecture: architecture, parameters: [1])
    }
    #expect(throws: NetworkError.notFinite(what: "parameters", index: 2)) {
      try Network(architecture: architecture, parameters: [1, 1, .nan, 1, 1, 1, 1])
    }
    #expect(throws: NetworkError.wrongCount(what: "input means", expected: 6, found: 2)) {
      try Network(
        architecture: architecture, parameters: [1, 1, 1, 1, 1, 1, 1], inputMean: [0, 0])
    }
  }

  @Test func refusesFilesThatAreNoNetwork() throws {
    let network = Network(architecture: try Architecture("1x4"), seed: 1)
    var file = network.safeTensors()
    #expect(try Network(file) == network)
    file.tensors["layers.0.bias"] = nil
    #expect(throws: NetworkError.malformed("the tensor 'layers.0.bias' is missing")) {
      try Network(file)
    }
    file = network.safeTensors()
    file.tensors["layers.0.weight"]?.shape = [6, 4]
    #expect(throws: NetworkError.self) { try Network(file) }
    file = network.safeTensors()
    file.metadata["architecture"] = "6-4096-4096-1"
    #expect(throws: NetworkError.self) { try Network(file) }
    file.metadata["architecture"] = "nonsense"
    #expect(throws: ArchitectureError.self) { try Network(file) }
    #expect(throws: NetworkError.self) { try Network(SafeTensors()) }
    #expect(throws: FileError.self) { try Network(contentsOf: "/nonexistent/x.safetensors") }
    #expect(throws: FileError.self) { try Network(contentsOf: "/dev/zero") }
    #expect(throws: FileError.self) { try network.write(to: "/nonexistent/x.safetensors") }
  }
}
