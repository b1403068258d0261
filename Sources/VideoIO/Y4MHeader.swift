/// The header line of a YUV4MPEG2 (Y4M) stream.
///
/// The format is described in yuv4mpeg(5) of the MJPEG tools; the depths above 8 bits and the
/// colour range are what FFmpeg writes.
struct Y4MHeader: Equatable {
  /// The word that every stream starts with.
  static let magic = "YUV4MPEG2"
  /// Headers are a hundred bytes long or so; one beyond this limit is not a header.
  static let maximumByteCount = 4096

  /// The size and layout of the frames.
  var format: VideoFormat
  /// Whether an alpha plane of 8 bits follows the others.
  var hasAlpha = false
  /// The frame rate, unless it is unknown.
  var frameRate: FrameRate?
  /// The shape of a pixel, unless it is unknown.
  var sampleAspectRatio: AspectRatio?
  /// Whether frames are, or may be, made of two fields; unknown without the parameter.
  var isInterlaced: Bool?
  /// The range of the samples, if it is stated.
  var range: ColorRange?

  /// The bytes of a frame after its header.
  var frameByteCount: Int {
    format.frameByteCount + (hasAlpha ? format.width * format.height : 0)
  }
}

extension Y4MHeader {
  /// Parses the header.
  ///
  /// - Parameters:
  ///   - line: The first line without its line feed.
  ///   - path: The file, for messages.
  init(line: [UInt8], path: String) throws(VideoError) {
    func broken(_ reason: String) -> VideoError { .invalidHeader(path: path, reason: reason) }
    let text = String(decoding: line, as: UTF8.self)
    var words = text.split(separator: " ", omittingEmptySubsequences: true)
    guard words.first.map(String.init) == Self.magic else {
      throw broken("it does not start with \(Self.magic)")
    }
    words.removeFirst()

    var values: [Character: String] = [:]
    var extensions: [String] = []
    for word in words {
      guard let tag = word.first, tag.isASCII, tag.isLetter else {
        throw broken("'\(printable(word))' is no parameter")
      }
      let value = String(word.dropFirst())
      if tag == "X" {
        extensions.append(value)
      } else if values.updateValue(value, forKey: tag) != nil {
        throw broken("parameter \(tag) is there twice")
      }
    }

    func dimension(_ tag: Character, _ name: String) throws(VideoError) -> Int {
      guard let value = values[tag] else { throw broken("the \(name) (\(tag)) is missing") }
      guard let number = Self.number(value), number > 0, number <= VideoFormat.maximumDimension
      else {
        throw broken(
          "the \(name) '\(printable(value))' is not a number "
            + "between 1 and \(VideoFormat.maximumDimension)")
      }
      return number
    }
    func ratio(_ tag: Character, _ name: String) throws(VideoError) -> (Int, Int)? {
      guard let value = values[tag] else { return nil }
      let parts = value.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let upper = Self.number(parts[0]),
        let lower = Self.number(parts[1])
      else { throw broken("the \(name) '\(printable(value))' is not of the form 25:1") }
      if upper == 0 || lower == 0 { return nil }  // 0:0 stands for unknown
      return (upper, lower)
    }

    let width = try dimension("W", "width")
    let height = try dimension("H", "height")
    let hint = extensions.first { $0.hasPrefix("YSCSS=") }?.dropFirst("YSCSS=".count).lowercased()
    let colorSpace = values["C"] ?? hint ?? "420"
    guard let layout = Self.layout(colorSpace) else {
      throw .unsupported(
        path: path,
        reason: "the Y4M colour space C\(printable(colorSpace)) is not supported; "
          + "convert it, for instance with ffmpeg -pix_fmt yuv420p")
    }
    format = VideoFormat(width: width, height: height, pixelFormat: layout.pixelFormat)
    hasAlpha = layout.hasAlpha
    frameRate = try ratio("F", "frame rate").map { FrameRate($0, $1) }
    sampleAspectRatio = try ratio("A", "pixel aspect ratio").map { AspectRatio($0, $1) }
    switch values["I"] {
    case "p": isInterlaced = false
    case "t", "b", "m": isInterlaced = true
    case nil, "?": isInterlaced = nil
    case let other?: throw broken("the interlacing '\(printable(other))' is none of ? p t b m")
    }
    if extensions.contains("COLORRANGE=FULL") { range = .full }
    if extensions.contains("COLORRANGE=LIMITED") { range = .limited }
  }

  /// The layout that a `C` parameter names.
  private static func layout(_ tag: String) -> (pixelFormat: PixelFormat, hasAlpha: Bool)? {
    switch tag {
    case "420", "420jpeg", "420mpeg2", "420paldv":
      return (.init(chroma: .yuv420, bitDepth: 8), false)
    case "422": return (.init(chroma: .yuv422, bitDepth: 8), false)
    case "444": return (.init(chroma: .yuv444, bitDepth: 8), false)
    case "444alpha": return (.init(chroma: .yuv444, bitDepth: 8), true)
    case "mono": return (.init(chroma: .yuv400, bitDepth: 8), false)
    default: break
    }
    // Deeper ones: 420p10, 422p12, mono16 and so on.
    let families: [(String, ChromaSubsampling)] = [
      ("420p", .yuv420), ("422p", .yuv422), ("444p", .yuv444), ("mono", .yuv400),
    ]
    for (prefix, chroma) in families where tag.hasPrefix(prefix) {
      guard let depth = number(tag.dropFirst(prefix.count)), [9, 10, 12, 14, 16].contains(depth)
      else { return nil }
      return (.init(chroma: chroma, bitDepth: depth), false)
    }
    return nil
  }

  /// A decimal number without a sign, or `nil` when it is none or too large.
  private static func number(_ text: some StringProtocol) -> Int? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int(text)
  }
}

/// A piece of an untrusted header that is fit for a message: short and without control characters.
private func printable(_ text: some StringProtocol) -> String {
  let clean = text.unicodeScalars.prefix(32).map { $0.isASCII && $0.value >= 32 ? $0 : "?" }
  return String(String.UnicodeScalarView(clean))
}
