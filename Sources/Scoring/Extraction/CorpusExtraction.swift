public import Corpus
public import FeatureStore
public import Features
public import Processor
public import VMAFModel
public import VideoIO

/// Fills a store with the features and teacher scores of many pairs.
///
/// Pairs of one reference are one ladder: the reference is decoded and analysed once for all of
/// them, in the same pass that yields every feature and every teacher's score. What the store
/// holds already is left alone, so that a run that was stopped is continued by running it again,
/// and several processes may share a store.
public struct CorpusExtraction: Sendable {
  /// What to compute, and how.
  public struct Options: Sendable {
    /// The models whose scores are stored, each in a column of its own.
    public var teachers: [ModelSpecification] = [.default]
    /// Features to store beside those that the teachers need and the canonical six.
    public var features: [FeatureExtractor] = []
    /// The filter by which videos of another size are scaled to the reference's, or `nil` to
    /// count them as failed.
    public var scaleFilter: VideoScale.Filter?
    /// The part of the pairs to work on.
    public var shard = Shard.whole
    /// Ladders that are worked on at a time.
    public var jobs = 1
    /// Frames that are worked on at a time in each ladder.
    public var threads = 1
    /// How often a pair that failed is tried again.
    public var retries = 0
    /// The seconds that one attempt may take, or `nil` for any time.
    public var timeout: Double?
    /// The most distorted videos that are read at a time; longer ladders are split.
    public var ladderLimit = 8
    /// The family of kernels.
    public var instructionSet = InstructionSet.best

    /// Creates the default options.
    public init() {}
  }

  /// How far a run is.
  public struct Progress: Sendable {
    /// Pairs that are stored or have failed.
    public var pairs = 0
    /// Pairs in all.
    public var totalPairs = 0
    /// Frames that were computed, counted once per distorted video.
    public var frames = 0
  }

  /// What a run did.
  public struct Summary: Sendable {
    /// Pairs that were computed and stored.
    public var computed = 0
    /// Pairs that the store held already.
    public var reused = 0
    /// Pairs that failed; the store lists them too.
    public var failures: [StoreFailure] = []
    /// Frames that were computed, counted once per distorted video.
    public var frames = 0
  }

  let store: Store
  let options: Options
  let toolVersion: String
  let teachers: [Teacher]
  /// The names of the columns of scores, in the order of the teachers.
  public var scoreNames: [String] { teachers.map(\.column.rawValue) }
  let plan: FeaturePlan
  private let ladders: [[VideoPair]]

  /// A model and the column that its scores are stored in.
  struct Teacher: Sendable {
    let column: FeatureName
    let model: QualityModel
  }

  /// Prepares a run; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - pairs: What to extract; their ids are distinct within a source.
  ///   - store: Where the rows go.
  ///   - options: What to compute, and how.
  ///   - toolVersion: The version of the program, which every file mentions.
  /// - Throws: `ModelError`, for instance when two teachers would share a column.
  public init(
    pairs: [VideoPair], store: Store, options: Options = Options(), toolVersion: String
  ) throws {
    self.store = store
    self.options = options
    self.toolVersion = toolVersion
    teachers = try options.teachers.map { try Self.teacher($0) }
    try ModelSpecification.requireDistinctNames(teachers.map(\.model.specification))

    var plan = FeaturePlan([FeatureExtractor(.adm).omittingAIM, .init(.vif), .init(.motion)])
    for teacher in teachers {
      for extractor in teacher.model.extractors(omittingUnusedAIM: true) {
        plan.register(extractor)
      }
    }
    for extractor in options.features { plan.register(extractor) }
    self.plan = plan

    var order: [LadderKey] = []
    var groups: [LadderKey: [VideoPair]] = [:]
    for pair in pairs where options.shard.contains(source: pair.source, pair: pair.id) {
      let key = LadderKey(reference: pair.reference, rawFormat: pair.rawFormat)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(pair)
    }
    ladders = order.compactMap { groups[$0] }
  }

  private struct LadderKey: Hashable {
    let reference: String
    let rawFormat: VideoFormat?
  }

  /// What a run would do with one pair.
  public struct Plan: Sendable {
    /// The pair.
    public let pair: VideoPair
    /// The key under which it is or would be stored, or why there is none.
    public let key: Result<StoreKey, any Error>
    /// Whether the store holds it.
    public let isStored: Bool
  }

  /// Says what a run would do, pair by pair, without computing anything but the inputs' hashes.
  ///
  /// - Throws: `CancellationError`; what is wrong with single pairs is part of their plans.
  public func plan(_ body: (Plan) throws -> Void) throws {
    for pair in ladders.joined() {
      try Task.checkCancellation()
      let key = Result { try self.key(of: pair) }
      let isStored = (try? key.get()).map(store.contains) ?? false
      try body(Plan(pair: pair, key: key, isStored: isStored))
    }
  }

  /// Computes what the store lacks and brings its manifest up to date.
  ///
  /// - Parameter progress: Called from one thread at a time.
  /// - Throws: `StoreError` when the store cannot be written, or `CancellationError`. What is wrong
  ///   with single pairs is part of the summary.
  public func run(progress: (@Sendable (Progress) -> Void)? = nil) async throws -> Summary {
    let tally = ExtractionTally(
      totalPairs: ladders.reduce(0) { $0 + $1.count }, progress: progress)
    try await withThrowingTaskGroup(of: Void.self) { group in
      var waiting = ladders[...]
      for ladder in waiting.prefix(max(options.jobs, 1)) {
        group.addTask { try await extract(ladder, tally) }
      }
      waiting = waiting.dropFirst(max(options.jobs, 1))
      while try await group.next() != nil {
        guard let ladder = waiting.popFirst() else { continue }
        group.addTask { try await extract(ladder, tally) }
      }
    }
    try store.finalizeManifest()
    return tally.summary
  }

  /// A model under the name of its column: its own name, or that of its version or file.
  private static func teacher(_ specification: ModelSpecification) throws -> Teacher {
    var specification = specification
    if specification.name == ModelSpecification.default.name {
      switch specification.source {
      case .version(let version): specification.name = version
      case .path(let path):
        let file = path.split(separator: "/").last.map(String.init) ?? path
        specification.name = file.hasSuffix(".json") ? String(file.dropLast(5)) : file
      }
      if specification.enablesTransform { specification.name += "_phone" }
    }
    let model = try QualityModel(specification)
    return Teacher(column: FeatureName(model.name), model: model)
  }
}
