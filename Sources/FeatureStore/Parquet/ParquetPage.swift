/// The header of a data page.
struct ParquetPageHeader {
  /// The rows of the page.
  let rows: Int
  /// Where the page's content lies in its chunk.
  let body: Range<Int>
  private let crc: UInt32?

  init(_ chunk: [UInt8], at offset: Int) throws {
    var reader = ThriftCompactReader(chunk, from: offset)
    var kind = -1
    var size = -1
    var stored = -1
    var crc: UInt32?
    var rows: Int?
    var encoding = -1
    var levelEncoding = -1
    try reader.structure { reader, id, type in
      switch (id, type) {
      case (1, .int32): kind = try reader.integer("a page type", in: 0...1000)
      case (2, .int32): size = try reader.integer("a page size", in: 0...Int64(Int32.max))
      case (3, .int32): stored = try reader.integer("a page size", in: 0...Int64(Int32.max))
      case (4, .int32):
        let value = try reader.integer("a CRC", in: Int64(Int32.min)...Int64(Int32.max))
        crc = UInt32(truncatingIfNeeded: value)
      case (5, .structure):
        try reader.structure { reader, id, type in
          switch (id, type) {
          case (1, .int32): rows = try reader.integer("a value count", in: 0...Int64(Int32.max))
          case (2, .int32): encoding = try reader.integer("an encoding", in: 0...1000)
          case (3, .int32): levelEncoding = try reader.integer("an encoding", in: 0...1000)
          default: return false
          }
          return true
        }
      default: return false
      }
      return true
    }
    switch kind {
    case 0: break
    case 2: throw ParquetError.unsupported(feature: "dictionary pages")
    case 3: throw ParquetError.unsupported(feature: "data pages of version 2")
    default: throw ParquetError.unsupported(feature: "pages of type \(kind)")
    }
    guard let rows, size == stored, size >= 0 else {
      throw ParquetError.corrupt(reason: "a page header is incomplete")
    }
    guard encoding == Int(ParquetFormat.plain) else {
      throw ParquetError.unsupported(feature: "encoding \(encoding)")
    }
    guard levelEncoding == Int(ParquetFormat.rle) else {
      throw ParquetError.unsupported(feature: "level encoding \(levelEncoding)")
    }
    guard rows > 0, size <= chunk.count - reader.offset else {
      throw ParquetError.corrupt(reason: "a page is longer than its column or empty")
    }
    self.rows = rows
    self.crc = crc
    self.body = reader.offset..<(reader.offset + size)
  }

  /// Compares the content with the header's checksum, where it has one.
  func verify(_ content: UnsafeRawBufferPointer) throws {
    if let crc, CRC32.checksum(content) != crc {
      throw ParquetError.corrupt(reason: "a page's checksum does not match")
    }
  }
}

/// The content of a data page: values, and which rows have one.
struct ParquetPage {
  /// The rows of the page.
  let rows: Int
  /// The rows that have a value.
  let present: Int
  /// Of each row, whether it has a value; `nil` where all have.
  let levels: [Bool]?
  /// The values of the rows that have one.
  let body: UnsafeRawBufferPointer

  init(
    _ header: ParquetPageHeader, _ content: UnsafeRawBufferPointer, isOptional: Bool
  ) throws {
    self.rows = header.rows
    guard isOptional else {
      self.present = header.rows
      self.levels = nil
      self.body = content
      return
    }
    guard content.count >= 4 else { throw ParquetError.corrupt(reason: "a page ends early") }
    let length = Int(content.loadUnaligned(as: UInt32.self))
    guard length <= content.count - 4 else {
      throw ParquetError.corrupt(reason: "the levels are longer than their page")
    }
    let levels = try Self.levels(
      UnsafeRawBufferPointer(rebasing: content[4..<(4 + length)]), count: header.rows)
    let present = levels.count { $0 }
    self.present = present
    self.levels = present == header.rows ? nil : levels
    self.body = UnsafeRawBufferPointer(rebasing: content[(4 + length)...])
  }

  /// Decodes definition levels of one bit: runs of one value, and groups of eight packed bits.
  private static func levels(_ bytes: UnsafeRawBufferPointer, count: Int) throws -> [Bool] {
    var levels: [Bool] = []
    levels.reserveCapacity(count)
    var offset = 0
    while levels.count < count {
      var header = 0
      var shift = 0
      while true {
        guard offset < bytes.count, shift < 35 else {
          throw ParquetError.corrupt(reason: "the levels of a page end early")
        }
        let byte = bytes[offset]
        offset += 1
        header |= Int(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { break }
      }
      let missing = count - levels.count
      if header & 1 == 0 {
        guard offset < bytes.count, bytes[offset] <= 1, header > 0 else {
          throw ParquetError.corrupt(reason: "a run of levels is not valid")
        }
        levels.append(
          contentsOf: repeatElement(bytes[offset] == 1, count: min(header >> 1, missing)))
        offset += 1
      } else {
        let packed = header >> 1
        guard packed > 0, packed <= bytes.count - offset else {
          throw ParquetError.corrupt(reason: "the packed levels of a page end early")
        }
        for bit in 0..<min(packed * 8, missing) {
          levels.append(bytes[offset + bit / 8] >> (bit % 8) & 1 == 1)
        }
        offset += packed
      }
    }
    return levels
  }
}
