import Testing
import TinyNets

@Suite struct ArchitectureTests {
  @Test(arguments: [
    ("2x64", 4_673, "2x64"), ("3x128", 34_049, "3x128"), ("4x256", 199_425, "4x256"),
    ("6-16-8-1", 257, "6-16-8-1"), ("6-32-16-1", 769, "6-32-16-1"),
    ("6-64-32-16-1", 3_073, "6-64-32-16-1"), ("6-16-16-1", 401, "2x16"), ("linear", 7, "linear"),
    ("6-1", 7, "linear"), ("2X64", 4_673, "2x64"), ("12-8-3", 131, "12-8-3"),
  ])
  func parsesCountsAndPrints(_ text: String, _ count: Int, _ printed: String) throws {
    let architecture = try Architecture(text)
    #expect(architecture.parameterCount == count)
    #expect(architecture.description == printed)
    #expect(try Architecture(printed) == architecture)
    #expect(architecture.layers.last?.biases.upperBound == count)
  }

  @Test(arguments: [
    "", "x", "2x", "x64", "0x64", "-2x64", "2x64x3", "6", "6--1", "6-a-1", "65x8", "6-64-", "mlp",
  ])
  func refusesOtherText(_ text: String) {
    #expect(throws: ArchitectureError.malformed(text)) { try Architecture(text) }
  }

  @Test func refusesWidthsOutOfRange() {
    #expect(throws: ArchitectureError.invalidWidth(0, "6-0-1")) { try Architecture("6-0-1") }
    #expect(throws: ArchitectureError.invalidWidth(5_000, "6-5000-1")) {
      try Architecture("1x5000")
    }
    #expect(throws: ArchitectureError.self) { try Architecture("64x4096") }
    #expect(throws: ArchitectureError.self) { try Architecture("2x9223372036854775807") }
  }
}
