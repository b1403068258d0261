/// A deterministic clip made by integer arithmetic alone, so that any language can regenerate the
/// same samples: a moving bilinear texture with grain, and a distorted version of it.
public struct SyntheticClip: Sendable {
  /// What the two videos show.
  public enum Kind: String, Sendable {
    /// Smooth moving texture with grain; the distortion is a blend with 4x4 block means.
    case texture
    /// Every sample zero or maximal, at random, independently in both videos.
    case binary
    /// The distorted video is grey with a few brighter samples.
    case flat
    /// The distorted video is the negative.
    case inverted
  }

  /// A name that golden files use.
  public let name: String
  /// Luma samples in a row.
  public let width: Int
  /// Luma rows.
  public let height: Int
  /// The number of frames.
  public let frameCount: Int
  /// The seed of all randomness.
  public let seed: UInt64
  /// Bits per sample, 8 to 16.
  public let bitDepth: Int
  /// What the videos show.
  public let kind: Kind

  /// Describes a clip; nothing is computed until a frame is asked for.
  public init(
    _ name: String, width: Int, height: Int, frameCount: Int, seed: UInt64, bitDepth: Int = 8,
    kind: Kind = .texture
  ) {
    self.name = name
    self.width = width
    self.height = height
    self.frameCount = frameCount
    self.seed = seed
    self.bitDepth = bitDepth
    self.kind = kind
  }

  /// The clips of the golden table, smallest first; the last one is 3840x2160.
  public static let golden: [SyntheticClip] = [
    SyntheticClip("tiny33", width: 33, height: 33, frameCount: 3, seed: 1),
    SyntheticClip("odd65x67", width: 65, height: 67, frameCount: 3, seed: 2),
    SyntheticClip("odd65x67_10", width: 65, height: 67, frameCount: 3, seed: 3, bitDepth: 10),
    SyntheticClip("cif", width: 352, height: 288, frameCount: 4, seed: 4),
    SyntheticClip("portrait", width: 270, height: 480, frameCount: 3, seed: 5),
    SyntheticClip("odd321x241_12", width: 321, height: 241, frameCount: 3, seed: 6, bitDepth: 12),
    SyntheticClip("sd16", width: 576, height: 324, frameCount: 2, seed: 7, bitDepth: 16),
    SyntheticClip("sd8", width: 576, height: 324, frameCount: 4, seed: 8),
    SyntheticClip("hd8", width: 1920, height: 1080, frameCount: 2, seed: 9),
    SyntheticClip("hd10", width: 1920, height: 1080, frameCount: 2, seed: 10, bitDepth: 10),
    SyntheticClip("binary", width: 320, height: 240, frameCount: 3, seed: 11, kind: .binary),
    SyntheticClip(
      "binary_10", width: 322, height: 242, frameCount: 2, seed: 12, bitDepth: 10, kind: .binary),
    SyntheticClip("flat", width: 352, height: 288, frameCount: 2, seed: 13, kind: .flat),
    SyntheticClip("inverted", width: 352, height: 288, frameCount: 3, seed: 14, kind: .inverted),
    SyntheticClip("uhd8", width: 3840, height: 2160, frameCount: 1, seed: 15),
  ]

  /// The luma samples of frame `t`, row by row, of the reference and the distorted video.
  public func luma(frame t: Int) -> (reference: [UInt16], distorted: [UInt16]) {
    let hashes = grainHashes(frame: t, seed: seed)
    let reference8 = texture(frame: t, hashes: hashes)
    var distorted8 = [Int](repeating: 0, count: width * height)
    let noise = kind == .binary || kind == .flat ? grainHashes(frame: t, seed: seed &+ 1000) : []
    switch kind {
    case .texture: distorted8 = blendWithBlockMeans(reference8)
    case .inverted: distorted8 = reference8.map { 255 - $0 }
    case .flat: distorted8 = noise.map { $0 & 63 == 0 ? 129 : 128 }
    case .binary:
      let top = UInt16((1 << bitDepth) - 1)
      return (hashes.map { $0 & 1 == 1 ? top : 0 }, noise.map { $0 & 1 == 1 ? top : 0 })
    }
    let shift = bitDepth - 8
    let mask = (1 << shift) - 1
    let reference = zip(reference8, hashes).map { sample, hash in
      UInt16(sample << shift | Int(truncatingIfNeeded: hash >> 8) & mask)
    }
    return (reference, distorted8.map { UInt16($0 << shift) })
  }

  private func grainHashes(frame t: Int, seed: UInt64) -> [UInt64] {
    var hashes = [UInt64]()
    hashes.reserveCapacity(width * height)
    let start = Self.mix(seed)
    for y in 0..<height {
      for x in 0..<width {
        let row = Self.mix(Self.mix(start &+ UInt64(x)) &+ UInt64(y))
        hashes.append(Self.mix(row &+ UInt64(t + 1)))
      }
    }
    return hashes
  }

  private func texture(frame t: Int, hashes: [UInt64]) -> [Int] {
    let start = Self.mix(seed)
    func lattice(_ i: Int, _ j: Int) -> Int {
      Int(Self.mix(Self.mix(Self.mix(start &+ UInt64(i)) &+ UInt64(j))) & 255)
    }
    let columns = (width + 2 * t) / 8 + 2
    let rows = (height + t) / 8 + 2
    let points = (0..<rows).map { j in (0..<columns).map { i in lattice(i, j) } }
    var samples = [Int](repeating: 0, count: width * height)
    for y in 0..<height {
      for x in 0..<width {
        let (shiftedX, shiftedY) = (x + 2 * t, y + t)
        let (i, j, fx, fy) = (shiftedX >> 3, shiftedY >> 3, shiftedX & 7, shiftedY & 7)
        let upper = (8 - fx) * points[j][i] + fx * points[j][i + 1]
        let lower = (8 - fx) * points[j + 1][i] + fx * points[j + 1][i + 1]
        let blend = ((8 - fy) * upper + fy * lower + 32) >> 6
        let grain = Int(hashes[y * width + x] & 15) - 8
        samples[y * width + x] = min(max(blend + grain, 0), 255)
      }
    }
    return samples
  }

  private func blendWithBlockMeans(_ reference: [Int]) -> [Int] {
    var distorted = reference
    for top in stride(from: 0, to: height, by: 4) {
      for left in stride(from: 0, to: width, by: 4) {
        let (bottom, right) = (min(top + 4, height), min(left + 4, width))
        var sum = 0
        for y in top..<bottom { for x in left..<right { sum += reference[y * width + x] } }
        let mean = sum / ((bottom - top) * (right - left))
        for y in top..<bottom {
          for x in left..<right {
            distorted[y * width + x] = (3 * mean + reference[y * width + x] + 2) >> 2
          }
        }
      }
    }
    return distorted
  }

  /// The finaliser of splitmix64.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
