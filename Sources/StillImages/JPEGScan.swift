/// The coded coefficients of a picture, collected first so that the codes can be made for them.
struct JPEGScan {
  /// A symbol and the bits that follow it.
  private struct Token {
    let table: UInt8
    let symbol: UInt8
    let bits: UInt16
    let width: UInt8
  }

  private var tokens: [Token] = []
  private var lastDC = [0, 0, 0]
  /// How often each symbol occurs: DC of luma and chroma, AC of luma and chroma.
  private var counts = [[Int]](repeating: [Int](repeating: 0, count: 256), count: 4)

  /// The positions of a block by rising frequency.
  private static let zigzag: [Int] = {
    var order: [Int] = []
    for diagonal in 0..<15 {
      let rows = max(0, diagonal - 7)...min(diagonal, 7)
      let upward = rows.reversed().map { 8 * $0 + diagonal - $0 }
      order += diagonal % 2 == 0 ? upward : upward.reversed()
    }
    return order
  }()

  /// Appends the next block of a component.
  mutating func append(_ block: [Int], component: Int, _ divisors: [Int]) {
    let coefficients = CosineTransform.coefficients(block)
    let levels = Self.zigzag.map { position in
      let (value, divisor) = (coefficients[position], divisors[position] << 26)
      return value < 0 ? -((-value + divisor / 2) / divisor) : (value + divisor / 2) / divisor
    }
    let isChroma = component > 0 ? 1 : 0
    append(run: 0, level: levels[0] - lastDC[component], table: isChroma)
    lastDC[component] = levels[0]
    var run = 0
    let last = levels.lastIndex { $0 != 0 } ?? 0
    for level in levels.prefix(last + 1).dropFirst() {
      if level == 0 {
        run += 1
        continue
      }
      while run > 15 {
        append(symbol: 0xF0, bits: 0, width: 0, table: 2 + isChroma)
        run -= 16
      }
      append(run: run, level: level, table: 2 + isChroma)
      run = 0
    }
    if last < 63 { append(symbol: 0, bits: 0, width: 0, table: 2 + isChroma) }
  }

  /// A level as the number of its bits and these bits; negative ones are complemented.
  private mutating func append(run: Int, level: Int, table: Int) {
    let magnitude = abs(level)
    let width = magnitude.bitWidth - magnitude.leadingZeroBitCount
    let bits = level < 0 ? (1 << width) - 1 - magnitude : magnitude
    append(symbol: run << 4 | width, bits: bits, width: width, table: table)
  }

  private mutating func append(symbol: Int, bits: Int, width: Int, table: Int) {
    counts[table][symbol] += 1
    tokens.append(
      Token(
        table: UInt8(table), symbol: UInt8(symbol), bits: UInt16(bits), width: UInt8(width)))
  }

  /// The whole file.
  func file(width: Int, height: Int, _ tables: JPEGQuantization) -> [UInt8] {
    // The word of ones alone is not allowed: a symbol that never comes takes it.
    let codes = counts.map { HuffmanCode(frequencies: $0.map { 2 * $0 } + [1], limit: 16) }
    var file: [UInt8] = [0xFF, 0xD8]
    func segment(_ marker: UInt8, _ body: [UInt8]) {
      file += [0xFF, marker] + Self.word(body.count + 2) + body
    }
    segment(0xE0, Array("JFIF".utf8) + [0, 1, 1, 0, 0, 1, 0, 1, 0, 0])
    for (index, table) in [tables.luma, tables.chroma].enumerated() {
      segment(0xDB, [UInt8(index)] + Self.zigzag.map { UInt8(table[$0]) })
    }
    segment(
      0xC0,
      [8] + Self.word(height) + Self.word(width) + [3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1])
    for (index, code) in codes.enumerated() {
      let symbols = (0..<256).filter { code.lengths[$0] > 0 }
      let byLength = (1...16).map { length in symbols.filter { code.lengths[$0] == length } }
      let body = byLength.map { UInt8($0.count) } + byLength.flatMap { $0.map(UInt8.init) }
      segment(0xC4, [[0x00, 0x01, 0x10, 0x11][index]] + body)
    }
    segment(0xDA, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0])
    file += entropyCoded(codes)
    return file + [0xFF, 0xD9]
  }

  private func entropyCoded(_ codes: [HuffmanCode]) -> [UInt8] {
    var bytes: [UInt8] = []
    var pending: UInt64 = 0
    var count = 0
    func append(_ value: UInt32, _ width: Int) {
      pending = pending << UInt64(width) | UInt64(value)
      count += width
      while count >= 8 {
        count -= 8
        let byte = UInt8(truncatingIfNeeded: pending >> UInt64(count))
        bytes.append(byte)
        // Told from a marker by a zero.
        if byte == 0xFF { bytes.append(0) }
      }
    }
    for token in tokens {
      let code = codes[Int(token.table)]
      append(code.words[Int(token.symbol)], code.lengths[Int(token.symbol)])
      append(UInt32(token.bits), Int(token.width))
    }
    if count > 0 { append((1 << UInt32(8 - count)) - 1, 8 - count) }
    return bytes
  }

  private static func word(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
  }
}
