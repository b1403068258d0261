import VideoIO

/// One frame of 8-bit 4:2:0 video in plain arrays.
///
/// Everything that makes or changes pictures here computes with integers, or with doubles and the
/// four basic operations, so that the same seed gives the same bytes on every machine.
struct Picture: Sendable, Hashable {
  /// The samples of one plane, row by row.
  struct Plane: Sendable, Hashable {
    let width: Int
    let height: Int
    var samples: [UInt8]

    init(width: Int, height: Int, samples: [UInt8]) {
      self.width = width
      self.height = height
      self.samples = samples
    }

    /// Fills a plane sample by sample; values are clamped to 0…255.
    init(width: Int, height: Int, _ value: (_ x: Int, _ y: Int) -> Int) {
      self.width = width
      self.height = height
      samples = [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
        var index = 0
        for y in 0..<height {
          for x in 0..<width {
            buffer[index] = UInt8(clamping: value(x, y))
            index += 1
          }
        }
        count = index
      }
    }
  }

  /// Luma and the two chroma planes.
  var planes: [Plane]

  /// The format of every picture of this size.
  static func format(width: Int, height: Int) -> VideoFormat {
    VideoFormat(
      width: width, height: height, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: 8))
  }

  /// Makes each plane anew; `index` is 0 for luma.
  func mapPlanes(_ transform: (_ plane: Plane, _ index: Int) -> Plane) -> Picture {
    Picture(planes: planes.enumerated().map { transform($0.element, $0.offset) })
  }
}

/// Randomness that depends on nothing but its arguments.
enum Noise {
  /// 64 well mixed bits (the finaliser of SplitMix64 over a sum of odd multiples).
  static func hash(_ seed: UInt64, _ a: Int, _ b: Int, _ c: Int = 0) -> UInt64 {
    var z = seed &* 0x9E37_79B9_7F4A_7C15
    z &+= UInt64(bitPattern: Int64(a)) &* 0xD1B5_4A32_D192_ED03
    z &+= UInt64(bitPattern: Int64(b)) &* 0xABC9_8388_FB8F_AC03
    z &+= UInt64(bitPattern: Int64(c)) &* 0x8CB9_2BA7_2F3D_8DD7
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Nearly normal noise around 0 with standard deviation 148: four uniform bytes added up.
  static func bell(_ seed: UInt64, _ a: Int, _ b: Int, _ c: Int) -> Int {
    let bits = hash(seed, a, b, c)
    let low = (bits & 0xFF) + (bits >> 8 & 0xFF)
    return Int(low + (bits >> 16 & 0xFF) + (bits >> 24 & 0xFF)) - 510
  }

  /// Smooth noise, 0…255, with one random value per cell of `1 << shift` samples.
  ///
  /// - Parameters:
  ///   - x: The column in units of 1/256 sample.
  ///   - y: The row in units of 1/256 sample.
  static func value(_ x: Int, _ y: Int, shift: Int, seed: UInt64) -> Int {
    let (column, row) = (x >> (shift + 8), y >> (shift + 8))
    let (fx, fy) = (fade(x >> shift & 0xFF), fade(y >> shift & 0xFF))
    func corner(_ dx: Int, _ dy: Int) -> Int {
      Int(truncatingIfNeeded: hash(seed, column &+ dx, row &+ dy, shift) & 0xFF)
    }
    let top = corner(0, 0) * (256 - fx) + corner(1, 0) * fx
    let bottom = corner(0, 1) * (256 - fx) + corner(1, 1) * fx
    return (top * (256 - fy) + bottom * fy) >> 16
  }

  /// Noise at several scales, 0…255, each finer one with half (`rough`: three quarters) of the
  /// weight of the one before.
  static func fractal(
    _ x: Int, _ y: Int, shifts: ClosedRange<Int>, seed: UInt64, rough: Bool = false
  ) -> Int {
    var (sum, weights, weight) = (0, 0, 256)
    for shift in shifts.reversed() {
      sum += value(x, y, shift: shift, seed: seed) * weight
      weights += weight
      weight = rough ? weight * 3 / 4 : weight / 2
    }
    return sum / weights
  }

  /// 3f² − 2f³ for f in 1/256.
  private static func fade(_ f: Int) -> Int { (f * f * (768 - 2 * f)) >> 16 }

  /// 1024·sin of a phase in 1/1024 turn, by Bhaskara's rational approximation (within 0.2 %).
  static func sine(_ phase: Int) -> Int {
    let turn = phase & 1023
    let half = turn & 511
    let product = half * (512 - half)
    let value = 16 * product * 1024 / (5 * 512 * 512 - 4 * product)
    return turn < 512 ? value : -value
  }
}
