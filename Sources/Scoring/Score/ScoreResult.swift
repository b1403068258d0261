public import Features
public import VMAFModel
public import VideoIO

/// The scores and features of one distorted video.
public struct ScoreResult: Sendable {
  /// The distorted video's path.
  public let distorted: String
  /// Features, then scores, per frame, in the order of libvmaf's output.
  public let table: FeatureTable
  /// Values of the whole video, such as `apsnr_y`.
  public let aggregates: [ExtractedFeatures.Aggregate]
  /// The number of frames that were read.
  public let frameCount: Int
}

/// The results of a request.
public struct ScoreRun: Sendable {
  /// The reference's path.
  public let reference: String
  /// The size and layout of all frames.
  public let format: VideoFormat
  /// The frame rate of the reference, when it is known.
  public let frameRate: FrameRate?
  /// The models that were used.
  public let models: [QualityModel]
  /// One result per distorted video, in the order of the request.
  public let results: [ScoreResult]
  /// What a person should know about the inputs: notes and warnings, never refusals.
  public let findings: [String]
}
