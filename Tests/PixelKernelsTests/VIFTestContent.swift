/// What test pictures show: ordinary content, and the extremes of the legal range.
enum VIFTestContent: CaseIterable, Sendable {
  /// A gradient with a little grain.
  case smooth
  /// Uniform noise over the full range.
  case noise
  /// Every sample zero or maximal, at random.
  case binary
  /// Noise of two steps near black, where most pixels count as flat.
  case dark
  /// All samples zero.
  case black
  /// All samples maximal.
  case white
  /// A checkerboard of the extremes.
  case alternating

  /// A picture of this kind.
  func samples(_ width: Int, _ height: Int, _ depth: Int, seed: UInt64) -> [UInt16] {
    let top = (1 << depth) - 1
    var state = seed
    return (0..<width * height).map { index in
      let (x, y) = (index % width, index / width)
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let random = Int(state >> 40)
      switch self {
      case .smooth:
        let gradient = (x * 5 + y * 3) % 200 << (depth - 8)
        return UInt16(min(gradient + random % (16 << (depth - 8)), top))
      case .noise: return UInt16(random & top)
      case .binary: return UInt16(random & 1 == 0 ? 0 : top)
      case .dark: return UInt16((random % 3) << (depth - 8))
      case .black: return 0
      case .white: return UInt16(top)
      case .alternating: return UInt16((x + y) % 2 == 0 ? 0 : top)
      }
    }
  }

  /// Another picture of this kind, half of it like `reference`, so that both are correlated.
  func distortion(
    of reference: [UInt16], _ width: Int, _ height: Int, _ depth: Int, seed: UInt64
  ) -> [UInt16] {
    zip(reference, samples(width, height, depth, seed: seed)).enumerated().map { index, pair in
      let x = index % width
      if x < width / 3 { return pair.1 }
      return x < 2 * width / 3 ? UInt16((UInt32(pair.0) + UInt32(pair.1)) / 2) : pair.0
    }
  }
}
