public import PixelKernels

/// Samples with aligned and padded rows that a test can view as a plane.
public final class PlaneBuffer {
  /// The view that kernels take.
  public let view: PlaneView
  private let memory: UnsafeMutableRawPointer

  /// Copies `samples` (row by row) into memory of the layout that frames have.
  public init(_ samples: [UInt16], width: Int, height: Int, bitDepth: Int) {
    let bytesPerSample = bitDepth > 8 ? 2 : 1
    let bytesPerRow = (width * bytesPerSample + 63) / 64 * 64 + 64
    memory = .allocate(byteCount: bytesPerRow * height + 64, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0xA5, count: bytesPerRow * height + 64)
    for y in 0..<height {
      for x in 0..<width {
        let sample = samples[y * width + x]
        let row = memory + y * bytesPerRow
        if bytesPerSample == 1 {
          row.storeBytes(of: UInt8(sample), toByteOffset: x, as: UInt8.self)
        } else {
          row.storeBytes(of: sample.littleEndian, toByteOffset: 2 * x, as: UInt16.self)
        }
      }
    }
    view = PlaneView(
      base: memory, bytesPerRow: bytesPerRow, width: width, height: height, bitDepth: bitDepth)
  }

  deinit { memory.deallocate() }
}
