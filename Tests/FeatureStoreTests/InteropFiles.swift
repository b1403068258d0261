import Features
import Foundation
import Testing

@testable import FeatureStore

/// Writes the files that `Interop/test_parquet.py` reads with pyarrow, duckdb, polars and numpy.
///
/// The folder is `$TINYVMAF_INTEROP_DIR/store`; without the variable there is nothing to do.
@Suite struct InteropFiles {
  static let folder = ProcessInfo.processInfo.environment["TINYVMAF_INTEROP_DIR"]

  @Test(.enabled(if: folder != nil, "set TINYVMAF_INTEROP_DIR to write the files"))
  func writeFiles() throws {
    let folder = try #require(Self.folder) + "/store"
    try? FileManager.default.removeItem(atPath: folder)
    try Folder.create(folder)

    // Every type; rows as `ParquetTests.table`, more than a row group holds.
    let rows = ParquetWriter.rowsPerGroup + 3
    try put(ParquetTests.table(rows: rows).parquetBytes(), at: "\(folder)/types.parquet")
    try put(ParquetTests.table(rows: 0).parquetBytes(), at: "\(folder)/empty.parquet")

    let store = try Store(creatingAt: "\(folder)/features")
    for number in 0..<4 { try store.write(Sample.record(number)) }
    try store.finalizeManifest()
    for format in ExportFormat.allCases {
      try store.export(as: format, to: "\(folder)/export.\(format.rawValue)")
    }
  }
}
