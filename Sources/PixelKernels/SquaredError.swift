/// The sum of squared differences between two planes, as PSNR needs it.
public enum SquaredError {
  /// Sums over all samples; exact, because the sum of a 16-bit plane of 65,535 x 65,535 samples
  /// still fits 64 bits.
  ///
  /// - Parameters:
  ///   - first: A plane.
  ///   - second: A plane of the same size and bit depth.
  /// - Returns: The sum, in squared units of a sample.
  public static func sum(_ first: PlaneView, _ second: PlaneView) -> UInt64 {
    precondition(
      first.width == second.width && first.height == second.height
        && first.bitDepth == second.bitDepth, "the planes have different sizes or depths")
    return first.bitDepth == 8
      ? sum(first, second, of: UInt8.self) : sum(first, second, of: UInt16.self)
  }

  @inline(__always)
  private static func sum<Sample: FixedWidthInteger & UnsignedInteger>(
    _ first: PlaneView, _ second: PlaneView, of type: Sample.Type
  ) -> UInt64 {
    var total: UInt64 = 0
    // Squares of 8-bit differences fit 32 bits for 65,536 samples; deeper ones need one each.
    let run = Sample.bitWidth == 8 ? 65_536 : 1
    for y in 0..<first.height {
      let rowA = (first.base + y * first.bytesPerRow).assumingMemoryBound(to: type)
      let rowB = (second.base + y * second.bytesPerRow).assumingMemoryBound(to: type)
      for start in stride(from: 0, to: first.width, by: run) {
        var part: UInt32 = 0
        for x in start..<min(start &+ run, first.width) {
          let difference = Int32(truncatingIfNeeded: rowA[x]) &- Int32(truncatingIfNeeded: rowB[x])
          part &+= UInt32(bitPattern: difference &* difference)
        }
        total &+= UInt64(part)
      }
    }
    return total
  }
}
