extension RGBImage {
  /// The picture as a PNG file (ISO/IEC 15948): 8-bit colour, no time stamp, no loss.
  public func png() -> [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    func append(_ type: String, _ data: [UInt8]) {
      file += Self.bigEndian(data.count)
      let body = Array(type.utf8) + data
      file += body
      file += Self.bigEndian(Int(Checksums.crc32(body)))
    }
    // Depth 8, colour, and the only compression, filtering and interlacing that there are.
    append("IHDR", Self.bigEndian(width) + Self.bigEndian(height) + [8, 2, 0, 0, 0])
    append("sRGB", [0])
    append("IDAT", Deflate.zlib(filteredRows()))
    append("IEND", [])
    return file
  }

  /// Each row with the filter whose differences have the least sum of magnitudes.
  private func filteredRows() -> [UInt8] {
    let rowBytes = 3 * width
    var filtered: [UInt8] = []
    filtered.reserveCapacity((rowBytes + 1) * height)
    var above = [UInt8](repeating: 0, count: rowBytes)
    var candidate = above
    for y in 0..<height {
      let row = Array(samples[y * rowBytes..<(y + 1) * rowBytes])
      var best = (cost: Int.max, filter: 0, bytes: row)
      for filter in 0..<5 {
        var cost = 0
        for x in 0..<rowBytes {
          let left = x >= 3 ? row[x - 3] : 0
          let corner = x >= 3 ? above[x - 3] : 0
          let guess = Self.prediction(filter, left: left, above: above[x], corner: corner)
          let byte = row[x] &- guess
          candidate[x] = byte
          cost += abs(Int(Int8(bitPattern: byte)))
        }
        if cost < best.cost { best = (cost, filter, candidate) }
      }
      filtered.append(UInt8(best.filter))
      filtered += best.bytes
      above = row
    }
    return filtered
  }

  /// What a filter expects of a sample: nothing, left, above, their mean, or Paeth's choice.
  private static func prediction(
    _ filter: Int, left: UInt8, above: UInt8, corner: UInt8
  ) -> UInt8 {
    switch filter {
    case 0: return 0
    case 1: return left
    case 2: return above
    case 3: return UInt8((Int(left) + Int(above)) / 2)
    default:
      let estimate = Int(left) + Int(above) - Int(corner)
      let toLeft = abs(estimate - Int(left))
      let toAbove = abs(estimate - Int(above))
      let toCorner = abs(estimate - Int(corner))
      if toLeft <= toAbove, toLeft <= toCorner { return left }
      return toAbove <= toCorner ? above : corner
    }
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
