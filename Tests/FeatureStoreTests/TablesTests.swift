import Features
import Foundation
import Testing

@testable import FeatureStore

@Suite struct CSVTests {
  static func parse(_ text: String, _ columns: [String]? = nil) throws -> CSVTable {
    try CSVTable(Array(text.utf8), path: "t.csv") { columns ?? $0 }
  }

  @Test(arguments: ["a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "\u{FEFF}a,b\n1,2\n\n3,4"])
  func plainRows(text: String) throws {
    let table = try Self.parse(text)
    #expect(table.header == ["a", "b"])
    #expect(table.columns == ["a": ["1", "3"], "b": ["2", "4"]])
    #expect(table.rowCount == 2)
  }

  @Test func quotesHoldCommasQuotesAndLines() throws {
    let table = try Self.parse("a,\"b,c\"\n\"x \"\"y\"\"\",\"two\nlines\"\r\n\"\",é\n")
    #expect(table.header == ["a", "b,c"])
    #expect(table.columns["a"] == ["x \"y\"", ""])
    #expect(table.columns["b,c"] == ["two\nlines", "é"])
  }

  @Test func emptyFieldsAtTheEndCount() throws {
    #expect(try Self.parse("a,b,c\n1,,\n,,").columns["c"] == ["", ""])
    #expect(try Self.parse("a,b\n1,2\n", ["b"]).columns == ["b": ["2"]])
  }

  @Test(arguments: [
    ("", "empty"), ("a,b\n1\n", "line 2 has 1 fields"), ("a,b\n1,2,3\n", "line 2 has 3 fields"),
    ("a\n\"x\ny\n", "opened in line 2"), ("a\n\"x\"y\n", "after a closing quote"),
    ("a,a\n1,2\n", "twice"), ("a,b\n\"1\n2\",3\n4\n", "line 4 has 1 fields"),
  ])
  func faultsAreNamed(text: String, reason: String) {
    let error = #expect(throws: StoreError.self) { try Self.parse(text) }
    #expect(error?.description.contains(reason) == true)
  }
}

@Suite struct ImportTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(creatingAt: folder.file("store"))
  }

  /// Clips with human scores, as public tables have them; one row lacks a feature.
  static let clips = """
    source,file,is_ref,dmos,motion2,adm2,vif_scale0,vif_scale1,vif_scale2,vif_scale3
    Tennis,Tennis_24fps.yuv,1,100.0,3.5,1,1,1,1,1
    Tennis,Tennis_20_288_375.yuv,0,21.5,3.25,0.5,0.1,0.2,0.3,0.4
    "Old, Town",OldTown_20.mp4,0,33,2.5,0.625,0.15,0.25,0.35,0.45
    FoxBird,FoxBird_x.yuv,0,50,2.75,,0.1,0.1,0.1,0.1

    """

  func write(_ text: String) throws -> String {
    let path = folder.file("table.csv")
    try put(Array(text.utf8), at: path)
    return path
  }

  static let mapping = ImportMapping(
    name: "public", pairColumn: "file", scores: [.init(column: "dmos", name: FeatureName("dmos"))],
    conditions: ["is_ref": "0"], skipsIncomplete: true)

