import Synchronization

/// Decodes any video that FFmpeg reads, in a child process.
///
/// The child writes Y4M to a pipe, in the pixel format and depth of the source, without dropping,
/// repeating or turning frames. It starts with the first read and is killed when the source is
/// released. Damage that the decoder notices ends the stream with an error: a score over concealed
/// frames would be wrong without anyone noticing.
///
/// Reading blocks the thread. It does not need the threads of Swift's concurrency pool.
public final class FFmpegSource: FrameSource {
  /// The size and layout of every frame, after scaling.
  public let format: VideoFormat
  /// The number of frames, where the container states it.
  public let frameCount: Int?
  /// The average frame rate, where the container states it.
  public let frameRate: FrameRate?
  private let path: String
  private let command: FFmpegCommand
  private let cancellation = Cancellation()
  private var child: ChildProcess?
  private var reader: Reader?
  /// The first failure, which later reads repeat.
  private var failure: VideoError?

  /// Describes a decoder that starts with the first read.
  init(path: String, command: FFmpegCommand, probe: VideoProbe, format: VideoFormat) {
    self.path = path
    var command = command
    command.format = format
    self.command = command
    self.format = format
    frameCount = probe.frameCount
    frameRate = probe.frameRate
  }

  /// Starts a decoder at once, to learn the format from its output.
  init(path: String, command: FFmpegCommand) throws(VideoError) {
    self.path = path
    let child = try command.start(path: path)
    let reader: Y4MReader
    do throws(VideoError) {
      reader = try Y4MReader(stream: child.output)
    } catch {
      throw Self.explain(error, child: child, path: path, cancellation: cancellation)
    }
    format = reader.format
    frameRate = reader.frameRate
    frameCount = nil
    var command = command
    command.format = format
    self.command = command
    // Otherwise this decoder is dropped, and another one starts with the first read.
    if command.rawOutput == nil {
      (self.child, self.reader) = (child, .y4m(reader))
      cancellation.attach(child.kill)
    }
  }

  /// Kills the decoder; a blocked or later read then throws ``VideoError/cancelled(path:)``.
  public var interrupt: @Sendable () -> Void {
    { [cancellation] in cancellation.cancel() }
  }

  /// Reads the next frame.
  ///
  /// - Returns: `false` at the end of the stream.
  /// - Throws: ``VideoError`` when FFmpeg cannot be started, or cannot decode to the end.
  public func read(into frame: Frame, planes: PlaneSelection) throws(VideoError) -> Bool {
    try withReader { reader throws(VideoError) in
      try reader.read(into: frame, planes: planes) ? 1 : 0
    } == 1
  }

  /// Discards up to `count` frames, which are decoded nevertheless; returns how many there were.
  public func skip(_ count: Int) throws(VideoError) -> Int {
    try withReader(wanting: count) { reader throws(VideoError) in try reader.skip(count) }
  }

  /// Starts the decoder if needed, reads, and finds out about the child's end.
  private func withReader(
    wanting count: Int = 1, _ body: (Reader) throws(VideoError) -> Int
  ) throws(VideoError) -> Int {
    if let failure { throw failure }
    if cancellation.isCancelled { throw fail(.cancelled(path: path)) }
    if child == nil {
      let child = try command.start(path: path)
      self.child = child
      cancellation.attach(child.kill)
    }
    guard let child else { return 0 }
    do throws(VideoError) {
      let reader = if let opened = reader { opened } else { try openReader(child) }
      self.reader = reader
      let got = try body(reader)
      if got < count { try checkEnd(of: child) }
      return got
    } catch {
      throw fail(Self.explain(error, child: child, path: path, cancellation: cancellation))
    }
  }

  private func openReader(_ child: ChildProcess) throws(VideoError) -> Reader {
    if command.rawOutput != nil {
      return .raw(
        try RawVideoReader(stream: child.output, format: format, frameRate: frameRate))
    }
    let reader = try Y4MReader(stream: child.output)
    guard reader.format == format else {
      throw .unsupported(
        path: path,
        reason: "its header says \(format), but it decodes to \(reader.format); "
          + "convert it to Y4M first")
    }
    return .y4m(reader)
  }

  private func fail(_ error: VideoError) -> VideoError {
    failure = error
    return error
  }

  /// Makes sure that the end of the output was the end of the video.
  private func checkEnd(of child: ChildProcess) throws(VideoError) {
    if let fault = child.wait() {
      if cancellation.isCancelled { throw .cancelled(path: path) }
      throw .toolFailed(path: path, tool: "ffmpeg", message: child.log.reason(path: path) ?? fault)
    }
    // FFmpeg takes a file that was cut off for one that ends, and only mentions it.
    let signs = ["ended prematurely", "partial file", "truncated"]
    let isCutOff = child.log.lines.contains { line in signs.contains { line.contains($0) } }
    if isCutOff, !command.concealsDamage {
      throw .toolFailed(
        path: path, tool: "ffmpeg",
        message: "the file is cut off (\(child.log.reason(path: path) ?? "it ends early"))")
    }
  }

  /// The reason behind an error of the parser: most often that the child failed.
  private static func explain(
    _ error: VideoError, child: ChildProcess, path: String, cancellation: Cancellation
  ) -> VideoError {
    switch error {
    case .toolFailed, .cancelled: return error
    case .empty, .truncatedFrame: break
    default: child.kill()
    }
    let fault = child.wait()
    if cancellation.isCancelled { return .cancelled(path: path) }
    switch error {
    case .empty, .truncatedFrame, .invalidHeader:
      guard let fault else { return error }
      return .toolFailed(path: path, tool: "ffmpeg", message: child.log.reason(path: path) ?? fault)
    default: return error
    }
  }
}

extension FFmpegSource {
  /// What parses the output of the child.
  private enum Reader {
    case y4m(Y4MReader)
    case raw(RawVideoReader)

    func read(into frame: Frame, planes: PlaneSelection) throws(VideoError) -> Bool {
      switch self {
      case .y4m(let reader): try reader.read(into: frame, planes: planes)
      case .raw(let reader): try reader.read(into: frame, planes: planes)
      }
    }

    func skip(_ count: Int) throws(VideoError) -> Int {
      switch self {
      case .y4m(let reader): try reader.skip(count)
      case .raw(let reader): try reader.skip(count)
      }
    }
  }
}

/// A request to stop that may come before or after there is something to stop.
private final class Cancellation: Sendable {
  private struct State {
    var isCancelled = false
    var action: (@Sendable () -> Void)?
  }
  private let state = Mutex(State())

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  func cancel() {
    let action = state.withLock { state in
      state.isCancelled = true
      return state.action
    }
    action?()
  }

  func attach(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      state.action = action
      return state.isCancelled
    }
    if isLate { action() }
  }
}
