import Alignment
import Features
public import VideoIO

/// Opens videos, computes their features and predicts their scores.
public struct Scorer {
  /// The opened reference.
  public let reference: OpenedVideo
  /// The opened distorted videos, scaled where that was asked for.
  public let distorted: [OpenedVideo]
  /// Notes and warnings about the inputs and the models.
  public let findings: [String]
  /// The number of frames that will be read, when it is known beforehand.
  public let expectedFrameCount: Int?

  private let request: ScoreRequest
  private let models: [LoadedModel]
  private let plan: FeaturePlan
  private let openingSeconds: Double

  /// Opens everything and checks that it fits together, before any work is done.
  ///
  /// - Throws: `VideoError`, `ModelError`, ``StudentError`` or ``ScoringError``.
  public init(_ request: ScoreRequest) throws {
    let watch = Seconds()
    guard !request.distorted.isEmpty else { throw ScoringError.nothingToScore }
    guard !(request.models.isEmpty && request.features.isEmpty) else {
      throw ScoringError.nothingToCompute
    }
    let models = try LoadedModel.all(request.models, backend: request.backend)
    let plan = try FeaturePlan(models, request: request)

    let reference = try openVideo(path: request.reference, options: request.referenceOptions)
    let format = reference.source.format
    var distortedOptions = request.distortedOptions
    distortedOptions.scale = request.scaleFilter.map {
      VideoScale(width: format.width, height: format.height, filter: $0)
    }
    let distorted = try request.distorted.map {
      try openVideo(path: $0, options: distortedOptions)
    }
    let preflight = Preflight.findings(
      reference: reference.probe, distorted: distorted.map(\.probe),
      scale: distortedOptions.scale)
    try preflight.throwRefusal()

    self.request = request
    self.models = models
    self.plan = plan
    self.reference = reference
    self.distorted = distorted
    findings = models.flatMap(\.warnings) + preflight.map { "\($0.severity): \($0.message)" }
    let counts = ([reference] + distorted).map { $0.source.frameCount }
    let least = counts.contains(nil) ? nil : counts.compactMap { $0 }.min()
    let skipped = max(request.skippedReferenceFrames, request.skippedDistortedFrames)
    expectedFrameCount = least.map { min(max($0 - skipped, 0), request.frameLimit ?? .max) }
    openingSeconds = watch.elapsed
  }

  /// The names of the scores, in the order of the request's models.
  public var modelNames: [String] { models.map(\.description.name) }

  /// Reads the videos and scores them; to be called once.
  ///
  /// - Parameter progress: Called with the number of frames done so far, from one thread at a
  ///   time.
  /// - Throws: The errors of ``FeatureExtraction/run(reference:distorted:progress:)``; when the task
  ///   is cancelled, `CancellationError`, without waiting for decoders.
  public func run(progress: (@Sendable (Int) -> Void)? = nil) async throws -> ScoreRun {
    let extraction = FeatureExtraction(
      plan: plan, threads: request.threads, subsample: request.subsample,
      frameLimit: request.frameLimit, instructionSet: request.instructionSet)
    var timings = ScoreTimings(opening: openingSeconds)
    var watch = Seconds()
    let correction =
      request.alignment == .auto
      ? try await AlignmentCorrection(request, reference: reference, distorted: distorted)
      : AlignmentCorrection(distortedCount: distorted.count)
    let request = correction.applied(to: request)
    timings.aligning = watch.restart()
    let videos = WatchedVideos(
      reference: reference.source, distorted: distorted.map(\.source), mode: request.alignment)
    let extracted = try await readingInterruptibly([reference] + distorted) {
      _ = try reference.source.skip(request.skippedReferenceFrames)
      for (position, video) in distorted.enumerated() {
        _ = try video.source.skip(request.skippedFrames(ofDistorted: position))
      }
      return try await extraction.run(
        reference: videos.reference, distorted: videos.distorted, progress: progress)
    }
    timings.features = watch.restart()
    (timings.reading, timings.watching) = (videos.readingSeconds, videos.watchingSeconds)

    var findings = findings + correction.findings(request)
    var results: [ScoreResult] = []
    for (position, (path, features)) in zip(request.distorted, extracted).enumerated() {
      var table = features.table
      let scores = try models.map { try $0.score(&table) }
      results.append(
        ScoreResult(
          distorted: path, table: table, scores: scores, aggregates: features.aggregates,
          frameCount: features.frameCount, alignment: videos.alignment(at: position)))
    }
    timings.prediction = watch.restart()
    for result in results {
      let sentences = result.alignment?.findings(
        reference: request.reference, distorted: result.distorted)
      findings += (sentences ?? []).map { "warning: \($0)" }
    }
    switch extracted.first?.earlyEnd {
    case .reference:
      findings.append(
        "warning: \"\(request.reference)\" ended before the distorted video; "
          + "\(extracted[0].frameCount) frames were scored.")
    case .distorted(let position):
      findings.append(
        "warning: \"\(request.distorted[position])\" ended before \"\(request.reference)\"; "
          + "\(extracted[0].frameCount) frames were scored.")
    case nil: break
    }
    return ScoreRun(
      reference: request.reference, format: reference.source.format,
      frameRate: reference.source.frameRate, models: models.map(\.description),
      results: results, findings: findings, request: request,
      timings: timings)
  }
}

/// Why a request cannot be carried out.
public enum ScoringError: Error, Hashable, CustomStringConvertible {
  /// There is no distorted video.
  case nothingToScore
  /// There is neither a model nor a feature.
  case nothingToCompute
  /// A program to compare with gave none of the values that are compared.
  case peerWithoutValues(String)
  /// Two models give their scores the same name.
  case repeatedName(String)
  /// A model gives its scores the name of a feature.
  case nameOfFeature(String)
  /// A video that can be read only once cannot be aligned beforehand.
  case cannotAlign(path: String)

  /// One sentence: what is wrong and what to do.
  public var description: String {
    switch self {
    case .nothingToScore:
      "there is no distorted video; give at least one after the reference."
    case .nothingToCompute:
      "there is neither a model nor a feature to compute; add --feature or leave out -n."
    case .peerWithoutValues(let name):
      "\(name) gave none of the features and scores that are compared; check the program."
    case .repeatedName(let name):
      "another model has the name \"\(name)\" already; add :name=NAME to one of them."
    case .nameOfFeature(let name):
      "\"\(name)\" is the name of a feature; give the model another one with :name=NAME."
    case .cannotAlign(let path):
      "\"\(path)\" can be read only once, but --align auto looks at it beforehand; save it to a file "
        + "first, or use --align check."
    }
  }
}
