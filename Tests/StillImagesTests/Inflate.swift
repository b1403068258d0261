/// A reader of zlib streams after RFC 1950 and 1951, independent of the writer under test.
struct Inflate {
  struct Damage: Error {}

  private let bytes: [UInt8]
  private var position = 2
  private var bit = 0

  static func zlib(_ bytes: [UInt8]) throws -> [UInt8] {
    var reader = Inflate(bytes: bytes)
    guard bytes.count > 6, bytes[0] == 0x78, (Int(bytes[0]) * 256 + Int(bytes[1])) % 31 == 0 else {
      throw Damage()
    }
    let output = try reader.blocks()
    if reader.bit > 0 { reader.position += 1 }
    let sum = bytes[reader.position...].prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in output {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    guard sum == high << 16 | low, reader.position + 4 == bytes.count else { throw Damage() }
    return output
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func take(_ width: Int) throws -> Int {
    var value = 0
    for index in 0..<width {
      guard position < bytes.count else { throw Damage() }
      value |= Int(bytes[position] >> UInt8(bit) & 1) << index
      bit += 1
      if bit == 8 { (bit, position) = (0, position + 1) }
    }
    return value
  }

  /// Words of a code by their length and value.
  private func table(_ lengths: [Int]) -> [[Int: Int]] {
    var table = [[Int: Int]](repeating: [:], count: 16)
    var word = 0
    for length in 1...15 {
      word <<= 1
      for (symbol, own) in lengths.enumerated() where own == length {
        table[length][word] = symbol
        word += 1
      }
    }
    return table
  }

  private mutating func symbol(_ table: [[Int: Int]]) throws -> Int {
    var word = 0
    for length in 1...15 {
      word = try word << 1 | take(1)
      if let symbol = table[length][word] { return symbol }
    }
    throw Damage()
  }

  private mutating func blocks() throws -> [UInt8] {
    var output: [UInt8] = []
    var isLast = false
    while !isLast {
      isLast = try take(1) == 1
      let literals: [[Int: Int]]
      let distances: [[Int: Int]]
      switch try take(2) {
      case 1:
        literals = table((0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
        distances = table([Int](repeating: 5, count: 30))
      case 2: (literals, distances) = try dynamicTables()
      default: throw Damage()
      }
      while true {
        let symbol = try symbol(literals)
        if symbol == 256 { break }
        if symbol < 256 {
          output.append(UInt8(symbol))
          continue
        }
        let length = try copyLength(symbol)
        let distance = try copyDistance(self.symbol(distances))
        guard distance <= output.count else { throw Damage() }
        for _ in 0..<length { output.append(output[output.count - distance]) }
      }
    }
    return output
  }

  private mutating func copyLength(_ symbol: Int) throws -> Int {
    let bases = [
      3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
      163, 195, 227, 258,
    ]
    let code = symbol - 257
    guard code < bases.count else { throw Damage() }
    return try bases[code] + (code == 28 ? 0 : take(max(code / 4 - 1, 0)))
  }

  private mutating func copyDistance(_ code: Int) throws -> Int {
    let bases = [
      1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
      2049,
      3073, 4097, 6145, 8193, 12289, 16385, 24577,
    ]
    guard code < bases.count else { throw Damage() }
    return try bases[code] + take(max(code / 2 - 1, 0))
  }

  private mutating func dynamicTables() throws -> ([[Int: Int]], [[Int: Int]]) {
    let literalCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    let codeCount = try take(4) + 4
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var codeLengths = [Int](repeating: 0, count: 19)
    for index in 0..<codeCount { codeLengths[order[index]] = try take(3) }
    let code = table(codeLengths)
    var lengths: [Int] = []
    while lengths.count < literalCount + distanceCount {
      let symbol = try symbol(code)
      switch symbol {
      case 16:
        guard let last = lengths.last else { throw Damage() }
        lengths += [Int](repeating: last, count: try take(2) + 3)
      case 17: lengths += [Int](repeating: 0, count: try take(3) + 3)
      case 18: lengths += [Int](repeating: 0, count: try take(7) + 11)
      default: lengths.append(symbol)
      }
    }
    guard lengths.count == literalCount + distanceCount else { throw Damage() }
    return (table(Array(lengths[..<literalCount])), table(Array(lengths[literalCount...])))
  }
}
