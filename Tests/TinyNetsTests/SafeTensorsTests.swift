import Testing

@testable import TinyNets

@Suite struct SafeTensorsTests {
  static func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let text = Array(header.utf8)
    var bytes = withUnsafeBytes(of: (length ?? UInt64(text.count)).littleEndian) { Array($0) }
    bytes += text
    bytes += [UInt8](repeating: 0, count: data)
    return bytes
  }

  @Test func readsWhatItWrites() throws {
    let file = SafeTensors(
      tensors: [
        "b": .init([1, -2, .infinity, 0.5], shape: [2, 2]), "a": .init([3]),
        "empty": .init([], shape: [0, 7]),
      ], metadata: ["k": "v", "ü": "\u{1}\"\\"])
    let bytes = try file.encoded()
    #expect(try SafeTensors(decoding: bytes) == file)
    #expect(try file.encoded() == bytes)
    #expect(bytes.count % 4 == 0)
  }

  @Test func readsAFileOfAnotherWriter() throws {
    let header = #"{"w":{"shape":[1,2],"dtype":"F32","data_offsets":[0,8]}}   "#
    var bytes = Self.file(header)
    bytes += [0, 0, 128, 63, 0, 0, 0, 192]
    #expect(try SafeTensors(decoding: bytes).tensors["w"] == .init([1, -2], shape: [1, 2]))
  }

  static func entry(_ dtype: String, _ shape: String, _ offsets: String) -> String {
    #"{"w":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  static let hostile: [([UInt8], SafeTensorsError)] = [
    ([], .truncated(0)),
    ([1, 2, 3], .truncated(3)),
    (file("{}", length: 100), .truncated(10)),
    (file("{}", length: .max), .headerTooLong(.max)),
    (file("not json"), .malformedHeader),
    (file("[1]"), .malformedHeader),
    (file(#"{"w":3}"#), .malformedHeader),
    (file(#"{"w":{"k":"v"}}"#), .malformedHeader),
    (file(entry("F64", "[1]", "[0,8]"), data: 8), .unsupportedType(tensor: "w", type: "F64")),
    (file(entry("F32", "[1]", "[0,8]"), data: 4), .outOfBounds(tensor: "w")),
    (file(entry("F32", "[1]", "[-4,0]"), data: 4), .outOfBounds(tensor: "w")),
    (file(entry("F32", "[1]", "[4,0]"), data: 4), .outOfBounds(tensor: "w")),
    (file(entry("F32", "[1]", "[0]"), data: 4), .malformedHeader),
    (file(entry("F32", "[2]", "[0,4]"), data: 4), .badShape(tensor: "w")),
    (file(entry("F32", "[-1,-1]", "[0,4]"), data: 4), .badShape(tensor: "w")),
    (
      file(entry("F32", "[4611686018427387904,4]", "[0,0]")), .badShape(tensor: "w")
    ),
    (file(entry("F32", "[1]", "[0,4]"), data: 8), .badLayout),
    (file(entry("F32", "[1]", "[4,8]"), data: 8), .badLayout),
    (file("{}", data: 4), .badLayout),
    (
      file(
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
          + #""b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: 4), .badLayout
    ),
    (file(String(repeating: "[", count: 100_000)), .malformedHeader),
  ]

  @Test(arguments: hostile.indices)
  func refusesHostileFiles(_ index: Int) {
    let (bytes, error) = Self.hostile[index]
    #expect(throws: error) { try SafeTensors(decoding: bytes) }
  }

  @Test func neverCrashesOnDamage() throws {
    let network = Network(architecture: try Architecture("1x3"), seed: 1)
    let bytes = try network.safeTensors().encoded()
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<200 {
      var damaged = bytes
      for _ in 0..<1 + generator.index(below: 3) {
        damaged[generator.index(below: damaged.count)] = UInt8(generator.index(below: 256))
      }
      if generator.uniform() < 0.3 { damaged.removeLast(generator.index(below: damaged.count)) }
      if let file = try? SafeTensors(decoding: damaged) { _ = try? Network(file) }
    }
  }
}
