/// A still picture of 8-bit red, green and blue samples.
///
/// Rows run from top to bottom and pixels from left to right, three bytes each, without gaps.
///
/// ```swift
/// let frame = RGBImage(view)                        // from the planes of a video frame
/// let thumbnail = frame.fitted(width: 320, height: 180)
/// try AtomicFile.write(thumbnail.png(), to: "frame.png")
/// ```
public struct RGBImage: Hashable, Sendable {
  /// Pixels in a row, at least 1.
  public let width: Int
  /// Rows, at least 1.
  public let height: Int
  /// Red, green and blue of each pixel, row by row: `3 * width * height` bytes.
  public var samples: [UInt8]

  /// Takes samples; there must be `3 * width * height` of them.
  public init(width: Int, height: Int, samples: [UInt8]) {
    precondition(width > 0 && height > 0, "An image has at least one pixel.")
    precondition(samples.count == 3 * width * height, "An image has three bytes per pixel.")
    self.width = width
    self.height = height
    self.samples = samples
  }

  /// Creates a picture of one colour.
  public init(
    width: Int, height: Int, red: UInt8 = 0, green: UInt8 = 0, blue: UInt8 = 0
  ) {
    var samples: [UInt8] = []
    samples.reserveCapacity(3 * width * height)
    for _ in 0..<width * height {
      samples.append(red)
      samples.append(green)
      samples.append(blue)
    }
    self.init(width: width, height: height, samples: samples)
  }

  /// Red, green and blue of one pixel.
  public subscript(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    get {
      let start = 3 * (y * width + x)
      return (samples[start], samples[start + 1], samples[start + 2])
    }
    set {
      let start = 3 * (y * width + x)
      (samples[start], samples[start + 1], samples[start + 2]) = newValue
    }
  }
}

extension RGBImage {
  /// How much two pictures of one size differ, made visible: black where they are equal.
  ///
  /// Each sample is the absolute difference of the two, times `gain`, at most 255.
  ///
  /// - Parameters:
  ///   - other: A picture of the same size.
  ///   - gain: The amplification, at least 1.
  public func difference(to other: RGBImage, gain: Int = 8) -> RGBImage {
    precondition(width == other.width && height == other.height, "The sizes differ.")
    var result = self
    result.samples.withUnsafeMutableBufferPointer { mine in
      other.samples.withUnsafeBufferPointer { theirs in
        for index in mine.indices {
          mine[index] = UInt8(min(abs(Int(mine[index]) - Int(theirs[index])) * gain, 255))
        }
      }
    }
    return result
  }
}
