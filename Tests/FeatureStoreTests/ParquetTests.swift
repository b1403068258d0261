import Testing

@testable import FeatureStore

@Suite struct ParquetTests {
  /// One column of each type; values depend on the row alone.
  static func table(rows: Int) throws -> ParquetTable {
    let range = 0..<rows
    return try ParquetTable(
      columns: [
        ParquetColumn("name", .string(StringColumn(range.map { "clip é\($0 / 3)" }))),
        ParquetColumn("frame", .int32(range.map { Int32($0) - 2 })),
        ParquetColumn("big", .int64(range.map { (Int64($0) << 33) - 1 })),
        ParquetColumn("x", .float(range.map { Float($0) / 3 })),
        ParquetColumn("y", .double(range.map { $0 == 1 ? -.infinity : Double($0) / 7 })),
      ], metadata: [.init(key: "k", value: "v"), .init(key: "empty", value: "")])
  }

  @Test(arguments: [0, 1, 2, 3, 1000])
  func roundTrip(rows: Int) throws {
    let table = try Self.table(rows: rows)
    let reader = try ParquetReader(bytes: table.parquetBytes())
    #expect(reader.rowCount == rows)
    #expect(reader.columns.map(\.name) == ["name", "frame", "big", "x", "y"])
    #expect(try reader.read() == table)
  }

  @Test func rowGroupsAreCutAndJoined() throws {
    let rows = ParquetWriter.rowsPerGroup + 5
    let table = try ParquetTable(columns: [
      ParquetColumn("x", .double((0..<rows).map(Double.init))),
      ParquetColumn("s", .string(StringColumn(repeating: "same", count: rows))),
    ])
    let reader = try ParquetReader(bytes: table.parquetBytes())
    #expect(reader.footer.groups.map(\.rows) == [ParquetWriter.rowsPerGroup, 5])
    #expect(try reader.read() == table)
  }

  @Test func appendedTablesBecomeOne() throws {
    var bytes: [UInt8] = []
    var writer = ParquetWriter { bytes.append(contentsOf: $0) }
    try writer.append(Self.table(rows: 4))
    try writer.append(Self.table(rows: 3))
    try writer.finish()
    let table = try ParquetReader(bytes: bytes).read()
    #expect(table.rowCount == 7)
    #expect(table["frame"]?.values == .int32([-2, -1, 0, 1, -2, -1, 0]))
    #expect(table["name"]?.strings?[6] == "clip é0")
  }

  @Test func columnsAreChosenByName() throws {
    let reader = try ParquetReader(bytes: Self.table(rows: 5).parquetBytes())
    let part = try reader.read(columns: ["y", "frame"])
    #expect(part.columns.map(\.name) == ["y", "frame"])
    #expect(throws: ParquetError.self) { try reader.read(columns: ["z"]) }
  }

  @Test func nanPayloadsAndZerosKeepTheirBits() throws {
    let values = [
      Double.nan, -0.0, .leastNonzeroMagnitude, -.infinity, Double(nan: 5, signaling: false),
    ]
    let table = try ParquetTable(columns: [ParquetColumn("x", .double(values))])
    let read = try ParquetReader(bytes: table.parquetBytes()).read()["x"]?.doubles
    #expect(read?.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func bytesAreThoseOfTheFormat() throws {
    // Read by pyarrow 26.0.1, duckdb 2.0.0 and polars 2.1.0 when this was recorded.
    let table = try ParquetTable(
      columns: [
        ParquetColumn("s", .string(StringColumn(["a", "b"]))), ParquetColumn("f", .int32([1, -1])),
      ], metadata: [.init(key: "k", value: "v")])
    let text = try table.parquetBytes().map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    #expect(text == goldenBytes)
  }

  @Test func sameRowsGiveSameBytes() throws {
    #expect(try Self.table(rows: 100).parquetBytes() == Self.table(rows: 100).parquetBytes())
  }

  @Test func columnsMustFit() throws {
    #expect(throws: ParquetError.self) {
      try ParquetTable(columns: [
        ParquetColumn("a", .int32([1])), ParquetColumn("b", .int32([1, 2])),
      ])
    }
    #expect(throws: ParquetError.self) {
      try ParquetTable(columns: [ParquetColumn("a", .int32([])), ParquetColumn("a", .int32([]))])
    }
    #expect(throws: ParquetError.self) { try ParquetTable(columns: []).parquetBytes() }
    var writer = ParquetWriter { _ in }
    try writer.append(ParquetTable(columns: [ParquetColumn("a", .int32([1]))]))
    #expect(throws: ParquetError.self) {
      try writer.append(ParquetTable(columns: [ParquetColumn("a", .int64([1]))]))
    }
  }
}

