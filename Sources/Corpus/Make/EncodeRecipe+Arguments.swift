import VideoIO

extension EncodeRecipe {
  /// The size at which a rung of `height` rows is encoded, even in both directions.
  ///
  /// Samples stay square, except with the recipe of Netflix's public set, whose 288, 384 and 480
  /// rows come with 384, 512 and 720 columns of a 16:9 picture.
  func encodeSize(height: Int, of format: VideoFormat) -> (width: Int, height: Int) {
    if height == format.height { return (format.width, format.height) }
    let even = { (value: Double) in max(2, Int((value / 2).rounded()) * 2) }
    var width = Double(height) * Double(format.width) / Double(format.height)
    let columns = [288: 384, 384: 512, 480: 720]
    if self == .netflix, let stored = columns[height] {
      width = Double(stored) * Double(9 * format.width) / Double(16 * format.height)
    }
    return (even(width), even(Double(height)))
  }

  /// Whether the encoder reads the video twice for this rate.
  func usesTwoPasses(_ rate: Ladder.Rate) -> Bool {
    if case .kbps = rate { self == .netflix } else { false }
  }

  /// The encoder's options as ffmpeg arguments.
  ///
  /// Every encoder runs on one thread: encodes run beside each other instead, and the result does
  /// not depend on the machine's number of cores.
  func arguments(_ rate: Ladder.Rate) -> [String] {
    var kbps: Int?
    var rateArguments: [String]
    switch rate {
    case .kbps(let value):
      kbps = value
      rateArguments = ["-b:v", "\(value)k"]
    case .rateFactor(let factor):
      rateArguments = ["-crf", "\(factor)"]
    }
    let buffer = kbps.map { ["-maxrate", "\($0 * 3 / 2)k", "-bufsize", "\($0 * 2)k"] } ?? []
    switch self {
    case .x264:
      rateArguments += buffer
      return ["-c:v", "libx264", "-preset", "medium", "-threads", "1"] + rateArguments
    case .x265:
      rateArguments += buffer
      let own = "log-level=error:pools=none:frame-threads=1"
      return ["-c:v", "libx265", "-preset", "medium", "-x265-params", own] + rateArguments
    case .svtav1:
      return ["-c:v", "libsvtav1", "-preset", "8", "-svtav1-params", "lp=1"] + rateArguments
    case .netflix:
      var options = Self.netflixOptions
      if let kbps { options += ":vbv-maxrate=\(kbps * 3 / 2):vbv-bufsize=\(kbps * 2)" }
      return [
        "-c:v", "libx264", "-profile:v", "main", "-threads", "1", "-x264-params", options,
      ] + rateArguments
    }
  }

  /// The x264 options in the bit streams of Netflix's public set.
  private static let netflixOptions = [
    "keyint=50", "min-keyint=26", "scenecut=0", "bframes=2", "b-pyramid=none", "b-adapt=2",
    "direct=spatial", "ref=3", "me=umh", "merange=24", "subme=10", "trellis=2", "8x8dct=0",
    "rc-lookahead=50", "qcomp=0.5", "qpmin=6", "qpmax=51", "ratetol=1.0", "weightp=2",
    "aq-mode=1", "aq-strength=1.0", "ipratio=0.71",
  ].joined(separator: ":")

  /// What the recipe cannot encode, or `nil`.
  func obstacle(_ format: VideoFormat, _ rung: Ladder.Rung) -> String? {
    if self == .netflix, format.pixelFormat.bitDepth > 8 {
      return "the netflix recipe is for 8-bit video"
    }
    if self != .svtav1, case .rateFactor(let factor) = rung.rate, factor > 51 {
      return "crf \(factor) is beyond the 51 of \(rawValue)"
    }
    if self == .svtav1, encodeSize(height: rung.height, of: format).height < 64 {
      return "SVT-AV1 needs 64 rows"
    }
    return nil
  }
}

/// How encodes are scaled to the reference's size.
public enum Scaler: String, Sendable, Hashable, CaseIterable {
  /// Bicubic, as assumed for Netflix's public set.
  case bicubic
  /// Lanczos.
  case lanczos
  /// Bilinear.
  case bilinear

  /// The scale filter of ffmpeg, with the options that make it exact on every processor.
  func filter(width: Int, height: Int) -> String {
    "scale=\(width):\(height):flags=\(rawValue)+accurate_rnd+bitexact"
  }
}

extension PixelFormat {
  /// ffmpeg's name.
  var ffmpegName: String {
    let base = chroma == .yuv400 ? "gray" : "yuv\(chroma.rawValue)p"
    return bitDepth > 8 ? "\(base)\(bitDepth)le" : base
  }
}
