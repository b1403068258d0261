/// The planes of a video frame in memory that belongs to someone else.
///
/// The memory must stay valid and unchanged while the view is used. Samples take one byte at 8 bits
/// and a native 16-bit word above, with the value in the low bits.
public struct YUVView {
  /// How densely chroma is sampled in relation to luma; odd sizes are rounded up.
  public enum Chroma: Hashable, Sendable {
    /// There is no chroma: the picture is grey.
    case none
    /// Half the width and half the height (4:2:0).
    case halfSize
    /// Half the width (4:2:2).
    case halfWidth
    /// Full size (4:4:4).
    case fullSize
  }

  /// The range of values that samples take.
  public enum Range: Hashable, Sendable {
    /// Black to white is 16 to 235 of 8 bits.
    case limited
    /// Black to white is the whole range.
    case full
  }

  /// The weights of red, green and blue in luma.
  public enum Matrix: Hashable, Sendable {
    /// ITU-R BT.601: standard definition.
    case bt601
    /// ITU-R BT.709: high definition.
    case bt709
    /// ITU-R BT.2020, non-constant luminance: ultra-high definition with a wide gamut.
    case bt2020

    /// The matrix that players assume for a size that comes without a label.
    public static func assumed(width: Int, height: Int) -> Matrix {
      width >= 1280 || height > 576 ? .bt709 : .bt601
    }

    var weights: (red: Double, blue: Double) {
      switch self {
      case .bt601: (0.299, 0.114)
      case .bt709: (0.2126, 0.0722)
      case .bt2020: (0.2627, 0.0593)
      }
    }
  }

  /// One plane.
  public struct Plane {
    /// The first sample.
    public let base: UnsafeRawPointer
    /// The distance from one row to the next, in bytes.
    public let bytesPerRow: Int

    /// Describes a plane.
    public init(base: UnsafeRawPointer, bytesPerRow: Int) {
      self.base = base
      self.bytesPerRow = bytesPerRow
    }
  }

  /// Luma samples in a row.
  public let width: Int
  /// Luma rows.
  public let height: Int
  /// The number of significant bits of a sample, 8 to 16.
  public let bitDepth: Int
  /// The density of chroma.
  public let chroma: Chroma
  /// The range of the samples.
  public let range: Range
  /// The weights of the colours in luma.
  public let matrix: Matrix
  /// Luma, then, where there is chroma, Cb and Cr.
  public let planes: [Plane]

  /// Describes a frame.
  ///
  /// - Parameters:
  ///   - width: Luma samples in a row.
  ///   - height: Luma rows.
  ///   - bitDepth: The number of significant bits of a sample, 8 to 16.
  ///   - chroma: The density of chroma.
  ///   - range: The range of the samples.
  ///   - matrix: The weights of the colours; by default what is usual for the size.
  ///   - planes: One plane without chroma, else three.
  public init(
    width: Int, height: Int, bitDepth: Int, chroma: Chroma, range: Range = .limited,
    matrix: Matrix? = nil, planes: [Plane]
  ) {
    precondition(width > 0 && height > 0, "A frame has at least one sample.")
    precondition((8...16).contains(bitDepth), "A sample has 8 to 16 bits.")
    precondition(planes.count == (chroma == .none ? 1 : 3), "The number of planes is wrong.")
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
    self.chroma = chroma
    self.range = range
    self.matrix = matrix ?? .assumed(width: width, height: height)
    self.planes = planes
  }
}
