/// A stream of frames of one format, read from the first to the last.
///
/// A source is used by one thread at a time and may block while it waits for its file or pipe.
public protocol FrameSource: AnyObject {
  /// The size and layout of every frame.
  var format: VideoFormat { get }
  /// The number of frames in the whole stream, when it is known without reading it.
  var frameCount: Int? { get }
  /// The frame rate, when the container states one.
  var frameRate: FrameRate? { get }

  /// Reads the next frame.
  ///
  /// - Parameters:
  ///   - frame: A frame of the source's format with room for `planes`.
  ///   - planes: The planes to fill; the others of the stream are skipped.
  /// - Returns: `false` at the end of the stream; `frame` is then unchanged.
  /// - Throws: ``VideoError`` when the stream is damaged or cannot be read.
  func read(into frame: Frame, planes: PlaneSelection) throws -> Bool

  /// Discards up to `count` frames.
  ///
  /// - Returns: How many were discarded: fewer than `count` at the end of the stream.
  func skip(_ count: Int) throws -> Int

  /// Makes a blocked or later read fail soon; any thread may call it, at any time.
  ///
  /// Sources that never wait for long do nothing here.
  var interrupt: @Sendable () -> Void { get }
}

extension FrameSource {
  /// Does nothing: files end soon by themselves.
  public var interrupt: @Sendable () -> Void { {} }
}
