import Corpus
import FeatureStore
import Features
import VMAFModel
import VideoIO

extension CorpusExtraction {
  /// A pair and the key under which it will be stored.
  private struct Job {
    let pair: VideoPair
    let key: StoreKey
  }

  /// Computes and stores the pairs of one reference.
  func extract(_ ladder: [VideoPair], _ tally: ExtractionTally) async throws {
    var jobs: [Job] = []
    for pair in ladder {
      try Task.checkCancellation()
      do {
        let key = try key(of: pair)
        if store.contains(key) { tally.reuse() } else { jobs.append(Job(pair: pair, key: key)) }
      } catch {
        try fail(pair, key: nil, error: error, attempts: 1, tally)
      }
    }
    for start in stride(from: 0, to: jobs.count, by: max(options.ladderLimit, 1)) {
      let part = Array(jobs[start..<min(start + max(options.ladderLimit, 1), jobs.count)])
      do {
        try await compute(part, tally)
      } catch let error where part.count > 1 && !Self.isFatal(error) {
        // One video spoils the ladder: each is tried alone.
        for job in part { try await computeAlone(job, tally) }
      } catch let error where !Self.isFatal(error) {
        try await computeAlone(part[0], tally, attempts: 1, lastError: error)
      }
    }
  }

  /// Computes a pair, again and again up to the number of retries.
  private func computeAlone(
    _ job: Job, _ tally: ExtractionTally, attempts: Int = 0, lastError: (any Error)? = nil
  ) async throws {
    var attempts = attempts
    var lastError = lastError
    while attempts <= options.retries {
      attempts += 1
      do {
        return try await compute([job], tally)
      } catch let error where !Self.isFatal(error) {
        lastError = error
      }
    }
    if let lastError {
      try fail(job.pair, key: job.key, error: lastError, attempts: attempts, tally)
    }
  }

  /// Computes pairs of one reference in one pass and stores them.
  private func compute(_ jobs: [Job], _ tally: ExtractionTally) async throws {
    let features = try await withTimeout(options.timeout) {
      try await extractFeatures(jobs.map(\.pair), tally)
    }
    for (job, features) in zip(jobs, features) {
      var table = features.table
      for teacher in teachers {
        for column in try teacher.model.scores(of: table) { table.append(column) }
      }
      try store.write(PairRecord(key: job.key, toolVersion: toolVersion, table: table))
      tally.complete(frames: features.frameCount)
    }
  }

  private func extractFeatures(
    _ pairs: [VideoPair], _ tally: ExtractionTally
  ) async throws -> [ExtractedFeatures] {
    let reference = try openVideo(
      path: pairs[0].reference, options: inputOptions(pairs[0].reference, of: pairs[0]))
    let format = reference.source.format
    let distorted = try pairs.map { pair in
      var options = inputOptions(pair.distorted, of: pair)
      options.scale = self.options.scaleFilter.map {
        VideoScale(width: format.width, height: format.height, filter: $0)
      }
      return try openVideo(path: pair.distorted, options: options)
    }
    let extraction = FeatureExtraction(
      plan: plan, threads: options.threads, instructionSet: options.instructionSet)
    let features = try await readingInterruptibly([reference] + distorted) {
      try await extraction.run(
        reference: reference.source, distorted: distorted.map(\.source)
      ) { tally.report(frames: $0, of: pairs) }
    }
    if let first = features.first, first.earlyEnd != nil {
      throw ExtractionError.unevenLength(frames: first.frameCount)
    }
    return features
  }

  /// Raw files have the pair's format; files with headers say their own.
  private func inputOptions(_ path: String, of pair: VideoPair) -> VideoInputOptions {
    var options = VideoInputOptions()
    if path.lowercased().hasSuffix(".yuv") {
      options.rawFormat = pair.rawFormat
      options.rawFrameRate = pair.frameRate
    }
    return options
  }

  func key(of pair: VideoPair) throws -> StoreKey {
    var settings = ["extractors": plan.extractors.map(\.identity).joined(separator: " ")]
    settings["teachers"] = teachers.map(\.model.specification.description).joined(separator: " ")
    settings["raw_format"] = pair.rawFormat?.description
    settings["scale"] = options.scaleFilter?.rawValue
    return StoreKey(
      source: pair.source, pair: pair.id,
      reference: try store.inputDigests.digest(of: pair.reference),
      distorted: try store.inputDigests.digest(of: pair.distorted),
      featureVersion: FeatureExtraction.version, options: settings,
      teachers: teachers.map {
        StoreKey.Teacher(name: $0.column.rawValue, sha256: $0.model.contentHash)
      })
  }

  private func fail(
    _ pair: VideoPair, key: StoreKey?, error: any Error, attempts: Int, _ tally: ExtractionTally
  ) throws {
    let failure = StoreFailure(
      source: pair.source, pair: pair.id, key: key, message: "\(error)", attempts: attempts)
    try store.recordFailure(failure)
    tally.fail(failure)
  }

  /// Whether an error concerns the whole run rather than one pair.
  private static func isFatal(_ error: any Error) -> Bool {
    switch error {
    case is CancellationError: true
    case StoreError.invalidRecord, StoreError.inputChanged: false
    case is StoreError: true
    default: false
    }
  }
}

/// Why a pair was not stored.
enum ExtractionError: Error, CustomStringConvertible {
  /// The two videos have different numbers of frames.
  case unevenLength(frames: Int)
  /// An attempt took longer than was allowed.
  case timeout(seconds: Double)

  var description: String {
    switch self {
    case .unevenLength(let frames):
      "reference and distorted video have different lengths: only \(frames) frames are in both."
    case .timeout(let seconds):
      "the pair took longer than \(seconds) seconds; allow more with --timeout."
    }
  }
}

/// Runs `work`, cancelling it when it takes longer than `seconds`.
private func withTimeout<Result: Sendable>(
  _ seconds: Double?, _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  guard let seconds else { return try await work() }
  return try await withThrowingTaskGroup(of: Result?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: .seconds(seconds))
      return nil
    }
    defer { group.cancelAll() }
    while let result = try await group.next() {
      guard let result else { throw ExtractionError.timeout(seconds: seconds) }
      return result
    }
    throw CancellationError()
  }
}
