extension RGBImage {
  /// The picture as a baseline JPEG file (ITU-T T.81) with 4:2:0 chroma.
  ///
  /// The Huffman codes are made for the picture, which saves about a tenth in small ones. All
  /// arithmetic is in integers: the same picture gives the same bytes everywhere.
  ///
  /// - Parameter quality: 1 to 100 on the scale of libjpeg; 75 suits thumbnails.
  public func jpeg(quality: Int = 75) -> [UInt8] {
    let tables = JPEGQuantization(quality: min(max(quality, 1), 100))
    var scan = JPEGScan()
    let planes = JPEGPlanes(self)
    for y in stride(from: 0, to: planes.paddedHeight, by: 16) {
      for x in stride(from: 0, to: planes.paddedWidth, by: 16) {
        for (dx, dy) in [(0, 0), (8, 0), (0, 8), (8, 8)] {
          scan.append(planes.lumaBlock(x + dx, y + dy), component: 0, tables.luma)
        }
        for component in 1...2 {
          scan.append(
            planes.chromaBlock(component, x / 2, y / 2), component: component, tables.chroma)
        }
      }
    }
    return scan.file(width: width, height: height, tables)
  }
}

/// The divisors of the coefficients, in raster order.
struct JPEGQuantization {
  let luma: [Int]
  let chroma: [Int]

  /// The examples of T.81, Annex K, scaled as libjpeg does.
  init(quality: Int) {
    let scale = quality < 50 ? 5000 / quality : 200 - 2 * quality
    func scaled(_ table: [Int]) -> [Int] {
      table.map { min(max(($0 * scale + 50) / 100, 1), 255) }
    }
    luma = scaled([
      16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
      14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
      18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
      49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ])
    // Chroma's table differs from 99 in one corner only.
    var flat = [Int](repeating: 99, count: 64)
    let corner = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]
    for y in 0..<4 { for x in 0..<4 { flat[8 * y + x] = corner[y][x] } }
    chroma = scaled(flat)
  }
}

/// Luma and chroma of a picture, padded to whole blocks by repeating its edges.
private struct JPEGPlanes {
  let paddedWidth: Int
  let paddedHeight: Int
  private var planes: [[Int16]]

  init(_ image: RGBImage) {
    paddedWidth = (image.width + 15) / 16 * 16
    paddedHeight = (image.height + 15) / 16 * 16
    let count = paddedWidth * paddedHeight
    planes = [[Int16]](repeating: [Int16](repeating: 0, count: count), count: 3)
    // JFIF's BT.601 of full range with 16 bits after the point; neutral is 0 for all three.
    let weights = [[19595, 38470, 7471], [-11059, -21709, 32768], [32768, -27439, -5329]]
    for component in 0..<3 {
      let factors = weights[component]
      let offset = component == 0 ? -(128 << 16) : 0
      planes[component].withUnsafeMutableBufferPointer { plane in
        image.samples.withUnsafeBufferPointer { samples in
          for y in 0..<paddedHeight {
            for x in 0..<paddedWidth {
              let pixel = 3 * (min(y, image.height - 1) * image.width + min(x, image.width - 1))
              let red = factors[0] * Int(samples[pixel])
              let green = factors[1] * Int(samples[pixel + 1])
              let blue = factors[2] * Int(samples[pixel + 2])
              let value = (red + green + blue + offset + 32768) >> 16
              plane[y * paddedWidth + x] = Int16(min(value, 127))
            }
          }
        }
      }
    }
  }

  func lumaBlock(_ left: Int, _ top: Int) -> [Int] {
    (0..<64).map { Int(planes[0][(top + $0 / 8) * paddedWidth + left + $0 % 8]) }
  }

  /// A block of means over two by two pixels; positions count in chroma samples.
  func chromaBlock(_ component: Int, _ left: Int, _ top: Int) -> [Int] {
    (0..<64).map { index in
      let start = 2 * (top + index / 8) * paddedWidth + 2 * (left + index % 8)
      let plane = planes[component]
      let upper = Int(plane[start]) + Int(plane[start + 1])
      let lower = Int(plane[start + paddedWidth]) + Int(plane[start + paddedWidth + 1])
      return (upper + lower + 2) >> 2
    }
  }
}

/// The discrete cosine transform of a block.
enum CosineTransform {
  /// `cos(k π / 16) / 2` for k from 0 to 8, with 13 bits after the point.
  private static let half = [4096, 4017, 3784, 3406, 2896, 2276, 1567, 799, 0]

  /// The orthonormal basis, row by row: frequency, then position.
  private static let basis: [Int] = (0..<64).map { index in
    let (frequency, position) = (index / 8, index % 8)
    if frequency == 0 { return half[4] }
    let angle = (2 * position + 1) * frequency % 32
    let folded = angle > 16 ? 32 - angle : angle
    return folded > 8 ? -half[16 - folded] : half[folded]
  }

  /// The coefficients of 64 samples in raster order, with 26 bits after the point.
  static func coefficients(_ block: [Int]) -> [Int] {
    var rows = [Int](repeating: 0, count: 64)
    for y in 0..<8 {
      for frequency in 0..<8 {
        var sum = 0
        for x in 0..<8 { sum += basis[8 * frequency + x] * block[8 * y + x] }
        rows[8 * y + frequency] = sum
      }
    }
    var result = [Int](repeating: 0, count: 64)
    for frequency in 0..<8 {
      for x in 0..<8 {
        var sum = 0
        for y in 0..<8 { sum += basis[8 * frequency + y] * rows[8 * y + x] }
        result[8 * frequency + x] = sum
      }
    }
    return result
  }
}
