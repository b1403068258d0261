import Testing

@testable import VMAFModel

@Suite struct ModelMutationTests {
  /// A damaged file is refused with a sentence or gives a model that can be evaluated; it never
  /// ends the program.
  @Test func damagedFiles() throws {
    let original = try #require(EmbeddedModel.named("vmaf_v0.6.1neg")).bytes
    let specification = try ModelSpecification("damaged.json")
    var random = SplitMix(state: 42)
    var refused = 0
    for _ in 0..<60 {
      var bytes = original
      for _ in 0..<3 {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 3 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 40))
        }
      }
      do {
        let model = try QualityModel(bytes: bytes, specification: specification)
        let count = model.featureNames.count
        _ = model.scores(features: [Double](repeating: 0.5, count: count))
      } catch {
        #expect(error.description.contains("damaged.json"))
        refused += 1
      }
    }
    #expect(refused > 0 && refused < 60)
  }
}

/// A small generator of reproducible numbers (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
