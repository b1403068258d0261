/// The samples of one frame, in planes with aligned and padded rows.
///
/// Rows start at multiples of 64 bytes and are followed by at least 64 bytes of padding whose
/// contents are unspecified, so that vector code may read past the end of a row. A frame is
/// reused: sources read into it, ``FramePool`` recycles it.
///
/// A frame has one writer at a time, which holds the only reference while it fills the planes
/// (see ``FrameSource/read(into:planes:)``); from then on it is only read until it goes back to
/// its pool. That discipline is what makes sharing it between threads safe.
public final class Frame: @unchecked Sendable {
  /// One plane of a frame.
  public struct Plane: @unchecked Sendable {
    /// The first sample; rows start at multiples of 64 bytes.
    public let base: UnsafeMutableRawPointer
    /// The distance from one row to the next, in bytes.
    public let bytesPerRow: Int
    /// Samples in a row.
    public let width: Int
    /// Rows.
    public let height: Int
  }

  /// The size and layout of the frame.
  public let format: VideoFormat
  /// Luma first; then, unless the frame was made for luma alone, both chroma planes.
  public let planes: [Plane]
  private let storage: UnsafeMutableRawPointer

  /// Allocates a frame.
  ///
  /// - Parameters:
  ///   - format: The size and layout.
  ///   - selection: The planes to make room for.
  public init(format: VideoFormat, selection: PlaneSelection = .all) {
    self.format = format
    let count = selection == .luma ? 1 : format.pixelFormat.chroma.planeCount
    var offsets: [(offset: Int, bytesPerRow: Int, width: Int, height: Int)] = []
    var total = 0
    for index in 0..<count {
      let size = format.planeSize(index)
      let rowBytes = size.width * format.pixelFormat.bytesPerSample
      let bytesPerRow = (rowBytes + 63) / 64 * 64 + 64
      offsets.append((total, bytesPerRow, size.width, size.height))
      total += bytesPerRow * size.height
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: total + 64, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: total + 64)
    storage = memory
    planes = offsets.map {
      Plane(
        base: memory + $0.offset, bytesPerRow: $0.bytesPerRow, width: $0.width, height: $0.height)
    }
  }

  deinit { storage.deallocate() }
}

/// Which planes of a frame a consumer needs.
public enum PlaneSelection: Sendable, Hashable {
  /// Luma only: VIF, ADM and motion need no more.
  case luma
  /// Luma and chroma.
  case all
}
