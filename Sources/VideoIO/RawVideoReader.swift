/// Reads planar raw video: the planes of each frame one after the other, without any header.
///
/// Samples take one byte at 8 bits and a 16-bit little-endian word at 9 to 16 bits, with the value
/// in the low bits. Chroma planes of odd sizes are rounded up. Files are read straight into the
/// rows of the frame; skipped planes of a file are not read at all.
public final class RawVideoReader: FrameSource {
  /// The size and layout of every frame.
  public let format: VideoFormat
  /// The number of frames of a file; unknown for a pipe.
  public let frameCount: Int?
  /// The frame rate, if it is known.
  public let frameRate: FrameRate?
  private let stream: ByteStream
  private var index = 0

  /// Opens a raw file, or standard input for the path `-`.
  ///
  /// - Parameters:
  ///   - path: The file, a named pipe, or `-`.
  ///   - format: The size and layout, which the file does not state.
  ///   - frameRate: The frame rate, if it is known.
  /// - Throws: ``VideoError`` when the file is missing, unreadable, empty or no multiple of a
  ///   frame long, or when the format is out of range.
  public convenience init(
    path: String, format: VideoFormat, frameRate: FrameRate? = nil
  ) throws(VideoError) {
    try self.init(stream: ByteStream(path: path), format: format, frameRate: frameRate)
  }

  init(stream: ByteStream, format: VideoFormat, frameRate: FrameRate?) throws(VideoError) {
    try format.validate(path: stream.path)
    self.stream = stream
    self.format = format
    self.frameRate = frameRate
    let frameByteCount = format.frameByteCount
    frameCount = stream.byteCount.map { $0 / frameByteCount }
    if let byteCount = stream.byteCount {
      guard byteCount > 0 else { throw .empty(path: stream.path) }
      guard byteCount % frameByteCount == 0 else {
        throw .unevenSize(
          path: stream.path, byteCount: byteCount, frameByteCount: frameByteCount)
      }
    }
  }

  /// Reads the next frame.
  ///
  /// - Returns: `false` at the end of the stream.
  /// - Throws: ``VideoError`` when the stream ends inside of the frame, a sample exceeds the bit
  ///   depth, or reading fails.
  public func read(into frame: Frame, planes: PlaneSelection) throws(VideoError) -> Bool {
    precondition(frame.format == format, "The frame has another format than its source.")
    let found = try stream.readFrame(into: frame, planes: planes, index: index)
    return try finishFrame(found: found)
  }

  /// Discards up to `count` frames and returns how many there were.
  public func skip(_ count: Int) throws(VideoError) -> Int {
    var skipped = 0
    while skipped < count, try finishFrame(found: stream.skip(format.frameByteCount)) {
      skipped += 1
    }
    return skipped
  }

  /// Counts a complete frame; tells the regular end of the stream from a frame that is cut off.
  private func finishFrame(found: Int) throws(VideoError) -> Bool {
    if found == format.frameByteCount {
      index += 1
      return true
    }
    guard found == 0 else {
      throw .truncatedFrame(
        path: stream.path, frame: index, expected: format.frameByteCount, found: found)
    }
    if index == 0 { throw .empty(path: stream.path) }
    return false
  }
}

extension VideoFormat {
  /// The largest width and height that are accepted: more is a damaged header or a typing error.
  public static let maximumDimension = 32768

  /// Checks that size and bit depth are in range.
  func validate(path: String) throws(VideoError) {
    let limit = Self.maximumDimension
    guard (1...limit).contains(width), (1...limit).contains(height) else {
      throw .invalidGeometry(
        path: path, reason: "\(width)x\(height) is not a size between 1x1 and \(limit)x\(limit)")
    }
    guard (8...16).contains(pixelFormat.bitDepth) else {
      throw .invalidGeometry(
        path: path, reason: "a bit depth of \(pixelFormat.bitDepth) is not between 8 and 16")
    }
  }
}
