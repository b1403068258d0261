import VideoIO

/// A procedural scene whose frames are shown in a given order, as an encoder might show them.
final class SceneSource: FrameSource {
  /// How the picture of a scene is changed.
  struct Look {
    /// Added to every sample.
    var brightness = 0.0
    /// The factor of the contrast.
    var contrast = 1.0
    /// The largest noise in code values, different in every frame.
    var noise = 0
    /// The seed of the noise.
    var seed = 1
    /// Black rows at the top and at the bottom.
    var bars = 0
    /// Samples by which the picture lies to the right.
    var right = 0
    /// Whether nothing moves.
    var isStatic = false
  }

  let format: VideoFormat
  var frameCount: Int? { times.count }
  let frameRate: FrameRate? = FrameRate(25)
  private let times: [Int]
  private let look: Look
  private var next = 0

  /// - Parameters:
  ///   - times: The moment of the scene that each frame shows.
  init(
    _ times: [Int], width: Int = 96, height: Int = 54, bitDepth: Int = 8, look: Look = Look()
  ) {
    self.times = times
    self.look = look
    format = VideoFormat(
      width: width, height: height, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: bitDepth))
  }

  func read(into frame: Frame, planes: PlaneSelection) throws -> Bool {
    guard next < times.count else { return false }
    let plane = frame.planes[0]
    let shift = format.pixelFormat.bitDepth - 8
    for y in 0..<plane.height {
      for x in 0..<plane.width {
        let value = min(max(sample(x, y), 0), 255) << shift
        let offset = y * plane.bytesPerRow
        if shift == 0 {
          plane.base.storeBytes(of: UInt8(value), toByteOffset: offset + x, as: UInt8.self)
        } else {
          plane.base.storeBytes(
            of: UInt16(value).littleEndian, toByteOffset: offset + 2 * x, as: UInt16.self)
        }
      }
    }
    next += 1
    return true
  }

  func skip(_ count: Int) throws -> Int {
    let skipped = min(count, times.count - next)
    next += skipped
    return skipped
  }

  private func sample(_ x: Int, _ y: Int) -> Int {
    if y < look.bars || y >= format.height - look.bars { return 16 }
    let time = look.isStatic ? 0 : times[next]
    // Two layers of blobs that move in different ways, so that no moment repeats another.
    let u = x - look.right + 3 * time
    let v = y + time * time % 97
    let value = Self.lattice(u, y, seed: 7) / 2 + Self.lattice(x - look.right, v, seed: 8) / 3 + 30
    var noise = 0
    if look.noise > 0 {
      let hash = Self.hash(x, y &+ 7919 &* next, seed: look.seed)
      noise = Int(hash % UInt64(2 * look.noise + 1)) - look.noise
    }
    return Int(Double(value) * look.contrast + look.brightness) + noise
  }

  /// Random values on a grid of eight samples, interpolated.
  private static func lattice(_ x: Int, _ y: Int, seed: Int) -> Int {
    let (i, j, fx, fy) = (x >> 3, y >> 3, x & 7, y & 7)
    func value(_ i: Int, _ j: Int) -> Int { Int(hash(i, j, seed: seed) & 255) }
    let upper = value(i, j) * (8 - fx) + value(i + 1, j) * fx
    let lower = value(i, j + 1) * (8 - fx) + value(i + 1, j + 1) * fx
    return (upper * (8 - fy) + lower * fy) >> 6
  }

  private static func hash(_ x: Int, _ y: Int, seed: Int) -> UInt64 {
    var z = UInt64(truncatingIfNeeded: (x &* 73_856_093) ^ (y &* 19_349_663) ^ (seed &* 83_492_791))
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
