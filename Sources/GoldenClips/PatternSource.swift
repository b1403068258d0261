public import VideoIO

/// Netflix's checkerboard and flat test clips: three 1920x1080 frames, 8 bits, grey chroma.
public final class PatternSource: FrameSource {
  /// What the clip shows.
  public enum Pattern: Sendable, Hashable {
    /// Squares of 10 samples that move by one sample a frame, starting `shift` samples to the right.
    case checkerboard(shift: Int)
    /// The same value everywhere.
    case flat(UInt8)
  }

  /// The size and layout of every frame.
  public let format = VideoFormat(
    width: 1920, height: 1080, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: 8))
  /// Always 3.
  public let frameCount: Int? = 3
  /// Always 24 frames per second.
  public let frameRate: FrameRate? = FrameRate(24)
  private let pattern: Pattern
  private var next = 0

  /// The reference and the distorted pattern of a golden clip, by its name there.
  public static let golden: [String: (reference: Pattern, distorted: Pattern)] = [
    "checkerboard_shift10": (.checkerboard(shift: 0), .checkerboard(shift: 10)),
    "checkerboard_shift1": (.checkerboard(shift: 0), .checkerboard(shift: 1)),
    "checkerboard_self": (.checkerboard(shift: 0), .checkerboard(shift: 0)),
    "flat_16_vs_25": (.flat(16), .flat(25)),
  ]

  /// Creates a clip at its first frame.
  public init(_ pattern: Pattern) { self.pattern = pattern }

  /// Generates the next frame.
  public func read(into frame: Frame, planes: PlaneSelection) throws -> Bool {
    guard next < 3 else { return false }
    frame.fill(planes) { x, y in UInt16(sample(x, y)) }
    next += 1
    return true
  }

  /// Leaves out up to `count` frames.
  public func skip(_ count: Int) throws -> Int {
    let skipped = min(count, 3 - next)
    next += skipped
    return skipped
  }

  private func sample(_ x: Int, _ y: Int) -> UInt8 {
    switch pattern {
    case .flat(let value): return value
    case .checkerboard(let shift):
      let column = x - shift - next
      // Rounded down, also for the columns left of the first square.
      let square = (column >= 0 ? column : column - 9) / 10
      return (square + y / 10) & 1 != 0 ? 235 : 16
    }
  }
}
