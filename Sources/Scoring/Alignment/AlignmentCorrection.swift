import Alignment
import VideoIO

/// How many frames to leave out at the start of each video so that all are in step.
struct AlignmentCorrection: Hashable {
  /// Of the reference.
  var reference = 0
  /// Of each distorted video.
  var distorted: [Int]

  /// No correction.
  init(distortedCount: Int) { distorted = Array(repeating: 0, count: distortedCount) }

  /// The correction of the given offsets.
  init(offsets: [Int]) {
    // All start with the latest first frame that any of them has.
    reference = max(offsets.max() ?? 0, 0)
    distorted = offsets.map { [reference] in reference - $0 }
  }

  /// The frames at the start that the offset is looked for in.
  private static let frameLimit = 720

  /// Reads the start of the videos of a request and finds the correction.
  ///
  /// - Parameters:
  ///   - reference: The reference, as it was opened.
  ///   - distorted: The distorted videos, as they were opened.
  /// - Throws: `VideoError`, `CancellationError`, or ``ScoringError/cannotAlign(path:)`` when a
  ///   video can be read only once.
  init(
    _ request: ScoreRequest, reference: OpenedVideo, distorted: [OpenedVideo]
  ) async throws {
    for (path, video) in zip([request.reference] + request.distorted, [reference] + distorted)
    where !video.isReopenable {
      throw ScoringError.cannotAlign(path: path)
    }
    let videos = try zip([request.reference] + request.distorted, [reference] + distorted).map {
      try openVideo(path: $0, options: $1.options)
    }
    let offsets = try await readingInterruptibly(videos) {
      _ = try videos[0].source.skip(request.skippedReferenceFrames)
      for (position, video) in videos.dropFirst().enumerated() {
        _ = try video.source.skip(request.skippedFrames(ofDistorted: position))
      }
      return try align(
        reference: videos[0].source, distorted: videos.dropFirst().map(\.source),
        frameLimit: min(request.frameLimit ?? .max, Self.frameLimit)
      ).map(\.time.offset)
    }
    self.init(offsets: offsets)
  }

  /// The request with the correction in it.
  func applied(to request: ScoreRequest) -> ScoreRequest {
    var request = request
    request.furtherSkippedDistortedFrames = distorted.indices.map { position in
      request.skippedFrames(ofDistorted: position) - request.skippedDistortedFrames
        + distorted[position]
    }
    request.skippedReferenceFrames += reference
    return request
  }

  /// What was corrected, a sentence for each video concerned.
  func findings(_ request: ScoreRequest) -> [String] {
    var findings: [String] = []
    func add(_ path: String, _ count: Int) {
      guard count > 0 else { return }
      findings.append(
        "note: the first \(count == 1 ? "frame" : "\(count) frames") of \"\(path)\" "
          + "\(count == 1 ? "is" : "are") left out to align the videos (--align auto).")
    }
    add(request.reference, reference)
    for (path, count) in zip(request.distorted, distorted) { add(path, count) }
    return findings
  }
}
