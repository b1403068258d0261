import PixelKernels
import VideoIO

/// A reference picture with structure at several scales and grain, and distorted versions of it.
///
/// The grain matters: it sends nearly every pixel through VIF's logarithms, as camera noise does.
final class TestPictures {
  let width: Int
  let height: Int
  private let frames: [Frame]
  private let views: [PlaneView]

  /// Makes `count` pictures, of which the first is the reference.
  init(width: Int, height: Int, bitDepth: Int, count: Int) {
    self.width = width
    self.height = height
    let format = VideoFormat(
      width: width, height: height,
      pixelFormat: PixelFormat(chroma: .yuv400, bitDepth: bitDepth))
    let reference = Self.picture(width: width, height: height, bitDepth: bitDepth)
    frames = (0..<count).map { index in
      let frame = Frame(format: format, selection: .luma)
      let block = 1 << min(index, 4)
      Self.store(reference, blurredOver: block, bitDepth: bitDepth, in: frame.planes[0])
      return frame
    }
    views = frames.map { frame in
      let plane = frame.planes[0]
      return PlaneView(
        base: plane.base, bytesPerRow: plane.bytesPerRow, width: width, height: height,
        bitDepth: bitDepth)
    }
  }

  /// The view of one picture, valid as long as this object.
  subscript(index: Int) -> PlaneView { views[index] }

  /// All but the reference.
  var distorted: [PlaneView] { Array(views.dropFirst()) }

  /// Sums of square waves of halving periods, with grain of about three 8-bit steps.
  private static func picture(width: Int, height: Int, bitDepth: Int) -> [UInt16] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    var samples: [UInt16] = []
    samples.reserveCapacity(width * height)
    let scale = 1 << (bitDepth - 8)
    for y in 0..<height {
      for x in 0..<width {
        var value = 120
        for shift in 2..<8 {
          value += ((x + 3 * y) >> shift ^ (y - x / 2) >> shift) & 1 == 0 ? 9 : -9
        }
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let grain = Int(state >> 60) + Int(state >> 56 & 15) - 15
        let fine = Int(truncatingIfNeeded: state >> 40) & (scale - 1)
        samples.append(UInt16((value + grain / 2) * scale + fine))
      }
    }
    return samples
  }

  /// Stores samples, each blended with the first one of its run of `block`.
  private static func store(
    _ samples: [UInt16], blurredOver block: Int, bitDepth: Int, in plane: Frame.Plane
  ) {
    for y in 0..<plane.height {
      let row = plane.base + y * plane.bytesPerRow
      for x in 0..<plane.width {
        let start = y * plane.width
        let sample = (samples[start + x] + samples[start + x / block * block]) / 2
        if bitDepth == 8 {
          row.storeBytes(of: UInt8(truncatingIfNeeded: sample), toByteOffset: x, as: UInt8.self)
        } else {
          row.storeBytes(of: sample.littleEndian, toByteOffset: 2 * x, as: UInt16.self)
        }
      }
    }
  }
}
