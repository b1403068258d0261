/// Quantises planes in the domain of an 8x8 cosine transform, as every block-based codec does.
///
/// The transform is the orthonormal DCT-II with coefficients rounded to 1/4096, computed in 32-bit
/// integers. Steps grow with frequency, and small coefficients fall into a widened zero zone.
enum BlockTransform {
  /// `basis[k * 8 + n]` = 4096 · c(k)/2 · cos((2n + 1)kπ/16), c(0) = √½ and else 1.
  private static let basis: [Int32] = {
    // 2048 · cos(jπ/16) for j = 0…8, and the basis function of frequency 0.
    let cosines: [Int32] = [2048, 2009, 1892, 1703, 1448, 1138, 784, 400, 0]
    return (0..<64).map { index in
      let (k, n) = (index / 8, index % 8)
      if k == 0 { return 1448 }
      let angle = (2 * n + 1) * k % 32
      let folded = angle > 16 ? 32 - angle : angle
      return folded > 8 ? -cosines[16 - folded] : cosines[folded]
    }
  }()

  /// Quantises with step `step` at frequency zero and `step · (1 + (u + v)/4)` elsewhere.
  static func quantize(_ plane: Picture.Plane, step: Int) -> Picture.Plane {
    var result = plane
    let steps = (0..<64).map { Int32(step * (4 + $0 / 8 + $0 % 8) / 4) }
    var block = [Int32](repeating: 0, count: 64)
    var middle = block
    plane.samples.withUnsafeBufferPointer { source in
      result.samples.withUnsafeMutableBufferPointer { target in
        block.withUnsafeMutableBufferPointer { block in
          middle.withUnsafeMutableBufferPointer { middle in
            for top in stride(from: 0, to: plane.height, by: 8) {
              for left in stride(from: 0, to: plane.width, by: 8) {
                load(source, plane, top, left, block)
                forward(block, middle)
                quantize(block, steps)
                inverse(block, middle)
                store(block, target, plane, top, left)
              }
            }
          }
        }
      }
    }
    return result
  }

  private typealias Block = UnsafeMutableBufferPointer<Int32>

  /// Copies a block less 128; beyond the border the last sample repeats.
  private static func load(
    _ source: UnsafeBufferPointer<UInt8>, _ plane: Picture.Plane, _ top: Int, _ left: Int,
    _ block: Block
  ) {
    for y in 0..<8 {
      let row = min(top + y, plane.height - 1) * plane.width
      for x in 0..<8 {
        block[y * 8 + x] = Int32(source[row + min(left + x, plane.width - 1)]) - 128
      }
    }
  }

  private static func store(
    _ block: Block, _ target: UnsafeMutableBufferPointer<UInt8>, _ plane: Picture.Plane,
    _ top: Int, _ left: Int
  ) {
    for y in 0..<min(8, plane.height - top) {
      for x in 0..<min(8, plane.width - left) {
        target[(top + y) * plane.width + left + x] = UInt8(clamping: block[y * 8 + x] + 128)
      }
    }
  }

  private static func forward(_ block: Block, _ middle: Block) {
    basis.withUnsafeBufferPointer { basis in
      for y in 0..<8 {
        for k in 0..<8 {
          var sum: Int32 = 1 << 7
          for n in 0..<8 { sum &+= block[y * 8 + n] &* basis[k * 8 + n] }
          middle[y * 8 + k] = sum >> 8
        }
      }
      for k in 0..<8 {
        for x in 0..<8 {
          var sum: Int32 = 1 << 15
          for n in 0..<8 { sum &+= middle[n * 8 + x] &* basis[k * 8 + n] }
          block[k * 8 + x] = sum >> 16
        }
      }
    }
  }

  private static func quantize(_ block: Block, _ steps: [Int32]) {
    for index in 0..<64 {
      let (value, step) = (block[index], steps[index])
      let rounding = index == 0 ? step / 2 : step / 3
      let level = (abs(value) + rounding) / step
      block[index] = value < 0 ? -level * step : level * step
    }
  }

  private static func inverse(_ block: Block, _ middle: Block) {
    basis.withUnsafeBufferPointer { basis in
      for x in 0..<8 {
        for n in 0..<8 {
          var sum: Int32 = 1 << 9
          for k in 0..<8 { sum &+= block[k * 8 + x] &* basis[k * 8 + n] }
          middle[n * 8 + x] = sum >> 10
        }
      }
      for y in 0..<8 {
        for n in 0..<8 {
          var sum: Int32 = 1 << 13
          for k in 0..<8 { sum &+= middle[y * 8 + k] &* basis[k * 8 + n] }
          block[y * 8 + n] = sum >> 14
        }
      }
    }
  }
}