  @Test func clipTableIsImportedOnce() throws {
    let path = try write(Self.clips)
    let report = try store.importTable(at: path, mapping: Self.mapping, toolVersion: "1")
    #expect(report.rows == 2 && report.filtered == 1 && report.incomplete == 1)
    #expect(report.features == FeatureName.canonicalSix)
    let table = try store.load(report.key)
    #expect(table.pairs[0] == "Tennis_20_288_375" && table.sources[1] == "Old, Town")
    #expect(table[.adm2] == [0.5, 0.625] && table[FeatureName("dmos")] == [21.5, 33])
    #expect(report.key.unit == .clip && report.key.origin == .imported)
    let again = try store.importTable(at: path, mapping: Self.mapping, toolVersion: "1")
    #expect(again == report)
    #expect(try store.finalizeManifest().count == 1)

    let dataset = try FeatureDataset(
      store, StoreSelection(importedTables: ["public"]), targets: ["dmos"])
    #expect(
      dataset.features == [0.5, 0.1, 0.2, 0.3, 0.4, 3.25, 0.625, 0.15, 0.25, 0.35, 0.45, 2.5])
    #expect(dataset.targets == ["dmos": [21.5, 33]])
    // Extracted pairs and imported tables do not mix by default.
    #expect(throws: StoreError.self) { try FeatureDataset(store, targets: ["dmos"]) }
    // A table goes by name only.
    let policy = GarbagePolicy(currentFeatureVersion: "9", referencedDigests: [])
    #expect(try store.collectGarbage(policy).removals.isEmpty)
    let removed = try store.collectGarbage(GarbagePolicy(importedTables: ["public"]))
    #expect(removed.removals.map(\.reason) == ["imported table public"])
    #expect(try store.entries().isEmpty)
  }

  @Test func sourcesAreRenamed() throws {
    let names = folder.file("names.csv")
    try put(Array("clip,content\nTennis,ElFuente\nFoxBird,ElFuente\n".utf8), at: names)
    var mapping = Self.mapping
    mapping.sourceNames = try ImportMapping.sourceNames(
      fromTableAt: names, from: "clip", to: "content")
    let path = try write(Self.clips)
    let report = try store.importTable(at: path, mapping: mapping, toolVersion: "1")
    #expect(try store.load(report.key).sources.distinct == ["ElFuente", "Old, Town"])
    let plain = try store.importTable(at: path, mapping: Self.mapping, toolVersion: "1")
    #expect(plain.key != report.key)
    try put(Array("clip,content\nTennis,a\nTennis,b\n".utf8), at: names)
    #expect(throws: StoreError.self) {
      try ImportMapping.sourceNames(fromTableAt: names, from: "clip", to: "content")
    }
  }

  @Test func frameTableFromParquet() throws {
    let path = folder.file("frames.parquet")
    let table = try ParquetTable(columns: [
      ParquetColumn("content", .string(StringColumn(["a", "a", "b"]))),
      ParquetColumn("clip", .string(StringColumn(["a1", "a1", "b1"]))),
      ParquetColumn("n", .int64([0, 1, 0])), ParquetColumn("adm", .float([0.5, 0.25, 0.75])),
    ])
    try put(table.parquetBytes(), at: path)
    let mapping = ImportMapping(
      name: "frames", sourceColumn: "content", pairColumn: "clip", frameColumn: "n",
      features: [.init(column: "adm", name: .adm2)])
    let report = try store.importTable(at: path, mapping: mapping, toolVersion: "1")
    let stored = try store.load(report.key)
    #expect(stored.frames == [0, 1, 0] && stored[.adm2] == [0.5, 0.25, 0.75])
    #expect(report.key.unit == .frame)
  }

  @Test(arguments: [
    ("dmos=score,nothing=x", "no column nothing"), ("file=x", "not a number"),
    ("dmos=adm2,is_ref=adm2", "mapped twice"), ("dmos=frame", "reserved"),
  ])
  func badMappingsAreNamed(scores: String, reason: String) throws {
    var mapping = Self.mapping
    mapping.scores = scores.split(separator: ",").compactMap { ImportMapping.Value(String($0)) }
    let path = try write(Self.clips)
    let error = #expect(throws: StoreError.self) {
      try store.importTable(at: path, mapping: mapping, toolVersion: "1")
    }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    #expect(try store.entries().isEmpty)
  }

  @Test func missingValuesAndRepeatsAreErrors() throws {
    var mapping = Self.mapping
    mapping.skipsIncomplete = false
    let missing = #expect(throws: StoreError.self) {
      try store.importTable(at: write(Self.clips), mapping: mapping, toolVersion: "1")
    }
    #expect(missing?.description.contains("column adm2, row 4 has no value") == true)
    let twice = try write(Self.clips + "Tennis,Tennis_20_288_375.yuv,0,1,1,1,1,1,1,1\n")
    let repeated = #expect(throws: StoreError.self) {
      try store.importTable(at: twice, mapping: Self.mapping, toolVersion: "1")
    }
    #expect(repeated?.description.contains("row 5 repeats Tennis/Tennis_20_288_375") == true)
    mapping.conditions = ["is_ref": "7"]
    #expect(throws: StoreError.self) {
      try store.importTable(at: twice, mapping: mapping, toolVersion: "1")
    }
  }
}

