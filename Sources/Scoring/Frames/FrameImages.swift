import Dispatch
public import StillImages
public import VideoIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Shows frames of the videos of a request: the reference, a distorted video and their difference.
///
/// The inputs are opened again and read up to the last frame that is asked for, each at most once;
/// what is in between is skipped, which costs nothing in raw and Y4M files. At any time one frame
/// of the reference and one distorted frame are in memory at full size.
///
/// ```swift
/// let images = FrameImages(request)
/// let worst = try await images.comparisons(of: [[120, 4711]])  // of the only distorted video
/// let bytes = worst[0][0].difference.png()
/// ```
public struct FrameImages: Sendable {
  /// The pictures of one frame.
  public struct Comparison: Sendable {
    /// The number of the frame, as in the score's table.
    public let frame: Int
    /// What the frame should look like.
    public let reference: RGBImage
    /// What it looks like, scaled as it was for the score.
    public let distorted: RGBImage
    /// The amplified absolute difference, taken at full size.
    public let difference: RGBImage
  }

  /// The largest width and height of the pictures; `nil` for the size of the video.
  public var maximumSize: (width: Int, height: Int)?
  /// How much differences are amplified.
  public var gain = 8
  private let request: ScoreRequest

  /// Prepares pictures of the videos of a request; nothing is opened yet.
  public init(_ request: ScoreRequest, maximumSize: (width: Int, height: Int)? = nil) {
    self.request = request
    self.maximumSize = maximumSize
  }

  /// Whether all inputs can be read a second time: standard input and pipes cannot.
  public var canReopenInputs: Bool {
    ([request.reference] + request.distorted).allSatisfy(Self.isRegularFile)
  }

  /// The pictures of some frames.
  ///
  /// - Parameter frames: For each distorted video of the request the numbers of its frames, as in
  ///   the score's table; a shorter list stands for no frames of the others.
  /// - Returns: The pictures in the order of `frames`.
  /// - Throws: ``FrameImagesError``, `VideoError`, or `CancellationError` when the task is cancelled.
  public func comparisons(of frames: [[Int]]) async throws -> [[Comparison]] {
    guard frames.contains(where: { !$0.isEmpty }) else { return frames.map { _ in [] } }
    let reference = try open(request.reference, options: request.referenceOptions)
    var distortedOptions = request.distortedOptions
    let format = reference.source.format
    distortedOptions.scale = request.scaleFilter.map {
      VideoScale(width: format.width, height: format.height, filter: $0)
    }
    var walks: [Walk] = []
    for (position, path) in request.distorted.enumerated() {
      let wanted = position < frames.count ? frames[position] : []
      guard !wanted.isEmpty else { continue }
      let video = try open(path, options: distortedOptions)
      walks.append(
        Walk(
          position: position, wanted: Set(wanted),
          player: Player(video, path: path, skipping: request.skippedFrames(ofDistorted: position)))
      )
    }
    let start = Player(
      reference, path: request.reference, skipping: request.skippedReferenceFrames)
    let found = try await readingInterruptibly([reference] + walks.map(\.player.video)) {
      try await withTaskExecutorPreference(ReadingExecutor()) {
        try await collect(from: walks, reference: start)
      }
    }
    return try frames.enumerated().map { position, numbers in
      try numbers.map { number in
        guard let comparison = found[position]?[number] else {
          throw FrameImagesError.noSuchFrame(number, path: request.distorted[position])
        }
        return comparison
      }
    }
  }

  /// The pictures of one frame of one distorted video.
  ///
  /// - Throws: As ``comparisons(of:)``.
  public func comparison(of frame: Int, distorted position: Int = 0) async throws -> Comparison {
    guard request.distorted.indices.contains(position) else {
      throw FrameImagesError.noSuchVideo(position, count: request.distorted.count)
    }
    var frames = [[Int]](repeating: [], count: position)
    frames.append([frame])
    return try await comparisons(of: frames)[position][0]
  }

  /// A frame of the reference alone, for which the request needs no distorted video.
  ///
  /// - Throws: As ``comparisons(of:)``.
  public func reference(frame: Int) async throws -> RGBImage {
    let video = try open(request.reference, options: request.referenceOptions)
    let player = Player(
      video, path: request.reference, skipping: request.skippedReferenceFrames)
    return try await readingInterruptibly([video]) {
      try await withTaskExecutorPreference(ReadingExecutor()) {
        guard let image = try await read(frame, from: player) else {
          throw FrameImagesError.noSuchFrame(frame, path: request.reference)
        }
        return fitted(image)
      }
    }
  }

