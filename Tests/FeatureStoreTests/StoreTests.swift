import Features
import Foundation
import Testing

@testable import FeatureStore

/// Records whose values depend on the pair's number alone.
enum Sample {
  static func key(
    _ number: Int, version: String = "1", options: [String: String] = ["subsample": "1"],
    size: Int = 4096
  ) -> StoreKey {
    StoreKey(
      source: "source\(number / 3)", pair: "clip\(number)",
      reference: InputDigest(sha256: "aa\(number / 3)", size: size),
      distorted: InputDigest(sha256: "bb\(number)", size: size), featureVersion: version,
      options: options, teachers: [.init(name: "vmaf_v0.6.1", sha256: "cc")])
  }

  static func record(_ number: Int, frames: Int = 4, version: String = "1") throws -> PairRecord {
    // The columns in another order than the store's.
    let names =
      ["vmaf_v0.6.1", "psnr_y"].map { FeatureName($0) } + FeatureName.canonicalSix.reversed()
    let columns = names.enumerated().map { index, name in
      FeatureTable.Column(
        name: name,
        values: (0..<frames).map { Double(number) + Double($0) / 3 + Double(index) / 7 })
    }
    return try PairRecord(
      key: key(number, version: version), toolVersion: "0.1.0",
      table: FeatureTable(frames: Array(0..<frames), columns: columns))
  }
}