@Suite struct DatasetTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(creatingAt: folder.file("store"))
    for number in 0..<5 { try store.write(Sample.record(number, frames: number + 1)) }
  }

  @Test func matrixIsInCanonicalOrder() throws {
    let dataset = try FeatureDataset(store, targets: ["vmaf_v0.6.1"])
    #expect(dataset.rowCount == 15 && dataset.featureNames == FeatureName.canonicalSix)
    #expect((0..<15).map { dataset.pairs[$0] }.last == "clip4")
    #expect(dataset.frames == [0, 0, 1, 0, 1, 2, 0, 1, 2, 3, 0, 1, 2, 3, 4])
    let record = try Sample.record(2, frames: 3)
    for (column, name) in FeatureName.canonicalSix.enumerated() {
      #expect(dataset.row(4).dropFirst(column).first == record.table[name]?[1])
    }
    #expect(dataset.targets["vmaf_v0.6.1"]?[4] == record.table[FeatureName("vmaf_v0.6.1")]?[1])
    #expect(dataset.floatFeatures().count == 90 && dataset.floatTarget("none") == nil)
  }

  @Test func sourcesSelectRows() throws {
    let dataset = try FeatureDataset(store, targets: ["vmaf_v0.6.1"])
    let part = dataset.selecting(sources: ["source1"])
    #expect(part.rowCount == 9 && part.sources.distinct == ["source1"])
    #expect(Array(part.row(0)) == Array(dataset.row(6)))
    let rest = dataset.selecting(sources: ["source0"])
    #expect(part.rowCount + rest.rowCount == dataset.rowCount)
    #expect(
      try FeatureDataset(
        store, StoreSelection(sources: ["source1"]), targets: ["vmaf_v0.6.1"]) == part)
  }

  @Test func clipsArePooledByTheirMean() throws {
    var clips = try FeatureDataset(store, targets: ["vmaf_v0.6.1"]).pooledByPair()
    #expect(clips.rowCount == 5)
    let record = try Sample.record(3, frames: 4)
    let values = try #require(record.table[.motion2])
    #expect(abs(clips.features[3 * 6 + 5] - values.reduce(0, +) / 4) < 1e-12)
    let scores = Dictionary(
      uniqueKeysWithValues: (0..<5).map { ("source\($0 / 3)/clip\($0)", Double($0)) })
    try clips.addTarget("mos", byPair: scores)
    #expect(clips.targets["mos"] == [0, 1, 2, 3, 4])
    #expect(throws: StoreError.self) { try clips.addTarget("x", byPair: [:]) }
  }

  @Test func variantsAreNeverMixed() throws {
    try store.write(Sample.record(2, version: "2"))
    #expect(throws: StoreError.ambiguous(pair: "source0/clip2", count: 2)) {
      try FeatureDataset(store, targets: ["vmaf_v0.6.1"])
    }
    let old = try FeatureDataset(
      store, StoreSelection(featureVersion: "1"), targets: ["vmaf_v0.6.1"])
    #expect(old.rowCount == 15)
    let digests = Set([Sample.key(2, version: "2").digest])
    #expect(try store.entries(matching: StoreSelection(digests: digests)).count == 1)
    #expect(throws: StoreError.self) {
      try store.entries(matching: StoreSelection(teachers: ["vmaf_4k"]))
    }
  }

  @Test func missingColumnIsNamed() throws {
    let error = #expect(throws: StoreError.self) { try FeatureDataset(store, targets: ["dmos"]) }
    #expect(error?.description.contains("source0/clip0 has no column dmos") == true)
  }
}

