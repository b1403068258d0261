import Corpus
import FeatureStore
import Features
import Foundation
import Scoring
import Testing
import VMAFModel
import VideoIO
import _TestSupport

@Suite struct CorpusExtractionTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// Two sources with two distorted versions each.
  private func pairs() throws -> [VideoPair] {
    var pairs: [VideoPair] = []
    for (source, seed) in [("first", 50), ("second", 60)] as [(String, UInt64)] {
      let clip = SyntheticClip(source, width: 64, height: 48, frameCount: 4, seed: seed)
      let reference = try folder.write(clip, .reference)
      for kind in [SyntheticClip.Kind.texture, .inverted] {
        let version = SyntheticClip(
          "\(source)-\(kind)", width: 64, height: 48, frameCount: 4, seed: seed, kind: kind)
        pairs.append(
          VideoPair(
            id: version.name, source: source, reference: reference,
            distorted: try folder.write(version, .distorted)))
      }
    }
    return pairs
  }

  private func extract(
    _ pairs: [VideoPair], into store: String = "store",
    _ change: (inout CorpusExtraction.Options) -> Void = { _ in }
  ) async throws -> (store: Store, summary: CorpusExtraction.Summary) {
    var options = CorpusExtraction.Options()
    change(&options)
    let store = try Store(creatingAt: folder.file(store))
    let extraction = try CorpusExtraction(
      pairs: pairs, store: store, options: options, toolVersion: "test")
    return (store, try await extraction.run())
  }

  /// Every file of a store but the machine's own cache, by its relative path.
  private func contents(_ store: Store) throws -> [String: Data] {
    let root = URL(filePath: store.path)
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: store.path)
    where !name.hasPrefix("cache") {
      files[name] = try? Data(contentsOf: root.appending(path: name))
    }
    return files
  }

  @Test func rowsEqualScoresBitForBit() async throws {
    let pairs = try pairs()
    let (store, summary) = try await extract(pairs) { options in
      options.teachers = [
        .default, ModelSpecification(source: .version("vmaf_v0.6.1neg")),
      ]
      options.threads = 3
    }
    #expect(summary.computed == 4 && summary.reused == 0 && summary.failures.isEmpty)
    #expect(summary.frames == 16)
    let entries = try store.entries()
    #expect(entries.map(\.key.pair).sorted() == pairs.map(\.id).sorted())
    for entry in entries {
      let pair = try #require(pairs.first { $0.id == entry.key.pair })
      let stored = try store.load(entry)
      let run = try await Scorer(
        ScoreRequest(
          reference: pair.reference, distorted: [pair.distorted],
          models: try ["vmaf_v0.6.1:name=vmaf_v0.6.1", "vmaf_v0.6.1neg:name=vmaf_v0.6.1neg"]
            .map { try ModelSelection($0) })
      ).run()
      let table = run.results[0].table
      #expect(stored.frames == [0, 1, 2, 3])
      #expect(stored.columns.count == table.columns.count)
      for column in table.columns { #expect(stored[column.name] == column.values) }
    }
  }

  @Test func whatIsStoredIsNotComputedAgain() async throws {
    let pairs = try pairs()
    let (clean, _) = try await extract(pairs, into: "clean")
    // An interrupted run: one source is there, the other is not.
    _ = try await extract(Array(pairs.prefix(2)))
    let (store, summary) = try await extract(pairs)
    #expect(summary.reused == 2 && summary.computed == 2)
    #expect(try contents(store) == contents(clean))
    let (_, again) = try await extract(pairs)
    #expect(again.reused == 4 && again.computed == 0)
    #expect(try contents(store) == contents(clean))
    #expect(try store.verify().isSound)
  }

  @Test func shardsMakeTheSameStore() async throws {
    let pairs = try pairs()
    let (clean, _) = try await extract(pairs, into: "clean")
    var computed = 0
    for index in 0..<3 {
      let (_, summary) = try await extract(pairs) { options in
        options.shard = (try? Shard("\(index)/3")) ?? .whole
        options.jobs = 2
      }
      computed += summary.computed
    }
    #expect(computed == 4)
    #expect(try contents(Store(at: folder.file("store"))) == contents(clean))
  }

  @Test func changedInputsAndOptionsAreComputedAnew() async throws {
    var pairs = try pairs()
    _ = try await extract(pairs)
    let (_, other) = try await extract(pairs) { $0.features = [FeatureExtractor(.psnr)] }
    #expect(other.computed == 4)
    // Another file under the name of a distorted video.
    pairs[0].distorted = pairs[1].distorted
    let (_, changed) = try await extract(pairs)
    #expect(changed.computed == 1 && changed.reused == 3)
  }

  /// A pair that fails stops neither its ladder nor the others, and is forgotten once it works.
  @Test func failuresAreIsolated() async throws {
    let pairs = try pairs()
    let (clean, _) = try await extract(pairs, into: "clean")
    let whole = try Data(contentsOf: URL(filePath: pairs[1].distorted))
    let cases: [(Data?, String)] = [
      (whole.dropLast(100), "cut off"), (Data("YUV4MPEG2 W6\n".utf8), "header"),
      (nil, pairs[1].distorted),
    ]
    for (bytes, reason) in cases {
      try FileManager.default.removeItem(atPath: pairs[1].distorted)
      try bytes?.write(to: URL(filePath: pairs[1].distorted))
      let (store, summary) = try await extract(pairs) { $0.retries = 1 }
      #expect(summary.failures.map(\.pair) == [pairs[1].id])
      #expect(try store.failures() == summary.failures)
      #expect(summary.failures[0].message.contains(reason), "\(summary.failures[0].message)")
      #expect(summary.computed + summary.reused == 3)
      try whole.write(to: URL(filePath: pairs[1].distorted))
    }
    let (store, summary) = try await extract(pairs)
    #expect(summary.computed == 1 && summary.failures.isEmpty)
    #expect(try store.failures().isEmpty)
    #expect(try contents(store) == contents(clean))
  }

  @Test func unevenLengthsAndSizesFail() async throws {
    var pairs = Array(try pairs().prefix(2))
    let long = SyntheticClip("long", width: 64, height: 48, frameCount: 5, seed: 50)
    let wide = SyntheticClip("wide", width: 66, height: 48, frameCount: 4, seed: 50)
    pairs[0].distorted = try folder.write(long, .distorted)
    var other = pairs[1]
    other.id = "wide"
    other.distorted = try folder.write(wide, .distorted)
    let (_, summary) = try await extract(pairs + [other])
    #expect(summary.computed == 1)
    let messages = Dictionary(
      uniqueKeysWithValues: summary.failures.map { ($0.pair, $0.message) })
    #expect(messages[pairs[0].id]?.contains("different lengths") == true)
    #expect(messages["wide"]?.contains("66x48") == true)
  }

  @Test func teachersNeedColumnsOfTheirOwn() throws {
    let store = try Store(creatingAt: folder.file("store"))
    var options = CorpusExtraction.Options()
    options.teachers = [.default, .default]
    #expect(throws: ModelError.self) {
      try CorpusExtraction(pairs: [], store: store, options: options, toolVersion: "test")
    }
  }

  @Test func cancellationIsNoFailureOfAPair() async throws {
    let pairs = try pairs()
    let store = try Store(creatingAt: folder.file("store"))
    let extraction = try CorpusExtraction(pairs: pairs, store: store, toolVersion: "test")
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await extraction.run()
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try store.failures().isEmpty)
  }
}
