/// The numbers of the Parquet format that the subset uses (`parquet.thrift` of apache/parquet-format).
enum ParquetFormat {
  /// The first and the last four bytes of a file.
  static let magic = Array("PAR1".utf8)

  /// How values are stored.
  enum PhysicalType: Int32 {
    case int32 = 1
    case int64 = 2
    case float = 4
    case double = 5
    case byteArray = 6

    /// The bytes of a value, or the least of a byte array's, its length.
    var minimumSize: Int {
      switch self {
      case .int32, .float, .byteArray: 4
      case .int64, .double: 8
      }
    }
  }

  /// What the other codes are called, for messages.
  static func name(ofType code: Int32) -> String {
    switch code {
    case 0: "BOOLEAN"
    case 3: "INT96"
    case 7: "FIXED_LEN_BYTE_ARRAY"
    default: "type \(code)"
    }
  }

  /// What the compression codecs are called, for messages.
  static func name(ofCodec code: Int) -> String {
    let names = ["no", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"]
    return names.indices.contains(code) ? names[code] : "codec \(code)"
  }

  static let plain: Int32 = 0
  static let rle: Int32 = 3
  static let dataPage: Int32 = 0
  static let required: Int32 = 0
  static let optional: Int32 = 1
  static let utf8: Int32 = 0
}

extension ParquetColumn.Values {
  var physicalType: ParquetFormat.PhysicalType {
    switch self {
    case .int32: .int32
    case .int64: .int64
    case .float: .float
    case .double: .double
    case .string: .byteArray
    }
  }
}
