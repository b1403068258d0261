public import Processor
import Synchronization
public import VideoIO

/// Computes per-frame features of one or several distorted videos against one reference.
///
/// The reference is read and analysed once for the whole ladder of distorted videos. Frames are
/// worked on in parallel; the result is the same, bit for bit, for any number of threads and any
/// instruction set. What is in flight is bounded by the number of threads, so memory does not
/// depend on the length of the videos but for the table of results.
public struct FeatureExtraction: Sendable {
  /// What to compute.
  public var plan: FeaturePlan
  /// The number of frames that are worked on at a time, at least 1.
  public var threads: Int
  /// Frames whose number is a multiple of this get a row; at least 1.
  ///
  /// Motion and PSNR still look at every frame, as in libvmaf.
  public var subsample: Int
  /// The largest number of frames to read, or `nil` for all.
  public var frameLimit: Int?
  /// The family of kernels.
  public var instructionSet: InstructionSet

  /// Creates an extraction of `plan` with one thread and the best instruction set.
  public init(
    plan: FeaturePlan, threads: Int = 1, subsample: Int = 1, frameLimit: Int? = nil,
    instructionSet: InstructionSet = .best
  ) {
    self.plan = plan
    self.threads = threads
    self.subsample = subsample
    self.frameLimit = frameLimit
    self.instructionSet = instructionSet
  }

  /// The version of the computed values: raised whenever one of them changes.
  public static let version = "1"

  /// The smallest width and height that the features are defined for.
  public static let smallestSide = 33

  /// Reads the videos to the end of the shortest and computes their features.
  ///
  /// - Parameters:
  ///   - reference: The reference video.
  ///   - distorted: The distorted videos, of the reference's size and pixel format.
  ///   - progress: Called with the number of frames done so far, from one thread at a time.
  /// - Returns: One result per distorted video, in order.
  /// - Throws: ``FeatureExtractionError``, a kernel's configuration error, the sources' errors, or
  ///   `CancellationError`.
  public func run(
    reference: any FrameSource, distorted: [any FrameSource],
    progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> [ExtractedFeatures] {
    let format = reference.format
    try check(format, distorted: distorted.map(\.format))
    let kernelPlan = try KernelPlan(plan, planeCount: format.pixelFormat.chroma.planeCount)
    let workers = max(threads, 1)
    let reader = FrameBundleReader(
      reference: reference, distorted: distorted,
      demand: FrameBundleReader.Demand(
        planes: kernelPlan.errorPlanes.count > 1 ? .all : .luma,
        lookBack: kernelPlan.lookBack, limit: frameLimit ?? .max,
        distortedEvery: kernelPlan.needsEveryDistortedFrame ? 1 : max(subsample, 1),
        workers: workers))
    let collector = FrameCollector(progress: progress)
    let distortedCount = distorted.count
    let executor = BlockingExecutor()

    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<workers {
        group.addTask(executorPreference: executor) {
          let analyzer = FrameAnalyzer(
            plan: plan, kernelPlan: kernelPlan, format: format, distortedCount: distortedCount,
            subsample: max(subsample, 1), instructionSet: instructionSet)
          while let bundle = try reader.next() {
            try Task.checkCancellation()
            collector.add(analyzer.analyze(bundle))
          }
        }
      }
      try await group.waitForAll()
    }

    let frames = collector.sorted()
    guard !frames.isEmpty else { throw FeatureExtractionError.noFrames }
    let assembly = FeatureAssembly(
      plan: plan, format: format, subsample: max(subsample, 1), frames: frames)
    return (0..<distortedCount).map { position in
      ExtractedFeatures(
        table: assembly.table(of: position), aggregates: assembly.aggregates(of: position),
        frameCount: frames.count, earlyEnd: reader.earlyEnd)
    }
  }

  private func check(_ format: VideoFormat, distorted: [VideoFormat]) throws {
    guard format.width >= Self.smallestSide, format.height >= Self.smallestSide else {
      throw FeatureExtractionError.tooSmall(width: format.width, height: format.height)
    }
    for other in distorted where other != format {
      throw FeatureExtractionError.formatMismatch(reference: format, distorted: other)
    }
  }
}

/// The values of all frames, gathered from all workers.
private final class FrameCollector: Sendable {
  private let frames = Mutex<[FrameValues]>([])
  private let progress: (@Sendable (Int) -> Void)?

  init(progress: (@Sendable (Int) -> Void)?) { self.progress = progress }

  func add(_ values: FrameValues) {
    frames.withLock { frames in
      frames.append(values)
      progress?(frames.count)
    }
  }

  func sorted() -> [FrameValues] { frames.withLock { $0 }.sorted { $0.index < $1.index } }
}

/// The features of one distorted video.
public struct ExtractedFeatures: Sendable, Equatable {
  /// The values per frame, in the order of libvmaf's output.
  public var table: FeatureTable
  /// Values of the whole video, such as `apsnr_y`.
  public let aggregates: [Aggregate]
  /// The number of frames that were read; more than the rows of the table with subsampling.
  public let frameCount: Int
  /// Which video ended before the others, if one did.
  public let earlyEnd: EarlyEnd?

  /// A named value of the whole video.
  public struct Aggregate: Sendable, Equatable {
    /// The printed name.
    public let name: FeatureName
    /// The value.
    public let value: Double
  }
}

/// Why features cannot be computed.
public enum FeatureExtractionError: Error, Equatable, CustomStringConvertible {
  /// The pictures are smaller than the features are defined for.
  case tooSmall(width: Int, height: Int)
  /// A distorted video has another size or pixel format than the reference.
  case formatMismatch(reference: VideoFormat, distorted: VideoFormat)
  /// An option that is known but not implemented at other than its default.
  case unsupportedOption(String)
  /// There is not one frame in all of the videos.
  case noFrames

  /// One sentence: what is wrong and what to do.
  public var description: String {
    switch self {
    case .tooSmall(let width, let height):
      let least = FeatureExtraction.smallestSide
      return
        "the pictures are \(width)x\(height): VMAF is defined from \(least)x\(least) on; use larger ones."
    case .formatMismatch(let reference, let distorted):
      return
        "the distorted video is \(distorted), the reference \(reference): "
        + "convert one of them first."
    case .unsupportedOption(let name):
      return "\(name) can only be at its default; leave it out."
    case .noFrames:
      return "there is no frame that all videos have; check the frame range."
    }
  }
}
