/// Lossless compression in the zlib format (RFC 1950 and 1951).
///
/// Repetitions are searched in chains of equal three-byte prefixes, with one byte of look-ahead for
/// a longer match; each block gets its own pair of Huffman codes, or the fixed ones where those are
/// shorter. The result depends on the input alone.
public enum Deflate {
  /// The bytes as a zlib stream, which `DecompressionStream('deflate')` of browsers reads too.
  public static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var bits = DeflateBits()
    bits.bytes = [0x78, 0xDA]
    var matcher = DeflateMatcher(bytes)
    repeat {
      let block = matcher.nextBlock()
      DeflateBlock(block).write(to: &bits, isLast: matcher.isAtEnd)
    } while !matcher.isAtEnd
    bits.flush()
    let sum = Checksums.adler32(bytes)
    for shift in [24, 16, 8, 0] { bits.bytes.append(UInt8(truncatingIfNeeded: sum >> shift)) }
    return bits.bytes
  }
}

/// Bits that fill bytes from their lowest bit on.
struct DeflateBits {
  var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var count = 0

  /// Appends up to 32 bits, the lowest one first.
  mutating func append(_ value: UInt32, _ width: Int) {
    pending |= UInt64(value) << UInt64(count)
    count += width
    while count >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      count -= 8
    }
  }

  /// Fills the last byte with zeros.
  mutating func flush() { if count > 0 { append(0, 8 - count) } }
}

/// A byte as it is, or a copy of earlier bytes.
struct DeflateToken {
  /// 0 for a byte, else the length of the copy, 3 to 258.
  let length: UInt16
  /// The byte, or how far back the copy starts, 1 to 32768.
  let value: UInt16
}

/// Splits bytes into tokens.
struct DeflateMatcher {
  private static let window = 32768
  /// How many earlier positions are tried.
  private static let effort = 64
  /// Tokens of a block: enough to pay for its codes, few enough for them to follow the data.
  private static let blockLength = 16384

  private let bytes: [UInt8]
  private var position = 0
  /// The latest position of each hash, and of each position the one before with the same hash.
  private var heads: [Int32]
  private var chain: [Int32]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    heads = [Int32](repeating: -1, count: 1 << 15)
    chain = [Int32](repeating: -1, count: Self.window)
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func nextBlock() -> [DeflateToken] {
    var tokens: [DeflateToken] = []
    while position < bytes.count, tokens.count < Self.blockLength {
      var found = longestMatch()
      insert()
      // A byte later there may be a longer copy.
      while found.length >= 3, found.length < 32, position + 1 < bytes.count {
        position += 1
        let next = longestMatch()
        guard next.length > found.length else {
          position -= 1
          break
        }
        insert()
        tokens.append(DeflateToken(length: 0, value: UInt16(bytes[position - 1])))
        found = next
      }
      guard found.length >= 3 else {
        tokens.append(DeflateToken(length: 0, value: UInt16(bytes[position])))
        position += 1
        continue
      }
      tokens.append(
        DeflateToken(length: UInt16(found.length), value: UInt16(found.distance)))
      let end = position + found.length
      position += 1
      while position < end {
        insert()
        position += 1
      }
    }
    return tokens
  }

  private var hash: Int {
    let triple =
      Int(bytes[position]) << 16 | Int(bytes[position + 1]) << 8 | Int(bytes[position + 2])
    return (triple &* 0x9E37_79B1) >> 13 & 0x7FFF
  }

  private mutating func insert() {
    guard position + 2 < bytes.count else { return }
    let hash = hash
    chain[position & (Self.window - 1)] = heads[hash]
    heads[hash] = Int32(position)
  }

  private func longestMatch() -> (length: Int, distance: Int) {
    let room = min(bytes.count - position, 258)
    guard room >= 3 else { return (0, 0) }
    var best = (length: 2, distance: 0)
    var candidate = Int(heads[hash])
    var tries = Self.effort
    bytes.withUnsafeBufferPointer { bytes in
      while candidate >= 0, position - candidate <= Self.window, tries > 0 {
        if candidate < position,
          bytes[candidate + best.length] == bytes[position + best.length]
        {
          var length = 0
          while length < room, bytes[candidate + length] == bytes[position + length] {
            length += 1
          }
          if length > best.length {
            best = (length, position - candidate)
            if length == room { break }
          }
        }
        let earlier = Int(chain[candidate & (Self.window - 1)])
        // An entry of the ring that was written over points forward, or to the same place.
        guard earlier < candidate else { break }
        candidate = earlier
        tries -= 1
      }
    }
    // A short copy from far away takes more bits than its bytes.
    let isWorthwhile =
      best.length > 4 || best.length >= 3 && best.distance <= 2048 << (best.length - 3)
    return isWorthwhile ? best : (0, 0)
  }
}