@Suite struct ExportTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(creatingAt: folder.file("store"))
    for number in 0..<4 { try store.write(Sample.record(number)) }
  }

  @Test(arguments: ExportFormat.allCases)
  func exportsAreDeterministic(format: ExportFormat) throws {
    #expect(try store.export(as: format, to: folder.file("a")) == 16)
    try store.finalizeManifest()
    #expect(try store.export(as: format, to: folder.file("b")) == 16)
    #expect(try contents(of: folder.file("a")) == contents(of: folder.file("b")))
  }

  @Test func csvReadsBackAsItWas() throws {
    try store.export(as: .csv, to: folder.file("a.csv"))
    let table = try CSVTable(contents(of: folder.file("a.csv")), path: "a.csv") { $0 }
    let names = FeatureName.canonicalSix.map(\.rawValue) + ["psnr_y", "vmaf_v0.6.1"]
    #expect(table.header == ["source", "pair", "frame"] + names)
    let expected = try Sample.record(3).table[.adm2]
    #expect(table.columns["integer_adm2"]?.suffix(4).map(Double.init) == expected)
  }

  @Test func jsonLinesReadBackAsTheyWere() throws {
    try store.export(as: .jsonl, to: folder.file("a.jsonl"))
    let lines = try Store.lines(of: folder.file("a.jsonl"))
    let last = try JSONSerialization.jsonObject(with: Data(lines[15])) as? [String: Any]
    #expect(lines.count == 16 && last?.count == 11)
    #expect(last?["pair"] as? String == "clip3" && last?["frame"] as? Int == 3)
    #expect(last?["integer_adm2"] as? Double == (try Sample.record(3).table[.adm2]?[3]))
  }

  @Test func parquetReadsBackAsItWas() throws {
    try store.export(as: .parquet, to: folder.file("a.parquet"))
    let table = try ParquetReader(path: folder.file("a.parquet")).read()
    #expect(table.rowCount == 16 && table.columns.count == 11)
    #expect(table["integer_adm2"]?.doubles?.suffix(4) == (try Sample.record(3).table[.adm2])?[...])
  }

  @Test func otherColumnsAreFilledUp() throws {
    let key = StoreKey(
      source: "q\"uote", pair: "a,b\n", reference: .init(sha256: "1", size: 1),
      distorted: .init(sha256: "2", size: 2), featureVersion: "1", options: [:], teachers: [])
    let table = FeatureTable(
      frames: [0], columns: [.init(name: FeatureName("cambi"), values: [.infinity])])
    try store.write(PairRecord(key: key, toolVersion: "1", table: table))
    try store.export(as: .csv, to: folder.file("a.csv"))
    let csv = try CSVTable(contents(of: folder.file("a.csv")), path: "a.csv") { $0 }
    #expect(csv.columns["pair"]?.first == "a,b\n" && csv.columns["source"]?.first == "q\"uote")
    #expect(csv.columns["cambi"]?.first == "inf" && csv.columns["cambi"]?.last == "")
    try store.export(as: .jsonl, to: folder.file("a.jsonl"))
    let line = try Store.lines(of: folder.file("a.jsonl"))[0]
    let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
    #expect(object?["source"] as? String == "q\"uote" && object?["pair"] as? String == "a,b\n")
    #expect(object?["psnr_y"] is NSNull)
  }

  @Test func nothingIsLeftOfAFailedExport() throws {
    let selection = StoreSelection(sources: ["none"])
    #expect(throws: StoreError.self) {
      try store.export(selection, as: .csv, to: folder.file("a.csv"))
    }
    #expect(try Folder.entries(folder.path) == ["store"])
  }

  @Test func npzIsAZipOfArrays() throws {
    var bytes: [UInt8] = []
    var archive = NPZWriter { bytes.append(contentsOf: $0) }
    try archive.add("x", [1.5, -2.0])
    try archive.add("s", ["a", "bé"])
    try archive.finish()
    // Local header, name, and the array's header, padded so that the data is aligned to 64.
    #expect(Array(bytes[..<4]) == [0x50, 0x4B, 3, 4])
    #expect(String(decoding: bytes[30..<35], as: UTF8.self) == "x.npy")
    #expect(bytes[35] == 0x93)
    let header = String(decoding: bytes[45..<(35 + 128)], as: UTF8.self)
    #expect(header.hasPrefix("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"))
    #expect(bytes[35 + 127] == UInt8(ascii: "\n"))
    let values = bytes[163..<179].withUnsafeBytes { $0.loadUnaligned(as: Double.self) }
    #expect(values == 1.5)
    #expect(Array(bytes[(bytes.count - 22)...].prefix(4)) == [0x50, 0x4B, 5, 6])
  }
}
