import Benchmark
import FeatureStore
import Foundation
import VideoIO

/// Tables of a million rows and twelve columns, and raw video.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput], timeUnits: .microseconds, warmupIterations: 1,
    maxDuration: .seconds(4), maxIterations: 30)

  let folder = FileManager.default.temporaryDirectory.appending(
    path: "tinyvmaf-benchmarks-\(ProcessInfo.processInfo.processIdentifier)")
  let table = folder.appending(path: "table.parquet").path
  let video = folder.appending(path: "video.yuv").path

  Benchmark("Parquet write, 1,000,000 x 12 doubles") {
    (benchmark: Benchmark, rows: ParquetTable) throws in
    benchmark.startMeasurement()
    try write(rows, to: table)
    benchmark.stopMeasurement()
  } setup: {
    try makeFolder(folder)
    return try millionRows()
  } teardown: {
    try FileManager.default.removeItem(at: folder)
  }

  Benchmark("Parquet read, 1,000,000 x 12 doubles") { (benchmark: Benchmark, path: String) throws in
    benchmark.startMeasurement()
    blackHole(try ParquetReader(path: path).read())
    benchmark.stopMeasurement()
  } setup: {
    try makeFolder(folder)
    try write(try millionRows(), to: table)
    return table
  } teardown: {
    try FileManager.default.removeItem(at: folder)
  }

  for (planes, name) in [(PlaneSelection.luma, "luma"), (.all, "all planes")] {
    Benchmark("raw 1080p 8-bit, 24 frames, \(name)") {
      (benchmark: Benchmark, frame: Frame) throws in
      benchmark.startMeasurement()
      let reader = try RawVideoReader(path: video, format: frame.format)
      while try reader.read(into: frame, planes: planes) {}
      benchmark.stopMeasurement()
    } setup: {
      try makeFolder(folder)
      let format = VideoFormat(
        width: 1920, height: 1080, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: 8))
      let samples = (0..<format.frameByteCount * 24).map { UInt8(truncatingIfNeeded: $0 &* 97) }
      try Data(samples).write(to: URL(filePath: video))
      return Frame(format: format)
    } teardown: {
      try FileManager.default.removeItem(at: folder)
    }
  }
}

private func makeFolder(_ folder: URL) throws {
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
}

private func millionRows() throws -> ParquetTable {
  try ParquetTable(
    columns: (0..<12).map { column in
      ParquetColumn(
        "column\(column)", .double((0..<1_000_000).map { Double($0 ^ column) / 1_000_003 }))
    })
}

/// Writes to the page cache, so that the disk's speed is not measured.
private func write(_ table: ParquetTable, to path: String) throws {
  _ = FileManager.default.createFile(atPath: path, contents: nil)
  let file = try FileHandle(forWritingTo: URL(filePath: path))
  var writer = ParquetWriter { bytes in try file.write(contentsOf: Data(bytes)) }
  try writer.append(table)
  try writer.finish()
  try file.close()
}
