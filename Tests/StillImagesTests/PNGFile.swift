import StillImages

/// A PNG file taken apart again, with every chunk's checksum verified bit by bit.
struct PNGFile {
  struct Damage: Error {}

  let image: RGBImage

  init(_ bytes: [UInt8]) throws {
    func word(_ start: Int) -> Int { bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw Damage()
    }
    var (width, height) = (0, 0)
    var data: [UInt8] = []
    var position = 8
    while position < bytes.count {
      let length = word(position)
      let body = bytes[position + 4..<position + 8 + length]
      guard word(position + 8 + length) == Self.crc(body) else { throw Damage() }
      switch String(decoding: body.prefix(4), as: UTF8.self) {
      case "IHDR":
        (width, height) = (word(position + 8), word(position + 12))
        guard Array(body.suffix(5)) == [8, 2, 0, 0, 0] else { throw Damage() }
      case "IDAT": data += body.dropFirst(4)
      default: break
      }
      position += 12 + length
    }
    let rows = try Inflate.zlib(data)
    guard rows.count == (3 * width + 1) * height else { throw Damage() }
    var samples: [UInt8] = []
    for y in 0..<height {
      let start = y * (3 * width + 1)
      for x in 0..<3 * width {
        let left = x >= 3 ? samples[samples.count - 3] : 0
        let above = y > 0 ? samples[samples.count - 3 * width] : 0
        let corner = x >= 3 && y > 0 ? samples[samples.count - 3 * width - 3] : 0
        let guess: UInt8
        switch rows[start] {
        case 0: guess = 0
        case 1: guess = left
        case 2: guess = above
        case 3: guess = UInt8((Int(left) + Int(above)) / 2)
        case 4:
          let estimate = Int(left) + Int(above) - Int(corner)
          guess =
            [left, above, corner].min { abs(estimate - Int($0)) < abs(estimate - Int($1)) } ?? 0
        default: throw Damage()
        }
        samples.append(rows[start + 1 + x] &+ guess)
      }
    }
    image = RGBImage(width: width, height: height, samples: samples)
  }

  private static func crc(_ bytes: some Sequence<UInt8>) -> Int {
    var value = UInt32.max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return Int(~value)
  }
}