@Suite struct StoreTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(creatingAt: folder.file("deep/store"))
  }

  @Test func recordsComeBackAsTheyWere() throws {
    let record = try Sample.record(5)
    #expect(!store.contains(record.key))
    try store.write(record)
    #expect(store.contains(record.key))
    let table = try store.load(record.key)
    #expect(table.header.key == record.key && table.header.toolVersion == "0.1.0")
    #expect(table.frames == [0, 1, 2, 3])
    #expect(table.sources.distinct == ["source1"] && table.pairs[3] == "clip5")
    #expect(table.featureTable == record.table)
    let order = FeatureName.canonicalSix.map(\.rawValue) + ["psnr_y", "vmaf_v0.6.1"]
    #expect(table.columns.map(\.name.rawValue) == order)
    #expect(table[.adm2] == record.table[.adm2])
  }

  @Test func anyDifferenceIsAnotherKey() throws {
    let key = Sample.key(1)
    let others = [
      Sample.key(2), Sample.key(1, version: "2"), Sample.key(1, options: [:]),
      Sample.key(1, options: ["subsample": "2"]), Sample.key(1, size: 4097),
      StoreKey(
        source: key.source, pair: key.pair, reference: key.inputs[1], distorted: key.inputs[0],
        featureVersion: "1", options: key.options, teachers: key.teachers),
      StoreKey(
        source: key.source, pair: key.pair, reference: key.inputs[0], distorted: key.inputs[1],
        featureVersion: "1", options: key.options,
        teachers: [.init(name: "vmaf_v0.6.1", sha256: "cd")]),
      // The same characters with another division into names.
      StoreKey(
        source: "source", pair: "0clip1", reference: key.inputs[0], distorted: key.inputs[1],
        featureVersion: "1", options: key.options, teachers: key.teachers),
    ]
    #expect(Set(others.map(\.digest) + [key.digest]).count == others.count + 1)
    #expect(Sample.key(1).digest == key.digest && key.digest.count == 64)
    let options = ["a": "1", "b": "2", "c": "3", "d": "4"]
    let turned = Dictionary(uniqueKeysWithValues: options.reversed())
    #expect(Sample.key(1, options: options).digest == Sample.key(1, options: turned).digest)
  }

  @Test func badRecordsAreRefused() throws {
    let key = Sample.key(1)
    let column = { (name: String, value: Double) in
      FeatureTable.Column(name: FeatureName(name), values: [value])
    }
    let tables = [
      (FeatureTable(frames: []), "no frames"),
      (FeatureTable(frames: [0], columns: [column("integer_adm2", 1)]), "no column of teacher"),
      (FeatureTable(frames: [0], columns: [column("vmaf_v0.6.1", .nan)]), "NaN at frame 0"),
      (
        FeatureTable(frames: [0], columns: [column("vmaf_v0.6.1", 1), column("frame", 1)]),
        "reserved"
      ),
      (FeatureTable(frames: [1 << 40], columns: [column("vmaf_v0.6.1", 1)]), "32 bits"),
    ]
    for (table, reason) in tables {
      let error = #expect(throws: StoreError.self) {
        try PairRecord(key: key, toolVersion: "1", table: table)
      }
      #expect(error?.description.contains(reason) == true, "\(reason)")
    }
  }

  @Test func manifestIsSortedAndDerived() throws {
    for number in [7, 2, 5, 0] { try store.write(Sample.record(number)) }
    let entries = try store.finalizeManifest()
    #expect(entries.map(\.key.pair) == ["clip0", "clip2", "clip5", "clip7"])
    #expect(entries.allSatisfy { $0.rows == 4 && $0.columns.count == 8 })
    let lines = try contents(of: store.manifestPath)
    // Without the manifest the entries are found in the files, and it is made again.
    try FileManager.default.removeItem(atPath: store.manifestPath)
    #expect(try store.entries() == entries)
    try store.finalizeManifest()
    #expect(try contents(of: store.manifestPath) == lines)
  }

  @Test func orderOfWritingLeavesNoTrace() throws {
    let other = try Store(creatingAt: folder.file("other"))
    for number in 0..<9 { try store.write(Sample.record(number)) }
    for number in (0..<9).reversed() {
      try other.write(Sample.record(number))
      try other.finalizeManifest()
    }
    try store.finalizeManifest()
    #expect(try snapshot(of: store.path) == snapshot(of: other.path))
  }

  @Test func foldersOfOthersAreLeftAlone() throws {
    let path = folder.file("photos")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try put([1], at: "\(path)/holiday.jpg")
    #expect(throws: StoreError.self) { try Store(creatingAt: path) }
    #expect(throws: StoreError.self) { try Store(at: path) }
    #expect(throws: StoreError.self) { try Store(at: folder.file("missing")) }
    try put(Array(#"{"format":"tinyvmaf.store/9"}"#.utf8), at: "\(path)/store.json")
    let error = #expect(throws: StoreError.self) { try Store(creatingAt: path) }
    #expect(error?.description.contains("tinyvmaf.store/9") == true)
  }

  @Test func failuresAreListedUntilThePairSucceeds() throws {
    let failure = { (number: Int, attempts: Int) in
      StoreFailure(
        source: "source\(number / 3)", pair: "clip\(number)",
        key: number == 8 ? nil : Sample.key(number), message: "cannot decode", attempts: attempts)
    }
    for (number, attempts) in [(8, 1), (4, 1), (4, 2), (6, 1)] {
      try store.recordFailure(failure(number, attempts))
    }
    #expect(try store.failures() == [failure(4, 2), failure(6, 1), failure(8, 1)])
    try store.write(Sample.record(4))
    #expect(try store.failures() == [failure(6, 1), failure(8, 1)])
    try store.write(Sample.record(6))
    try store.write(Sample.record(8))
    #expect(!FileManager.default.fileExists(atPath: store.failuresPath))
  }

  @Test func verifyFindsEachDamage() throws {
    for number in 0..<6 { try store.write(Sample.record(number)) }
    try store.finalizeManifest()
    let sound = try store.verify()
    #expect(sound.isSound && sound.files == 6 && sound.rows == 24)

    let path = { (number: Int) in store.filePath(of: Sample.key(number)) }
    // A bit of a value, a bit of the footer, a cut, a wrong name, a missing file, a stranger.
    var bytes = try contents(of: path(0))
    bytes[200] ^= 1
    try put(bytes, at: path(0))
    bytes = try contents(of: path(1))
    bytes[bytes.count - 12] ^= 1
    try put(bytes, at: path(1))
    try put(Array(contents(of: path(2)).dropLast(10)), at: path(2))
    try put(contents(of: path(3)), at: "\(store.pairsFolder)/0123.parquet")
    try FileManager.default.removeItem(atPath: path(4))
    try put([1, 2, 3], at: "\(store.pairsFolder)/notes.txt")
    let found = try store.verify()
    #expect(!found.isSound && !found.manifestIsCurrent)
    for file in [path(0), path(1), path(2), path(4), "\(store.pairsFolder)/0123.parquet"] {
      #expect(found.problems.contains { $0.path == file }, "\(file)")
    }
    #expect(found.problems.contains { $0.path.hasSuffix("notes.txt") })
    #expect(!found.problems.contains { $0.path == path(5) || $0.path == path(3) })
  }

  @Test func verifyFindsNaN() throws {
    let key = Sample.key(1)
    try store.write(
      StoredTable(
        key: key, toolVersion: "1", sources: StringColumn(["s"]), pairs: StringColumn(["p"]),
        frames: [0], columns: [.init(name: .adm2, values: [.nan])]))
    try store.finalizeManifest()
    #expect(try store.verify().problems.map(\.reason) == ["integer_adm2 is NaN in row 0"])
  }

  @Test func gcRemovesWhatThePolicySays() throws {
    for number in 0..<4 { try store.write(Sample.record(number)) }
    try store.write(Sample.record(9, version: "0"))
    try store.finalizeManifest()
    let keep = Set([0, 1, 2, 9].map { Sample.key($0, version: $0 == 9 ? "0" : "1").digest })
    let policy = GarbagePolicy(currentFeatureVersion: "1", referencedDigests: keep, isDryRun: true)
    let before = try snapshot(of: store.path)
    let dry = try store.collectGarbage(policy)
    #expect(try snapshot(of: store.path) == before)
    var real = policy
    real.isDryRun = false
    #expect(try store.collectGarbage(real) == dry)
    #expect(Set(dry.removals.map(\.reason)) == ["feature version 0", "not referenced"])
    #expect(dry.bytes > 1000)
    #expect(try store.entries().map(\.key.pair) == ["clip0", "clip1", "clip2"])
    #expect(try store.verify().isSound)
  }

  @Test func theCacheMayBeDeleted() throws {
    try store.write(Sample.record(0))
    try FileManager.default.removeItem(atPath: "\(store.path)/cache")
    #expect(try store.collectGarbage().removals.isEmpty)
    #expect(try store.entries().count == 1)
  }

  @Test func damagedFilesGoOnlyOnRequest() throws {
    try store.write(Sample.record(0))
    let path = store.filePath(of: Sample.key(0))
    try put([1, 2, 3], at: path)
    #expect(throws: StoreError.self) { try store.entries() }
    #expect(throws: StoreError.self) { try store.collectGarbage() }
    let report = try store.collectGarbage(GarbagePolicy(removesDamaged: true))
    #expect(report.removals == [.init(path: path, bytes: 3, reason: "damaged")])
    #expect(try store.finalizeManifest().isEmpty)
  }
}

@Suite struct ShardTests {
  @Test func shardsPartitionThePairs() throws {
    let shards = try (0..<4).map { try Shard("\($0)/4") }
    var counts = [0, 0, 0, 0]
    for number in 0..<400 {
      let owners = shards.filter { $0.contains(source: "s\(number % 9)", pair: "p\(number)") }
      #expect(owners.count == 1)
      counts[owners[0].index] += 1
    }
    #expect(counts.allSatisfy { $0 > 60 }, "\(counts)")
    #expect(Shard.whole.contains(source: "any", pair: "pair"))
  }

  @Test func membershipNeverChanges() throws {
    // int.from_bytes(hashlib.sha256(b"BigBuckBunny/BigBuckBunny_20_288_375").digest()[:8]) % 7
    let owner = try (0..<7).map { try Shard("\($0)/7") }
      .first { $0.contains(source: "BigBuckBunny", pair: "BigBuckBunny_20_288_375") }
    #expect(owner?.index == 0)
  }

  @Test(arguments: ["", "1", "4/4", "-1/4", "1/0", "a/b", "1/2/3", "0/", "/4", " 0/4"])
  func otherTextsAreRefused(text: String) {
    #expect(throws: StoreError.invalidShard(text)) { try Shard(text) }
  }
}
