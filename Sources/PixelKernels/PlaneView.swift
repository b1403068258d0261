/// A borrowed, read-only view of one plane of samples.
///
/// The view does not own its memory: it is valid only as long as the buffer that it was made
/// from. Samples are unsigned; at a bit depth of 8 they are bytes, above that 16-bit
/// little-endian words, right aligned.
public struct PlaneView {
  /// The first sample of the first row.
  public let base: UnsafeRawPointer
  /// The distance from one row to the next, in bytes.
  public let bytesPerRow: Int
  /// The number of samples in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The number of significant bits of a sample, 8 to 16.
  public let bitDepth: Int

  /// Creates a view of `height` rows of `width` samples.
  public init(base: UnsafeRawPointer, bytesPerRow: Int, width: Int, height: Int, bitDepth: Int) {
    self.base = base
    self.bytesPerRow = bytesPerRow
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
  }

  /// The sample at column `x` of row `y`, for reference code that favours clarity.
  @inline(__always)
  public func sample(_ x: Int, _ y: Int) -> Int {
    let row = base + y * bytesPerRow
    if bitDepth == 8 { return Int(row.load(fromByteOffset: x, as: UInt8.self)) }
    return Int(UInt16(littleEndian: row.load(fromByteOffset: 2 * x, as: UInt16.self)))
  }
}
