import StillImages
import Testing

@Suite struct DeflateTests {
  static let inputs: [(name: String, bytes: [UInt8])] = {
    var noise = Noise(seed: 1)
    let random = (0..<70_000).map { _ in noise.next() }
    let skewed = (1...60_000).map { (index: Int) -> UInt8 in
      UInt8(min((index &* 2_654_435_761).trailingZeroBitCount, 20))
    }
    let words = ["quality ", "of ", "experience ", "frame ", "band ", "\n"]
    let text = (0..<40_000).flatMap { _ in Array(words[Int(noise.next()) % words.count].utf8) }
    return [
      ("empty", []), ("one byte", [7]), ("two bytes", [7, 7]), ("three bytes", [1, 2, 3]),
      ("a run", [UInt8](repeating: 200, count: 100_000)), ("noise", random),
      ("few symbols", random.map { $0 & 3 }), ("text", text),
      ("far copies", Array(random.prefix(32_768) + random.prefix(32_768))),
      ("skewed", skewed),
    ]
  }()

  @Test(arguments: inputs.indices)
  func readsBack(_ index: Int) throws {
    let (name, bytes) = Self.inputs[index]
    #expect(try Inflate.zlib(Deflate.zlib(bytes)) == bytes, "\(name)")
  }

  /// Noise hardly grows, and what repeats shrinks.
  @Test(arguments: [("a run", 300), ("noise", 70_300), ("few symbols", 21_500), ("text", 60_000)])
  func compresses(_ name: String, _ limit: Int) throws {
    let input = try #require(Self.inputs.first { $0.name == name })
    #expect(Deflate.zlib(input.bytes).count < limit)
  }
}
