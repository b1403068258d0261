/// The tokens of one block with their Huffman codes.
struct DeflateBlock {
  private let tokens: [DeflateToken]
  private let literals: HuffmanCode
  private let distances: HuffmanCode
  private let header: Header
  private let usesFixedCodes: Bool

  init(_ tokens: [DeflateToken]) {
    self.tokens = tokens
    var literalCounts = [Int](repeating: 0, count: 286)
    var distanceCounts = [Int](repeating: 0, count: 30)
    literalCounts[256] = 1
    for token in tokens {
      if token.length == 0 {
        literalCounts[Int(token.value)] += 1
      } else {
        literalCounts[257 + Self.lengthCodes[Int(token.length)].code] += 1
        distanceCounts[Self.distanceCode(Int(token.value))] += 1
      }
    }
    let ownLiterals = HuffmanCode(frequencies: literalCounts, limit: 15)
    let ownDistances = HuffmanCode(frequencies: distanceCounts, limit: 15)
    header = Header(literals: ownLiterals, distances: ownDistances)
    func cost(_ literals: HuffmanCode, _ distances: HuffmanCode) -> Int {
      zip(literalCounts, literals.lengths).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(distanceCounts, distances.lengths).reduce(0) { $0 + $1.0 * $1.1 }
    }
    usesFixedCodes =
      cost(Self.fixedLiterals, Self.fixedDistances)
      <= cost(ownLiterals, ownDistances) + header.bitCount
    literals = usesFixedCodes ? Self.fixedLiterals : ownLiterals
    distances = usesFixedCodes ? Self.fixedDistances : ownDistances
  }

  func write(to bits: inout DeflateBits, isLast: Bool) {
    bits.append(isLast ? 1 : 0, 1)
    bits.append(usesFixedCodes ? 1 : 2, 2)
    if !usesFixedCodes { header.write(to: &bits) }
    let (literalWords, distanceWords) = (literals.reversedWords, distances.reversedWords)
    for token in tokens {
      guard token.length > 0 else {
        bits.append(literalWords[Int(token.value)], literals.lengths[Int(token.value)])
        continue
      }
      let length = Self.lengthCodes[Int(token.length)]
      bits.append(literalWords[257 + length.code], literals.lengths[257 + length.code])
      bits.append(UInt32(Int(token.length) - length.base), length.extra)
      let code = Self.distanceCode(Int(token.value))
      bits.append(distanceWords[code], distances.lengths[code])
      let extra = max(code / 2 - 1, 0)
      bits.append(UInt32(Int(token.value) - Self.distanceBase(code)), extra)
    }
    bits.append(literalWords[256], literals.lengths[256])
  }

  private static let fixedLiterals = HuffmanCode(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  private static let fixedDistances = HuffmanCode(lengths: [Int](repeating: 5, count: 30))

  /// The code of each length of a copy: its number from 0, the least length, the extra bits.
  private static let lengthCodes: [(code: Int, base: Int, extra: Int)] = {
    var codes = [(code: Int, base: Int, extra: Int)](repeating: (0, 3, 0), count: 259)
    var base = 3
    for code in 0..<28 {
      let extra = max(code / 4 - 1, 0)
      for length in base..<min(base + 1 << extra, 259) { codes[length] = (code, base, extra) }
      base += 1 << extra
    }
    codes[258] = (28, 258, 0)
    return codes
  }()

  /// The code of a distance: two for each power of two.
  private static func distanceCode(_ distance: Int) -> Int {
    guard distance > 4 else { return distance - 1 }
    let exponent = (distance - 1).bitWidth - 1 - (distance - 1).leadingZeroBitCount
    return 2 * exponent + ((distance - 1) >> (exponent - 1) & 1)
  }

  private static func distanceBase(_ code: Int) -> Int {
    code < 4 ? code + 1 : (2 + code % 2) << (code / 2 - 1) + 1
  }
}

extension DeflateBlock {
  /// The description of a block's codes: their lengths, themselves coded.
  private struct Header {
    private let literalCount: Int
    private let distanceCount: Int
    /// Lengths 0 to 15, and repetitions 16 to 18 with their extra bits.
    private let symbols: [(symbol: Int, extra: UInt32)]
    private let code: HuffmanCode

    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let extraBits = [16: 2, 17: 3, 18: 7]

    init(literals: HuffmanCode, distances: HuffmanCode) {
      func used(_ lengths: [Int], atLeast least: Int) -> Int {
        max((lengths.lastIndex { $0 > 0 } ?? 0) + 1, least)
      }
      literalCount = used(literals.lengths, atLeast: 257)
      distanceCount = used(distances.lengths, atLeast: 1)
      symbols = Self.runs(
        Array(literals.lengths.prefix(literalCount) + distances.lengths.prefix(distanceCount)))
      var counts = [Int](repeating: 0, count: 19)
      for (symbol, _) in symbols { counts[symbol] += 1 }
      // A code of a single word is refused by some readers.
      if counts.count(where: { $0 > 0 }) == 1 { counts[counts[0] > 0 ? 1 : 0] = 1 }
      code = HuffmanCode(frequencies: counts, limit: 7)
    }

    private var lengthCount: Int {
      max((Self.order.lastIndex { code.lengths[$0] > 0 } ?? 0) + 1, 4)
    }

    var bitCount: Int {
      symbols.reduce(14 + 3 * lengthCount) {
        $0 + code.lengths[$1.symbol] + Self.extraBits[$1.symbol, default: 0]
      }
    }

    func write(to bits: inout DeflateBits) {
      bits.append(UInt32(literalCount - 257), 5)
      bits.append(UInt32(distanceCount - 1), 5)
      bits.append(UInt32(lengthCount - 4), 4)
      for symbol in Self.order.prefix(lengthCount) { bits.append(UInt32(code.lengths[symbol]), 3) }
      let words = code.reversedWords
      for (symbol, extra) in symbols {
        bits.append(words[symbol], code.lengths[symbol])
        bits.append(extra, Self.extraBits[symbol, default: 0])
      }
    }

    /// The lengths with runs of equal ones shortened.
    private static func runs(_ lengths: [Int]) -> [(symbol: Int, extra: UInt32)] {
      var symbols: [(symbol: Int, extra: UInt32)] = []
      var start = 0
      while start < lengths.count {
        let length = lengths[start]
        var run = 1
        while start + run < lengths.count, lengths[start + run] == length { run += 1 }
        start += run
        if length > 0 {
          symbols.append((length, 0))
          run -= 1
        }
        while run >= 3 {
          let most = length > 0 ? 6 : run > 10 ? 138 : 10
          let part = min(run, most)
          switch (length, part) {
          case (1..., _): symbols.append((16, UInt32(part - 3)))
          case (_, ...10): symbols.append((17, UInt32(part - 3)))
          default: symbols.append((18, UInt32(part - 11)))
          }
          run -= part
        }
        for _ in 0..<run { symbols.append((length, 0)) }
      }
      return symbols
    }
  }
}

extension HuffmanCode {
  /// The words with their first bit lowest, as deflate writes them.
  fileprivate var reversedWords: [UInt32] {
    zip(words, lengths).map { word, length in
      var (word, reversed): (UInt32, UInt32) = (word, 0)
      for _ in 0..<length {
        reversed = reversed << 1 | word & 1
        word >>= 1
      }
      return reversed
    }
  }
}
