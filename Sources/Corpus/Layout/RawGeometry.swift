import VideoIO

/// What is known of the size and sample layout of raw video files, and how it is known.
///
/// A raw file does not say how large its frames are. In order of trust: what the user says, what
/// `corpus.json` says, and, as a last resort, what the sizes of a source's files allow. The last
/// is an inference and is always reported as such (``CorpusIssue/inferredGeometry(format:files:)``).
enum RawGeometry {
  /// The format of Netflix's public set: 1920x1080, 4:2:0, 8 bits.
  static let publicSet = eightBit(1920, 1080)

  /// Formats that an inference may find: common sizes, 4:2:0, 8 bits.
  static let candidates: [VideoFormat] = [
    publicSet, eightBit(3840, 2160), eightBit(2560, 1440), eightBit(1280, 720),
    eightBit(1024, 576), eightBit(960, 540), eightBit(854, 480), eightBit(832, 480),
    eightBit(768, 432), eightBit(720, 576), eightBit(704, 576), eightBit(720, 480),
    eightBit(640, 480), eightBit(640, 360), eightBit(576, 324), eightBit(480, 270),
    eightBit(416, 240), eightBit(352, 288), eightBit(320, 180), eightBit(176, 144),
  ]

  /// The outcome of looking at the sizes of a source's raw files.
  enum Inference: Hashable {
    case found(VideoFormat)
    /// Several formats fit equally well.
    case ambiguous([VideoFormat])
    /// No format fits any file.
    case none
  }

  /// Finds the one format whose frames fill the most of `sizes` exactly.
  ///
  /// 1920x1080 wins ties: it is the layout's own format, and its frame is a multiple of many
  /// smaller ones. It does not win against a size whose height is that of the tallest encode,
  /// for then a short video of small frames is the likelier reading.
  ///
  /// - Parameters:
  ///   - sizes: The byte counts of all raw files of one source.
  ///   - tallestEncode: The largest height that names of the source's files state, if any.
  ///   - isPublicSet: Whether the source is one of Netflix's public set, whose format is known.
  static func infer(sizes: [Int], tallestEncode: Int?, isPublicSet: Bool) -> Inference {
    if isPublicSet { return .found(publicSet) }
    let scored = candidates.map { format in
      (format: format, hits: sizes.count { $0 > 0 && $0.isMultiple(of: format.frameByteCount) })
    }
    guard let most = scored.map(\.hits).max(), most > 0 else { return .none }
    let best = scored.filter { $0.hits == most }.map(\.format)
    if best.count == 1 { return .found(best[0]) }
    let rival = best.contains { $0 != publicSet && $0.height == tallestEncode }
    return best[0] == publicSet && !rival ? .found(publicSet) : .ambiguous(best)
  }

  /// What is impossible about a geometry, or `nil`.
  static func problem(width: Int?, height: Int?, chroma: String?, bitDepth: Int?) -> String? {
    for (name, value) in [("width", width), ("height", height)] {
      if let value, !(1...32768).contains(value) { return "\(name) \(value), not 1 to 32768" }
    }
    if let chroma, ChromaSubsampling(rawValue: chroma) == nil {
      return "pixel_format \(chroma); write 400, 420, 422 or 444"
    }
    if let bitDepth, !(8...16).contains(bitDepth) { return "bitdepth \(bitDepth), not 8 to 16" }
    return nil
  }

  private static func eightBit(_ width: Int, _ height: Int) -> VideoFormat {
    VideoFormat(
      width: width, height: height, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: 8))
  }
}

extension VideoFormat {
  /// `1920x1080 4:2:0 8-bit`.
  var text: String {
    let chroma = pixelFormat.chroma.rawValue.map(String.init).joined(separator: ":")
    return "\(width)x\(height) \(chroma) \(pixelFormat.bitDepth)-bit"
  }
}
