/// Reads YUV4MPEG2 (Y4M) video from a file, a pipe or a decoder.
///
/// All layouts of the format with 8 to 16 bits are read, apart from 4:1:1; the alpha plane of
/// `C444alpha` is skipped. The parameters of `FRAME` lines are passed over.
public final class Y4MReader: FrameSource {
  /// The size and layout of every frame.
  public var format: VideoFormat { header.format }
  /// The number of frames of a file; unknown for a pipe.
  public let frameCount: Int?
  /// The frame rate of the header, if it is stated.
  public var frameRate: FrameRate? { header.frameRate }
  let header: Y4MHeader
  private let stream: ByteStream
  private var index = 0

  /// Opens a Y4M file, or standard input for the path `-`, and reads its header.
  ///
  /// - Throws: ``VideoError`` when the file is missing, unreadable or empty, when the header is
  ///   broken, or when the file ends inside of a frame.
  public convenience init(path: String) throws(VideoError) {
    try self.init(stream: ByteStream(path: path))
  }

  init(stream: ByteStream) throws(VideoError) {
    self.stream = stream
    if stream.byteCount == 0 { throw .empty(path: stream.path) }
    guard let line = try stream.readLine(limit: Y4MHeader.maximumByteCount) else {
      if stream.position == 0 { throw .empty(path: stream.path) }
      throw .invalidHeader(
        path: stream.path,
        reason: "no line ends within its first \(Y4MHeader.maximumByteCount) bytes")
    }
    header = try Y4MHeader(line: line, path: stream.path)
    frameCount = try Self.countFrames(of: stream, header: header)
  }

  /// Reads the next frame.
  ///
  /// - Returns: `false` at the end of the stream.
  /// - Throws: ``VideoError`` when the stream ends inside of the frame, a sample exceeds the bit
  ///   depth, or reading fails.
  public func read(into frame: Frame, planes: PlaneSelection) throws(VideoError) -> Bool {
    precondition(frame.format == format, "The frame has another format than its source.")
    guard try readFrameLine() else { return false }
    let found = try stream.readFrame(
      into: frame, planes: planes,
      extraByteCount: header.frameByteCount - format.frameByteCount, index: index)
    try finishFrame(found: found)
    return true
  }

  /// Discards up to `count` frames and returns how many there were.
  public func skip(_ count: Int) throws(VideoError) -> Int {
    var skipped = 0
    while skipped < count, try readFrameLine() {
      try finishFrame(found: stream.skip(header.frameByteCount))
      skipped += 1
    }
    return skipped
  }

  private func finishFrame(found: Int) throws(VideoError) {
    guard found == header.frameByteCount else {
      throw .truncatedFrame(
        path: stream.path, frame: index, expected: header.frameByteCount, found: found)
    }
    index += 1
  }

  /// Reads the line before each frame; `false` at the end of the stream.
  private func readFrameLine() throws(VideoError) -> Bool {
    if try stream.readFrameLine(index: index) { return true }
    if index == 0 { throw .empty(path: stream.path) }
    return false
  }

  /// Counts the frames of a regular file and makes sure that the last one is complete.
  ///
  /// Frame lines without parameters make all frames equally long, so that the size of the file
  /// tells; otherwise every frame line is visited, which reads a few bytes of each frame.
  private static func countFrames(
    of stream: ByteStream, header: Y4MHeader
  ) throws(VideoError) -> Int? {
    guard let byteCount = stream.byteCount else { return nil }
    let start = stream.position
    let bareLine = "FRAME\n".utf8.count
    defer { stream.rewind(to: start) }
    var count = 0
    while try stream.readFrameLine(index: count) {
      if count == 0, stream.position - start == bareLine {
        let (frames, rest) = (byteCount - start).quotientAndRemainder(
          dividingBy: bareLine + header.frameByteCount)
        if rest == 0 { return frames }
      }
      let found = try stream.skip(header.frameByteCount)
      guard found == header.frameByteCount else {
        throw .truncatedFrame(
          path: stream.path, frame: count, expected: header.frameByteCount, found: found)
      }
      count += 1
    }
    if count == 0 { throw .empty(path: stream.path) }
    return count
  }
}

extension ByteStream {
  /// Reads a `FRAME` line with its parameters; `false` at the end of the stream.
  fileprivate func readFrameLine(index: Int) throws(VideoError) -> Bool {
    var word: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0, 0, 0)
    let found = try withUnsafeMutableBytes(of: &word) { bytes throws(VideoError) in
      guard let base = bytes.baseAddress else { return 0 }
      return try read(into: base, count: bytes.count)
    }
    if found == 0 { return false }
    let bytes = [word.0, word.1, word.2, word.3, word.4, word.5]
    guard found == bytes.count, bytes.starts(with: "FRAME".utf8) else {
      throw .invalidHeader(path: path, reason: "frame \(index) does not start with FRAME")
    }
    if word.5 == UInt8(ascii: "\n") { return true }
    guard word.5 == UInt8(ascii: " "),
      try readLine(limit: Y4MHeader.maximumByteCount) != nil
    else { throw .invalidHeader(path: path, reason: "the FRAME line of frame \(index) is broken") }
    return true
  }
}
