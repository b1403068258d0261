import VideoIO

extension Frame {
  /// Fills luma sample by sample, and chroma, where it is wanted, with grey.
  func fill(_ selection: PlaneSelection, luma: (_ x: Int, _ y: Int) -> UInt16) {
    let depth = format.pixelFormat.bitDepth
    let grey = UInt16(1 << (depth - 1))
    for (index, plane) in planes.enumerated() where index == 0 || selection == .all {
      for y in 0..<plane.height {
        let row = plane.base + y * plane.bytesPerRow
        for x in 0..<plane.width {
          let sample = index == 0 ? luma(x, y) : grey
          if depth == 8 {
            row.storeBytes(of: UInt8(truncatingIfNeeded: sample), toByteOffset: x, as: UInt8.self)
          } else {
            row.storeBytes(of: sample.littleEndian, toByteOffset: 2 * x, as: UInt16.self)
          }
        }
      }
    }
  }
}
