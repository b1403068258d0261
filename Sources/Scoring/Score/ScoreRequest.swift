public import Features
public import Processor
public import VideoIO

/// What to score, and how: one reference and any number of distorted videos.
///
/// This is the one way to a score for the command line, the library and everything built on them.
public struct ScoreRequest: Sendable {
  /// The reference's path, or `-` for standard input.
  public var reference: String
  /// The distorted videos' paths, each of which gets a result.
  public var distorted: [String]
  /// How the reference is opened.
  public var referenceOptions = VideoInputOptions()
  /// How the distorted videos are opened.
  public var distortedOptions = VideoInputOptions()
  /// The filter by which distorted videos of another size are scaled to the reference's, or `nil`
  /// to refuse them.
  public var scaleFilter: VideoScale.Filter?
  /// The models to predict with, under distinct names; empty for features only.
  public var models: [ModelSelection]
  /// Features to compute beside those that the models need.
  public var features: [FeatureExtractor] = []
  /// Whether AIM and `adm3` are computed along with ADM, as libvmaf does, though no model here
  /// uses them.
  public var includesAIM = false
  /// The number of frames that are worked on at a time, at least 1.
  public var threads = 1
  /// Frames whose number is a multiple of this get a score, at least 1.
  public var subsample = 1
  /// The largest number of frames to read, or `nil` for all.
  public var frameLimit: Int?
  /// Frames of the reference to leave out at the start.
  public var skippedReferenceFrames = 0
  /// Frames of the distorted videos to leave out at the start.
  public var skippedDistortedFrames = 0
  /// Frames to leave out beside those, for each distorted video in order; missing ones are 0.
  public var furtherSkippedDistortedFrames: [Int] = []
  /// What is done about videos that are not in step.
  public var alignment = AlignmentMode.check
  /// What computes students.
  public var backend = StudentBackend.native
  /// The family of kernels.
  public var instructionSet = InstructionSet.best

  /// Creates a request for the default model.
  public init(
    reference: String, distorted: [String], models: [ModelSelection] = [.default]
  ) {
    self.reference = reference
    self.distorted = distorted
    self.models = models
  }

  /// The frames to leave out at the start of the distorted video at `position`.
  public func skippedFrames(ofDistorted position: Int) -> Int {
    let further = furtherSkippedDistortedFrames
    return skippedDistortedFrames + (further.indices.contains(position) ? further[position] : 0)
  }
}
