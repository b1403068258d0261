public import VideoIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns sums of squared errors into decibels for one video format and set of options.
///
/// `psnr = min(10 log10(peak² / max(mse, 1e-16)), limit)` with `mse = sse / samples`. The limit is
/// 6 B + 12 dB for B-bit samples (60 dB at 8 bits), or, with a smallest squared error m, the PSNR
/// of `m / samples` rounded up. libvmaf takes chroma sizes rounded down for that limit alone, so
/// this does too.
public struct PSNRScale: Hashable, Sendable {
  /// The planes that are measured: luma only, or all three.
  public let planes: Range<Int>
  /// The square of the largest sample value.
  public let squaredPeak: UInt32
  /// The number of samples of each measured plane.
  public let sampleCounts: [Int]
  /// The largest PSNR of each measured plane, in decibels.
  public let limits: [Double]

  /// Creates the scale.
  ///
  /// - Parameters:
  ///   - format: Size, bit depth and chroma subsampling of both videos.
  ///   - options: The options of the extractor.
  public init(format: VideoFormat, options: PSNROptions = PSNROptions()) {
    let depth = format.pixelFormat.bitDepth
    let peak: UInt32 = options.reducedPeak ? 255 << UInt32(depth - 8) : (1 << UInt32(depth)) - 1
    let squaredPeak = peak * peak
    let hasChroma = options.chroma && format.pixelFormat.chroma != .yuv400
    let planes = hasChroma ? 0..<3 : 0..<1
    self.planes = planes
    self.squaredPeak = squaredPeak
    sampleCounts = planes.map { plane in
      let size = format.planeSize(plane)
      return size.width * size.height
    }
    limits = planes.map { plane in
      guard options.minimumSquaredError != 0 else { return Double(6 * depth + 12) }
      var (width, height) = (format.width, format.height)
      if plane > 0, format.pixelFormat.chroma != .yuv444 { width /= 2 }
      if plane > 0, format.pixelFormat.chroma == .yuv420 { height /= 2 }
      let error = options.minimumSquaredError / Double(width * height)
      return (10 * log10(Double(squaredPeak) / error)).rounded(.up)
    }
  }

  /// The mean squared error of a measured plane of one frame.
  public func meanSquaredError(_ squaredError: UInt64, plane: Int) -> Double {
    Double(squaredError) / Double(sampleCounts[plane])
  }

  /// The PSNR of a measured plane of one frame, in decibels.
  public func psnr(_ squaredError: UInt64, plane: Int) -> Double {
    let error = max(meanSquaredError(squaredError, plane: plane), 1e-16)
    return min(10 * log10(Double(squaredPeak) / error), limits[plane])
  }

  /// The PSNR of a measured plane over a whole video (`apsnr_y`, …), in decibels.
  ///
  /// - Parameters:
  ///   - squaredError: The sum over all frames.
  ///   - plane: The measured plane.
  ///   - frameCount: The number of frames summed up, at least 1.
  /// - Returns: At most the PSNR of half a squared error in total, rounded up.
  public func aggregate(_ squaredError: UInt64, plane: Int, frameCount: Int) -> Double {
    let samples = UInt64(sampleCounts[plane]) * UInt64(frameCount)
    let value =
      10 * (log10(Double(squaredPeak)) + log10(Double(samples)) - log10(Double(squaredError)))
    let limit = (10 * log10(Double(UInt64(squaredPeak) * samples * 2))).rounded(.up)
    return min(value, limit)
  }

  /// The printed name of the aggregate of a plane.
  public static func aggregateName(plane: Int) -> FeatureName {
    FeatureName("a" + FeatureExtractor.Output.psnr(plane).baseName)
  }
}