private let goldenBytes = """
  5041523115001514151415e6d9e7930a1c150415001506150600000100000061010000006215001510151015a8fc\
  9ff30e1c1504150015061506000001000000ffffffff1504193c4806736368656d61150400150c25001801732500\
  4c1c00000015022500180166001604191c192c26001c150c19250006191801731500160416421642260800002600\
  1c1502192500061918016615001604163e163e264a0000168001160400191c18016b18017600180874696e79766d\
  6166007700000050415231
  """

/// What pyarrow writes.
@Suite struct ForeignParquetTests {
  @Test func optionalColumnsAreRead() throws {
    let table = try ParquetReader(bytes: ParquetFixtures.pyarrowOptional).read()
    let names = try #require(table["name"]?.strings)
    #expect((0..<4).map { names[$0] } == ["a", "", "bé", "bé"])
    #expect(table["n"]?.values == .int32([1, 2, 3, -4]))
    #expect(table["big"]?.values == .int64([1 << 40, 2, 3, 4]))
    let x = try #require(table["x"]?.doubles)
    #expect(x[0] == 0.5 && x[1].isNaN && x[2].isNaN && x[3] == 2)
    let y = try #require(table["y"]?.doubles)
    #expect(y[0] == 1.5 && y[1] == 2.5 && y[2].isNaN && y[3] == -1)
  }

  @Test(arguments: [
    (ParquetFixtures.pyarrowSnappy, "SNAPPY compression of column n"),
    (ParquetFixtures.pyarrowDictionary, "dictionary"),
    (ParquetFixtures.pyarrowPageV2, "data pages of version 2"),
    (ParquetFixtures.pyarrowList, "nested columns"),
  ])
  func otherFormsAreRefusedByName(bytes: [UInt8], reason: String) throws {
    let error = #expect(throws: ParquetError.self) { try ParquetReader(bytes: bytes).read() }
    guard case .unsupported(let feature)? = error else {
      Issue.record("\(String(describing: error)) instead of unsupported")
      return
    }
    #expect(feature.contains(reason))
    #expect(error?.description.contains("use_dictionary=False") == true)
  }
}

/// Files made to do harm.
@Suite struct HostileParquetTests {
  /// A small file of every type, and one with optional columns.
  static let files = [
    (try? ParquetTests.table(rows: 9).parquetBytes()) ?? [], ParquetFixtures.pyarrowOptional,
  ]

