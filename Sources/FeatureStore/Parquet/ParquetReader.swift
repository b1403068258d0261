/// Reads Parquet files of flat columns in PLAIN encoding without compression.
///
/// That is what ``ParquetWriter`` writes, and what pyarrow writes with `compression="none"`,
/// `use_dictionary=False`, `data_page_version="1.0"`, optional columns included: a null number
/// becomes NaN and a null string the empty one; a null integer is refused, as there is no integer
/// to put in its place. Everything else of the format is refused by name.
///
/// The file may come from anywhere: every offset, length and count is checked against the file
/// and against ``Limits`` before memory is taken, and a page's CRC-32 is verified where it has one.
public struct ParquetReader: Sendable {
  /// What reading may cost at most.
  public struct Limits: Sendable {
    /// The most values, rows times columns, that are decoded.
    public var cells: Int
    /// The most bytes of the footer.
    public var footerBytes: Int

    /// Creates limits; the defaults allow two gigabytes of doubles.
    public init(cells: Int = 1 << 28, footerBytes: Int = 1 << 26) {
      self.cells = cells
      self.footerBytes = footerBytes
    }
  }

  /// A column of the file's schema.
  public struct Column: Sendable, Equatable {
    /// The name.
    public let name: String
    /// Whether values may be missing.
    public let isOptional: Bool
    let type: ParquetFormat.PhysicalType
  }

  /// The columns, in the file's order.
  public var columns: [Column] { footer.columns }
  /// The number of rows.
  public var rowCount: Int { footer.rowCount }
  /// The key-value metadata.
  public var metadata: [ParquetTable.Metadata] { footer.metadata }

  let footer: ParquetFooter
  private let limits: Limits
  private let bytes: @Sendable (Range<Int>) throws -> [UInt8]

  /// Opens a file; only its footer is read.
  ///
  /// - Throws: ``ParquetError``, ``StoreError``.
  public init(path: String, limits: Limits = Limits()) throws {
    let file = try InputFile(path: path)
    try self.init(size: file.size, limits: limits) { try file.read($0) }
  }

  /// Opens a file that is in memory.
  ///
  /// - Throws: ``ParquetError``.
  public init(bytes: [UInt8], limits: Limits = Limits()) throws {
    try self.init(size: bytes.count, limits: limits) { Array(bytes[$0]) }
  }

  private init(
    size: Int, limits: Limits, bytes: @escaping @Sendable (Range<Int>) throws -> [UInt8]
  ) throws {
    self.limits = limits
    self.bytes = bytes
    self.footer = try ParquetFooter(size: size, limits: limits, read: bytes)
  }

  /// Reads columns: all of them, or the named ones in the given order.
  ///
  /// - Throws: ``ParquetError``, ``StoreError``.
  public func read(columns names: [String]? = nil) throws -> ParquetTable {
    let wanted = try names?.map { try index(of: $0) } ?? Array(columns.indices)
    let (cells, overflow) = rowCount.multipliedReportingOverflow(by: wanted.count)
    guard !overflow, cells <= limits.cells else {
      throw ParquetError.tooLarge(
        what: "values", found: overflow ? .max : cells, limit: limits.cells)
    }
    return try ParquetTable(columns: wanted.map { try readColumn($0) }, metadata: metadata)
  }

  private func index(of name: String) throws -> Int {
    guard let index = columns.firstIndex(where: { $0.name == name }) else {
      throw ParquetError.noColumn(name: name, found: columns.map(\.name))
    }
    return index
  }

  private func readColumn(_ index: Int) throws -> ParquetColumn {
    let column = columns[index]
    switch column.type {
    case .int32: return ParquetColumn(column.name, .int32(try numbers(index, null: nil)))
    case .int64: return ParquetColumn(column.name, .int64(try numbers(index, null: nil)))
    case .float: return ParquetColumn(column.name, .float(try numbers(index, null: Float.nan)))
    case .double: return ParquetColumn(column.name, .double(try numbers(index, null: Double.nan)))
    case .byteArray: return ParquetColumn(column.name, .string(try strings(index)))
    }
  }

  /// Decodes a numeric column straight into its array.
  private func numbers<Value: BitwiseCopyable>(_ index: Int, null: Value?) throws -> [Value] {
    let size = MemoryLayout<Value>.size
    return try [Value](unsafeUninitializedCapacity: rowCount) { target, count in
      try forEachPage(of: index) { page in
        guard page.body.count == page.present * size else {
          throw ParquetError.corrupt(
            reason: "column \(columns[index].name) has a page of another size than its values")
        }
        let free = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(target)[(count * size)...])
        if let levels = page.levels {
          guard let null else {
            throw ParquetError.unsupported(
              feature: "nulls in integer column \(columns[index].name)")
          }
          var value = 0
          for (row, isPresent) in levels.enumerated() {
            if isPresent {
              let item = page.body.loadUnaligned(fromByteOffset: value * size, as: Value.self)
              free.storeBytes(of: item, toByteOffset: row * size, as: Value.self)
              value += 1
            } else {
              free.storeBytes(of: null, toByteOffset: row * size, as: Value.self)
            }
          }
        } else {
          free.copyMemory(from: page.body)
        }
        count += page.rows
      }
    }
  }

  private func strings(_ index: Int) throws -> StringColumn {
    var column = StringColumn()
    column.reserveCapacity(rowCount)
    var last: [UInt8]?
    try forEachPage(of: index) { page in
      var offset = 0
      for row in 0..<page.rows {
        if let levels = page.levels, !levels[row] {
          column.append("")
          last = nil
          continue
        }
        guard page.body.count - offset >= 4 else {
          throw ParquetError.corrupt(reason: "column \(columns[index].name) ends early")
        }
        let length = Int(page.body.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        offset += 4
        guard length <= page.body.count - offset else {
          throw ParquetError.corrupt(reason: "column \(columns[index].name) ends early")
        }
        let text = UnsafeRawBufferPointer(rebasing: page.body[offset..<(offset + length)])
        offset += length
        if let last, last.count == length, last.elementsEqual(text) {
          column.repeatLast()
          continue
        }
        guard let string = String(validating: text, as: UTF8.self) else {
          throw ParquetError.corrupt(reason: "column \(columns[index].name) is not UTF-8")
        }
        column.append(string)
        last = Array(text)
      }
      guard offset == page.body.count else {
        throw ParquetError.corrupt(reason: "column \(columns[index].name) has bytes left over")
      }
    }
    return column
  }

  /// Calls `body` with the pages of a column, in order.
  private func forEachPage(of index: Int, _ body: (ParquetPage) throws -> Void) throws {
    for group in footer.groups where group.rows > 0 {
      let chunk = try bytes(group.chunks[index])
      var offset = 0
      var rows = 0
      while rows < group.rows {
        guard offset < chunk.count else {
          throw ParquetError.corrupt(reason: "column \(columns[index].name) has too few pages")
        }
        let header = try ParquetPageHeader(chunk, at: offset)
        guard header.rows <= group.rows - rows else {
          throw ParquetError.corrupt(reason: "column \(columns[index].name) has too many values")
        }
        try chunk.withUnsafeBytes { raw in
          let content = UnsafeRawBufferPointer(rebasing: raw[header.body])
          try header.verify(content)
          try body(try ParquetPage(header, content, isOptional: columns[index].isOptional))
        }
        rows += header.rows
        offset = header.body.upperBound
      }
    }
  }
}
