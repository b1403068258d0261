import StillImages

/// A generator of bytes that look random; the same seed gives the same bytes.
struct Noise {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt8 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 56)
  }
}

/// Pictures with gradients, edges and noise.
enum TestImages {
  static func scene(width: Int, height: Int) -> RGBImage {
    var noise = Noise(seed: 7)
    var image = RGBImage(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        let disc = (x - width / 2) * (x - width / 2) + (y - height / 2) * (y - height / 2)
        let isInside = disc * 9 < width * height
        let grain = Int(noise.next() & 7)
        image[x, y] = (
          UInt8(x * 247 / width + grain), UInt8(isInside ? 220 : 40),
          UInt8(y * 247 / height + grain)
        )
      }
    }
    return image
  }

  static func noise(width: Int, height: Int) -> RGBImage {
    var noise = Noise(seed: 3)
    return RGBImage(
      width: width, height: height, samples: (0..<3 * width * height).map { _ in noise.next() })
  }
}
