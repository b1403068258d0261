public import VideoIO

/// Reads a reference and distorted videos from where they are and finds how they belong together.
///
/// - Parameters:
///   - reference: The reference.
///   - distorted: The distorted videos, of the reference's size.
///   - frameLimit: The most frames to read of each, or `nil` for all.
///   - progress: Called with the number of frames done so far.
/// - Returns: The alignments in order, counted from the first frames that were read.
/// - Throws: The sources' errors, or `CancellationError`.
public func align(
  reference: any FrameSource, distorted: [any FrameSource], frameLimit: Int? = nil,
  progress: ((Int) -> Void)? = nil
) throws -> [VideoAlignment] {
  let monitor = AlignmentMonitor(distortedCount: distorted.count)
  let sources =
    [monitor.source(ofReference: reference)]
    + distorted.enumerated().map { monitor.source(ofDistorted: $1, at: $0) }
  var readers = sources.map { (source: $0, frame: Frame(format: $0.format, selection: .luma)) }
  var limit = frameLimit ?? .max
  var done = 0
  while !readers.isEmpty, done < limit {
    try Task.checkCancellation()
    let count = readers.count
    readers = try readers.filter { try $0.source.read(into: $0.frame, planes: .luma) }
    // At an offset the last frames of the longer video belong to the end of the other.
    if readers.count < count { limit = min(limit, done + TemporalAligner.reach) }
    done += 1
    if !readers.isEmpty { progress?(done) }
  }
  return distorted.indices.map { monitor.alignment(at: $0) }
}