  /// Asynchronous so that it runs where reads may block.
  private func read(_ frame: Int, from player: Player) async throws -> RGBImage? {
    try Task.checkCancellation()
    return try player.image(ofFrame: frame)
  }

  private func collect(
    from walks: [Walk], reference: Player
  ) async throws -> [Int: [Int: Comparison]] {
    var found: [Int: [Int: Comparison]] = [:]
    for number in walks.reduce(into: Set<Int>(), { $0.formUnion($1.wanted) }).sorted() {
      guard let original = try reference.image(ofFrame: number) else {
        throw FrameImagesError.noSuchFrame(number, path: request.reference)
      }
      let small = fitted(original)
      for walk in walks where walk.wanted.contains(number) {
        try Task.checkCancellation()
        guard let other = try walk.player.image(ofFrame: number) else {
          throw FrameImagesError.noSuchFrame(number, path: walk.player.path)
        }
        guard (other.width, other.height) == (original.width, original.height) else {
          throw VideoError.incompatible(
            reason: "\"\(walk.player.path)\" is \(other.width)x\(other.height) and the reference "
              + "\(original.width)x\(original.height): scale it with --scale.")
        }
        found[walk.position, default: [:]][number] = Comparison(
          frame: number, reference: small, distorted: fitted(other),
          difference: fitted(original.difference(to: other, gain: gain)))
      }
    }
    return found
  }

  private func fitted(_ image: RGBImage) -> RGBImage {
    guard let maximumSize else { return image }
    return image.fitted(width: maximumSize.width, height: maximumSize.height)
  }

  private func open(_ path: String, options: VideoInputOptions) throws -> OpenedVideo {
    guard path != "-", Self.isRegularFile(path) || !Self.exists(path) else {
      throw FrameImagesError.cannotReopen(path)
    }
    return try openVideo(path: path, options: options)
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}

extension FrameImages {
  /// A distorted video and the frames of it that are wanted.
  private struct Walk {
    let position: Int
    let wanted: Set<Int>
    let player: Player
  }

  /// Reads single frames of a video, going forward only.
  private final class Player {
    let video: OpenedVideo
    let path: String
    private let frame: Frame
    private var next: Int

    init(_ video: OpenedVideo, path: String, skipping skipped: Int) {
      self.video = video
      self.path = path
      frame = Frame(format: video.source.format)
      next = -skipped
    }

    /// The frame of that number, or `nil` when the video has fewer.
    func image(ofFrame number: Int) throws -> RGBImage? {
      guard number >= next else { return nil }
      let gap = number - next
      guard try video.source.skip(gap) == gap else { return nil }
      next = number + 1
      guard try video.source.read(into: frame, planes: .all) else { return nil }
      return RGBImage(frame, probe: video.probe)
    }
  }
}

extension RGBImage {
  /// Converts a frame, with range and matrix as its container states them or as is usual.
  public init(_ frame: Frame, probe: VideoProbe) {
    let format = frame.format
    let chroma: YUVView.Chroma =
      switch format.pixelFormat.chroma {
      case .yuv400: .none
      case .yuv420: .halfSize
      case .yuv422: .halfWidth
      case .yuv444: .fullSize
      }
    let matrix: YUVView.Matrix? =
      switch probe.primaries {
      case "bt709": .bt709
      case "bt2020": .bt2020
      case "smpte170m", "bt470bg", "bt470m": .bt601
      // The original's size, not the one that it was scaled to.
      default: .assumed(width: probe.format.width, height: probe.format.height)
      }
    self.init(
      YUVView(
        width: format.width, height: format.height, bitDepth: format.pixelFormat.bitDepth,
        chroma: chroma, range: probe.range == .full ? .full : .limited, matrix: matrix,
        planes: frame.planes.map { .init(base: $0.base, bytesPerRow: $0.bytesPerRow) }))
  }
}

/// Runs reads that block away from the threads of Swift's own pool.
private final class ReadingExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "tinyvmaf.frame-images")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// Why a frame cannot be shown.
public enum FrameImagesError: Error, Hashable, CustomStringConvertible {
  /// The input was standard input or a pipe.
  case cannotReopen(String)
  /// The video has no frame of that number.
  case noSuchFrame(Int, path: String)
  /// The request has no distorted video of that position.
  case noSuchVideo(Int, count: Int)

  /// One sentence: what is wrong and what to do.
  public var description: String {
    switch self {
    case .cannotReopen(let path):
      "\"\(path)\" cannot be read a second time to show its frames; save it to a file first."
    case .noSuchFrame(let number, let path):
      "\"\(path)\" has no frame \(number); frames count from 0."
    case .noSuchVideo(let position, let count):
      "there is no distorted video \(position); there are \(count), counted from 0."
    }
  }
}
