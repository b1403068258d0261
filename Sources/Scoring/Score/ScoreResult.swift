public import Alignment
public import Features
public import VideoIO

/// The scores and features of one distorted video.
public struct ScoreResult: Sendable {
  /// The distorted video's path.
  public let distorted: String
  /// Features, then scores, per frame, in the order of libvmaf's output.
  public let table: FeatureTable
  /// What each model says, in the order of the request.
  public let scores: [ModelScore]
  /// Values of the whole video, such as `apsnr_y`.
  public let aggregates: [ExtractedFeatures.Aggregate]
  /// The number of frames that were read.
  public let frameCount: Int
  /// How the scored frames belong to the reference's; `nil` when that was not looked for, or could
  /// not be told because of subsampling.
  public let alignment: VideoAlignment?
}

/// The results of a request.
public struct ScoreRun: Sendable {
  /// The reference's path.
  public let reference: String
  /// The size and layout of all frames.
  public let format: VideoFormat
  /// The frame rate of the reference, when it is known.
  public let frameRate: FrameRate?
  /// The models that were used, in the order of the request.
  public let models: [ScoredModel]
  /// One result per distorted video, in the order of the request.
  public let results: [ScoreResult]
  /// What a person should know about the inputs: notes and warnings, never refusals.
  public let findings: [String]
  /// The request as it was carried out: with the skips of ``AlignmentMode/auto``.
  public let request: ScoreRequest
  /// Where the time went.
  public let timings: ScoreTimings
}

/// What one model says about one video.
public struct ModelScore: Sendable, Hashable {
  /// The printed name of the scores, as in ``ScoredModel/name``.
  public let model: String
  /// The column of ``ScoreResult/table`` with a score per frame, or `nil` for a model that scores
  /// whole videos.
  public let column: FeatureName?
  /// The score of the video: the mean over its frames, or the model's own.
  public let clipScore: Double
  /// The frames whose features lie where the model was neither trained nor measured, or `nil` when
  /// nobody knows.
  public let outOfDomainFrames: Int?
  /// Where the true score lies, for models that say so.
  public let interval: PredictionInterval?

  /// Creates a score.
  public init(
    model: String, column: FeatureName?, clipScore: Double, outOfDomainFrames: Int? = nil,
    interval: PredictionInterval? = nil
  ) {
    self.model = model
    self.column = column
    self.clipScore = clipScore
    self.outOfDomainFrames = outOfDomainFrames
    self.interval = interval
  }
}

/// A model of a run.
public struct ScoredModel: Sendable, Hashable {
  /// How a model came to its numbers.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// A support vector regression on human scores, in libvmaf's form.
    case teacher
    /// A small network.
    case student
  }

  /// The printed name of its scores.
  public let name: String
  /// How it came to its numbers.
  public let kind: Kind
  /// Its version, its id or its file.
  public let source: String
  /// The SHA-256 of its file, in hexadecimal, or `nil` when it has none.
  public let contentHash: String?
  /// The features that it takes, in its order.
  public let features: [FeatureName]
  /// What its scores measure, such as `VMAF`.
  public let unit: String
}
