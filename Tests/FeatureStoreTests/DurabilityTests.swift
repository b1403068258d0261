import DurableFiles
import Foundation
import Testing

@testable import FeatureStore

@Suite struct DurabilityTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(creatingAt: folder.file("store"))
  }

  @Test func aKilledWriterLeavesAStoreThatGoesOn() throws {
    // What SIGKILL can leave: a temporary file, whole or in part, and an old manifest.
    let clean = try Store(creatingAt: folder.file("clean"))
    for number in 0..<4 { try clean.write(Sample.record(number)) }
    try clean.finalizeManifest()

    try store.write(Sample.record(0))
    try store.finalizeManifest()
    try store.write(Sample.record(1))
    let whole = try contents(of: store.filePath(of: Sample.key(1)))
    let host = try hostSuffix()
    try put(Array(whole.prefix(99)), at: "\(store.temporaryFolder)/.half.1\(host)")
    try put([], at: "\(store.temporaryFolder)/.empty.2\(host)")
    try put(Array("{\"half\":".utf8), at: "\(store.path)/.manifest.jsonl.3\(host)")

    let again = try Store(creatingAt: store.path)
    for number in 0..<4 where !again.contains(Sample.key(number)) {
      try again.write(Sample.record(number))
    }
    try again.finalizeManifest()
    #expect(try snapshot(of: store.path) == snapshot(of: clean.path))
    #expect(try again.verify().isSound)
  }

  @Test func aTornManifestIsMadeAgain() throws {
    for number in 0..<3 { try store.write(Sample.record(number)) }
    try store.finalizeManifest()
    let whole = try contents(of: store.manifestPath)
    try put(Array(whole.prefix(whole.count * 2 / 3)), at: store.manifestPath)
    #expect(try store.entries().count == 3)
    try store.finalizeManifest()
    #expect(try contents(of: store.manifestPath) == whole)
  }

  @Test func filesOfLiveWritersAreNotCollected() throws {
    try writeAtomically("\(store.pairsFolder)/x", temporaryFolder: store.temporaryFolder) { file in
      try file.write([1, 2, 3])
      #expect(try store.collectGarbage(GarbagePolicy(temporaryAge: 0)).removals.isEmpty)
      #expect(try Folder.entries(store.temporaryFolder).count == 1)
    }
    #expect(try contents(of: "\(store.pairsFolder)/x") == [1, 2, 3])
    #expect(try Folder.entries(store.temporaryFolder).isEmpty)
  }

  @Test func leftoversOfOtherMachinesNeedAge() throws {
    let path = "\(store.temporaryFolder)/.half.1.anotherhost.tmp"
    try put([1], at: path)
    #expect(try store.collectGarbage().removals.isEmpty)
    #expect(try store.collectGarbage(GarbagePolicy(temporaryAge: 0)).removals.map(\.path) == [path])
  }

  @Test func anErrorWhileWritingLeavesNothing() throws {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try writeAtomically("\(store.pairsFolder)/x", temporaryFolder: store.temporaryFolder) {
        try $0.write([1, 2, 3])
        throw Stop()
      }
    }
    #expect(try Folder.entries(store.temporaryFolder).isEmpty)
    #expect(try Folder.entries(store.pairsFolder).isEmpty)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
  func fullDiskIsSaidClearly() throws {
    let error = #expect(throws: StoreError.diskFull(path: "/dev/full")) {
      try writeAtomically("/dev/full") { try $0.write([1, 2]) }
    }
    #expect(error?.description.contains("no space left") == true)
  }

  @Test(arguments: [0, 1, 5, 12, 25, 60])
  func killedAtAnyMomentItContinues(milliseconds: Int) async throws {
    // A child process fills the store again and again until it is killed in the midst.
    let path = store.path
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, milliseconds = milliseconds as Int] in
      let store = try Store(creatingAt: path)
      let killer = Thread {
        usleep(UInt32(milliseconds) * 1000)
        kill(getpid(), SIGKILL)
      }
      killer.start()
      while true {
        for number in 0..<40 {
          try store.write(StoredTable(Sample.record(number)))
          if number % 7 == 0 { try store.finalizeManifest() }
        }
      }
    }
    let again = try Store(creatingAt: path)
    for number in 0..<40 where !again.contains(Sample.key(number)) {
      try again.write(Sample.record(number))
    }
    try again.finalizeManifest()
    let clean = try Store(creatingAt: folder.file("clean"))
    for number in 0..<40 { try clean.write(Sample.record(number)) }
    try clean.finalizeManifest()
    #expect(try snapshot(of: path) == snapshot(of: clean.path))
    #expect(try again.verify().isSound)
  }

  @Test func concurrentWritersShareAStore() async throws {
    // Eight writers with overlapping work, each finalising; at the end nothing is lost or double.
    let path = store.path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          let store = try Store(creatingAt: path)
          for number in 0..<12 where (number + writer) % 3 != 0 {
            if number % 5 == 0 {
              try store.recordFailure(
                StoreFailure(
                  source: "source\(number / 3)", pair: "clip\(number)", key: nil, message: "once",
                  attempts: 1))
            }
            if !store.contains(Sample.key(number)) || number == writer {
              try store.write(StoredTable(Sample.record(number)))
            }
            try store.finalizeManifest()
            try store.write(Sample.record(number))
          }
        }
      }
      try await group.waitForAll()
    }
    let clean = try Store(creatingAt: folder.file("clean"))
    for number in 0..<12 { try clean.write(Sample.record(number)) }
    try clean.finalizeManifest()
    #expect(try snapshot(of: path) == snapshot(of: clean.path))
  }

  /// The end of the names of this machine's temporary files.
  private func hostSuffix() throws -> String {
    var suffix = ""
    try writeAtomically("\(folder.path)/probe") { _ in
      let name = try Folder.entries(folder.path).first { $0.hasPrefix(".probe.") } ?? ""
      suffix = "." + name.split(separator: ".").suffix(2).joined(separator: ".")
    }
    return suffix
  }
}

