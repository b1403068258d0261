/// Why a Parquet file cannot be read or written.
public enum ParquetError: Error, Equatable, Sendable {
  /// The file does not begin and end as Parquet does.
  case notParquet(reason: String)
  /// The file is Parquet, and its bytes contradict themselves or its size.
  case corrupt(reason: String)
  /// The file uses a part of the format outside the subset.
  case unsupported(feature: String)
  /// Reading would take more than the limits allow.
  case tooLarge(what: String, found: Int, limit: Int)
  /// The columns given to a writer do not fit its schema or each other.
  case schemaMismatch(reason: String)
  /// There is no such column, or it has another type.
  case noColumn(name: String, found: [String])
}

extension ParquetError: CustomStringConvertible {
  /// One sentence: what is wrong, and what to do.
  public var description: String {
    switch self {
    case .notParquet(let reason): return "This is not a Parquet file: \(reason)."
    case .corrupt(let reason):
      return "The Parquet file is damaged (\(reason)); restore or recompute it."
    case .unsupported(let feature):
      return "The Parquet file uses \(feature), which is not read here; write it again with "
        + "pyarrow's compression='none', use_dictionary=False, data_page_version='1.0'."
    case .tooLarge(let what, let found, let limit):
      return "The Parquet file has \(found) \(what), and the limit is \(limit)."
    case .schemaMismatch(let reason): return "The columns cannot be written: \(reason)."
    case .noColumn(let name, let found):
      return "There is no column \(name) of the needed type; the columns are "
        + found.joined(separator: ", ") + "."
    }
  }
}