  @Test(arguments: files)
  func everyTruncationIsAnError(file: [UInt8]) {
    #expect(file.count > 400)
    for length in 0..<file.count {
      #expect(throws: ParquetError.self) {
        try ParquetReader(bytes: Array(file[..<length])).read()
      }
    }
  }

  @Test(arguments: files)
  func noSingleByteCanHarm(file: [UInt8]) throws {
    let original = try ParquetReader(bytes: file).read()
    for offset in file.indices {
      for value in [0, 0xFF, file[offset] ^ 1, file[offset] ^ 0x80] as [UInt8]
      where value != file[offset] {
        var damaged = file
        damaged[offset] = value
        // Either an error or a table; what must not happen is a trap or memory without bound.
        if let table = try? ParquetReader(bytes: damaged, limits: .init(cells: 10_000)).read() {
          #expect(table.rowCount <= 10_000)
        }
      }
    }
    #expect(original.rowCount > 0)
  }

  @Test func aChangedValueFailsItsChecksum() throws {
    let file = try ParquetTests.table(rows: 9).parquetBytes()
    let chunk = try ParquetReader(bytes: file).footer.groups[0].chunks[4]
    var damaged = file
    damaged[chunk.upperBound - 1] ^= 1
    #expect(throws: ParquetError.corrupt(reason: "a page's checksum does not match")) {
      try ParquetReader(bytes: damaged).read()
    }
    #expect(throws: Never.self) { try ParquetReader(bytes: damaged).read(columns: ["frame"]) }
  }

  @Test func randomFootersEnd() throws {
    var state: UInt64 = 88_172_645_463_325_252
    for _ in 0..<3000 {
      var footer: [UInt8] = []
      for _ in 0..<64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        // Mostly bytes that mean something: field headers of lists, structs and integers.
        let likely: [UInt8] = [0x15, 0x19, 0x1C, 0x2C, 0x26, 0x16, 0x00, 0x18, 0x29, 0x39, 0xFC]
        footer.append(
          state >> 60 < 11 ? likely[Int(state >> 33) % likely.count] : UInt8(state >> 20 & 0xFF))
      }
      let file = Array("PAR1".utf8) + footer + [64, 0, 0, 0] + Array("PAR1".utf8)
      if let reader = try? ParquetReader(bytes: file) { #expect(reader.rowCount == 0) }
    }
  }

  @Test func otherFilesAreNotParquet() {
    for bytes in [[], Array("PAR1".utf8), Array("hello, this is some text".utf8)] as [[UInt8]] {
      #expect(throws: ParquetError.self) { try ParquetReader(bytes: bytes) }
    }
    let encrypted = Array("PAR1".utf8) + [0, 0, 0, 0, 0, 0, 0, 0] + Array("PARE".utf8)
    #expect(throws: ParquetError.unsupported(feature: "encryption")) {
      try ParquetReader(bytes: encrypted)
    }
  }

  @Test func nullBombIsBounded() throws {
    // An optional column of two billion nulls takes a few bytes; the limit is on what it becomes.
    let rows = 2_000_000_000
    var page = ThriftCompactWriter()
    // Length of the levels, run header (rows << 1 as varint), level 0.
    let body: [UInt8] = [6, 0, 0, 0, 0x80, 0xD0, 0xAC, 0xF3, 0x0E, 0]
    page.structure { header in
      header.field(1, int32: 0)
      header.field(2, int32: Int32(body.count))
      header.field(3, int32: Int32(body.count))
      header.field(5) { data in
        data.field(1, int32: Int32(rows))
        data.field(2, int32: 0)
        data.field(3, int32: 3)
        data.field(4, int32: 3)
      }
    }
    let chunk = page.bytes + body
    var footer = ThriftCompactWriter()
    footer.structure { file in
      file.field(1, int32: 1)
      file.field(2, list: [true, false], of: .structure) { writer, isRoot in
        writer.structure { element in
          if !isRoot { element.field(1, int32: 5) }
          if !isRoot { element.field(3, int32: 1) }
          element.field(4, string: "x")
          if isRoot { element.field(5, int32: 1) }
        }
      }
      file.field(3, int64: Int64(rows))
      file.field(4, list: [0], of: .structure) { writer, _ in
        writer.structure { group in
          group.field(1, list: [0], of: .structure) { writer, _ in
            writer.structure { column in
              column.field(2, int64: 0)
              column.field(3) { data in
                data.field(1, int32: 5)
                data.field(3, list: ["x"], of: .binary) { $0.binary($1) }
                data.field(4, int32: 0)
                data.field(5, int64: Int64(rows))
                data.field(7, int64: Int64(chunk.count))
                data.field(9, int64: 4)
              }
            }
          }
          group.field(3, int64: Int64(rows))
        }
      }
    }
    var file = Array("PAR1".utf8) + chunk + footer.bytes
    file += [UInt8(footer.bytes.count), 0, 0, 0] + Array("PAR1".utf8)
    let reader = try ParquetReader(bytes: file)
    #expect(reader.rowCount == rows)
    #expect(
      throws: ParquetError.tooLarge(what: "values", found: rows, limit: 1 << 28)
    ) { try reader.read() }
  }
}

@Suite struct CRC32Tests {
  @Test func checksumsEqualZlib() {
    // zlib.crc32(b"123456789"), zlib.crc32(bytes(range(256)) * 3)
    let digits = Array("123456789".utf8)
    #expect(digits.withUnsafeBytes { CRC32.checksum($0) } == 0xCBF4_3926)
    let ramp = (0..<768).map { UInt8($0 & 255) }
    #expect(ramp.withUnsafeBytes { CRC32.checksum($0) } == 0xB0C0_DF2A)
    #expect(CRC32.checksum(UnsafeRawBufferPointer(start: nil, count: 0)) == 0)
  }

  @Test(arguments: [0, 1, 7, 8, 9, 500, 767])
  func checksumsContinue(cut: Int) {
    let ramp = (0..<768).map { UInt8($0 * 7 & 255) }
    let whole = ramp.withUnsafeBytes { CRC32.checksum($0) }
    let first = ramp[..<cut].withUnsafeBytes { CRC32.checksum($0) }
    #expect(ramp[cut...].withUnsafeBytes { CRC32.checksum($0, continuing: first) } == whole)
  }
}
