/// Writes NumPy's `.npz`: a zip archive, stored, of `.npy` arrays of version 1.0.
///
/// Each array is one-dimensional and little-endian. Time stamps are zip's zero (1980-01-01), so the
/// same arrays give the same bytes. An archive above 4 GiB would need zip64, which is not written.
struct NPZWriter {
  private struct Entry {
    let name: [UInt8]
    let crc: UInt32
    let size: UInt32
    let offset: UInt32
  }

  /// An element type of NumPy.
  protocol Element: BitwiseCopyable {
    /// NumPy's name of the type.
    static var descriptor: String { get }
  }

  private let sink: ParquetWriter.Sink
  private var entries: [Entry] = []
  private var offset = 0

  init(sink: @escaping ParquetWriter.Sink) { self.sink = sink }

  /// Adds an array of numbers.
  mutating func add(_ name: String, _ values: [some Element]) throws {
    let descriptor = type(of: values).Element.descriptor
    try values.withUnsafeBytes { try add(name, descriptor, count: values.count, $0) }
  }

  /// Adds an array of strings, as NumPy's fixed-width UTF-32.
  mutating func add(_ name: String, _ strings: [String]) throws {
    let width = max(1, strings.map(\.unicodeScalars.count).max() ?? 1)
    var scalars: [UInt32] = []
    for string in strings {
      scalars += string.unicodeScalars.map(\.value)
      scalars += repeatElement(0, count: width - string.unicodeScalars.count)
    }
    try scalars.withUnsafeBytes { try add(name, "<U\(width)", count: strings.count, $0) }
  }

  /// Writes the archive's directory; it is complete after it.
  mutating func finish() throws {
    let start = offset
    var directory: [UInt8] = []
    for entry in entries {
      directory += Self.bytes(0x0201_4B50 as UInt32) + Self.bytes(20 as UInt16)
      directory += Self.common(entry)
      // No comment, first disk, binary, no attributes.
      directory += [UInt8](repeating: 0, count: 10)
      directory += Self.bytes(entry.offset)
      directory += entry.name
    }
    try emit(directory)
    guard let start = UInt32(exactly: start), let count = UInt16(exactly: entries.count),
      offset <= UInt32.max
    else { throw Self.tooLarge }
    var end = Self.bytes(0x0605_4B50 as UInt32) + [0, 0, 0, 0]
    end += Self.bytes(count) + Self.bytes(count)
    end += Self.bytes(UInt32(directory.count)) + Self.bytes(start) + [0, 0]
    try emit(end)
  }

  private mutating func add(
    _ name: String, _ descriptor: String, count: Int, _ data: UnsafeRawBufferPointer
  ) throws {
    let header = Self.header(descriptor, count: count)
    guard let size = UInt32(exactly: header.count + data.count),
      let start = UInt32(exactly: offset)
    else { throw Self.tooLarge }
    let crc = header.withUnsafeBytes { CRC32.checksum($0) }
    let entry = Entry(
      name: Array("\(name).npy".utf8), crc: CRC32.checksum(data, continuing: crc), size: size,
      offset: start)
    entries.append(entry)
    try emit(Self.bytes(0x0403_4B50 as UInt32) + Self.common(entry) + entry.name + header)
    try sink(data)
    offset += data.count
  }

  private mutating func emit(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try sink($0) }
    offset += bytes.count
  }

  /// What the local header and the directory share, from "version needed" to the name's length.
  private static func common(_ entry: Entry) -> [UInt8] {
    // Version 2.0; UTF-8 names; stored; 00:00 on 1980-01-01.
    var fields: [UInt8] = [20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0]
    fields += bytes(entry.crc) + bytes(entry.size) + bytes(entry.size)
    fields += bytes(UInt16(truncatingIfNeeded: entry.name.count)) + [0, 0]
    return fields
  }

  /// The header of an array: magic, version, and a Python dictionary padded to 64 bytes.
  private static func header(_ descriptor: String, count: Int) -> [UInt8] {
    let text = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(count),), }"
    let padding = (64 - (10 + text.utf8.count + 1) % 64) % 64
    let length = UInt16(truncatingIfNeeded: text.utf8.count + padding + 1)
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + bytes(length) + Array(text.utf8)
      + [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static var tooLarge: StoreError {
    .cannotExport(format: "npz", reason: "the archive would exceed 4 GiB; export as parquet")
  }
}

extension Int32: NPZWriter.Element {
  static var descriptor: String { "<i4" }
}

extension Double: NPZWriter.Element {
  static var descriptor: String { "<f8" }
}