@Suite struct InputDigestTests {
  @Test func digestsEqualSHA256() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    // hashlib.sha256(b"abc"), hashlib.sha256(bytes(range(256)) * 5000)
    try put(Array("abc".utf8), at: path)
    let small = try InputDigest(hashing: path)
    #expect(small.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(small.size == 3)
    try put((0..<1_280_000).map { UInt8($0 & 255) }, at: path)
    let large = try InputDigest(hashing: path)
    #expect(large.sha256 == "7d471e4af16db5a30ce10aebbc29f5178b2edbad6c7dc2e8ff8ee6e4848a726f")
    #expect(throws: StoreError.self) { try InputDigest(hashing: folder.file("missing")) }
    #expect(throws: StoreError.self) { try InputDigest(hashing: folder.path) }
  }

  @Test func cacheKnowsAnOldFileAndNoticesAChange() throws {
    let folder = try TemporaryFolder()
    let store = try Store(creatingAt: folder.file("store"))
    let path = folder.file("a")
    let cache = store.inputDigests
    let old = Date(timeIntervalSince1970: 1_600_000_000)
    try put([1, 2, 3], at: path)
    // Fresh: not remembered.
    let digest = try cache.digest(of: path)
    #expect(try Folder.entries("\(store.path)/cache").isEmpty)
    // Old: remembered, and used; shown by an entry that lies.
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
    #expect(try cache.digest(of: path) == digest)
    let entry = try #require(try Folder.entries("\(store.path)/cache").first)
    let text = String(decoding: try contents(of: "\(store.path)/cache/\(entry)"), as: UTF8.self)
    let fake = String(repeating: "0", count: 64)
    let lie = text.replacingOccurrences(of: digest.sha256, with: fake)
    try put(Array(lie.utf8), at: "\(store.path)/cache/\(entry)")
    #expect(try cache.digest(of: path).sha256 == fake)
    // A torn entry is ignored.
    try put(Array(lie.utf8.dropLast(9)), at: "\(store.path)/cache/\(entry)")
    #expect(try cache.digest(of: path) == digest)
    // Changed in place with the same size: another time, another entry.
    try put([3, 2, 1], at: path)
    #expect(try cache.digest(of: path).sha256 != digest.sha256)
    // Garbage collection drops the entry of what the file was.
    let report = try store.collectGarbage()
    #expect(report.removals.map(\.path) == ["\(store.path)/cache/\(entry)"])
  }
}
