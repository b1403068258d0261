/// How densely chroma is sampled in relation to luma.
public enum ChromaSubsampling: String, Sendable, Hashable, CaseIterable {
  /// Luma only.
  case yuv400 = "400"
  /// Half the width and half the height, rounded up.
  case yuv420 = "420"
  /// Half the width, rounded up.
  case yuv422 = "422"
  /// Full size.
  case yuv444 = "444"

  /// The number of planes: one without chroma, else three.
  public var planeCount: Int { self == .yuv400 ? 1 : 3 }
}

/// The layout of the samples of a planar frame.
public struct PixelFormat: Sendable, Hashable {
  /// The chroma subsampling.
  public var chroma: ChromaSubsampling
  /// The number of significant bits of a sample, 8 to 16.
  public var bitDepth: Int

  /// Creates a pixel format.
  public init(chroma: ChromaSubsampling, bitDepth: Int) {
    self.chroma = chroma
    self.bitDepth = bitDepth
  }

  /// 1 for 8-bit samples, 2 for deeper ones.
  public var bytesPerSample: Int { bitDepth > 8 ? 2 : 1 }
}

/// The size and the sample layout of every frame of a video.
public struct VideoFormat: Sendable, Hashable {
  /// Luma samples in a row.
  public var width: Int
  /// Luma rows.
  public var height: Int
  /// The layout of the samples.
  public var pixelFormat: PixelFormat

  /// Creates a video format.
  public init(width: Int, height: Int, pixelFormat: PixelFormat) {
    self.width = width
    self.height = height
    self.pixelFormat = pixelFormat
  }

  /// The width and height of plane `index` (0 is luma); chroma is rounded up.
  public func planeSize(_ index: Int) -> (width: Int, height: Int) {
    guard index > 0 else { return (width, height) }
    return switch pixelFormat.chroma {
    case .yuv400: (0, 0)
    case .yuv420: ((width + 1) / 2, (height + 1) / 2)
    case .yuv422: ((width + 1) / 2, height)
    case .yuv444: (width, height)
    }
  }

  /// The bytes of one frame in a raw planar file.
  public var frameByteCount: Int {
    (0..<pixelFormat.chroma.planeCount).reduce(0) { sum, index in
      let size = planeSize(index)
      return sum + size.width * size.height * pixelFormat.bytesPerSample
    }
  }
}

extension PixelFormat: CustomStringConvertible {
  /// For instance `4:2:0 10-bit`.
  public var description: String {
    let digits = chroma.rawValue.map(String.init).joined(separator: ":")
    return "\(digits) \(bitDepth)-bit"
  }
}

extension VideoFormat: CustomStringConvertible {
  /// For instance `1920x1080 4:2:0 10-bit`.
  public var description: String { "\(width)x\(height) \(pixelFormat)" }
}

/// An exact frame rate in frames per second.
public struct FrameRate: Sendable, Hashable {
  /// The number of frames.
  public var numerator: Int
  /// The seconds in which that many frames are shown.
  public var denominator: Int

  /// Creates a frame rate of `numerator / denominator` frames per second.
  public init(_ numerator: Int, _ denominator: Int = 1) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// Reads `25`, `30000/1001` or `30000:1001`.
  public init?(text: String) {
    let parts = text.split(separator: text.contains(":") ? ":" : "/").map { Int($0) }
    guard (1...2).contains(parts.count), let numerator = parts[0], numerator > 0 else {
      return nil
    }
    guard let denominator = parts.count == 2 ? parts[1] : 1, denominator > 0 else { return nil }
    self.init(numerator, denominator)
  }

  /// The rate as text: `25` or `30000/1001`.
  public var text: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }

  /// Frames per second as a number.
  public var framesPerSecond: Double { Double(numerator) / Double(denominator) }
}
