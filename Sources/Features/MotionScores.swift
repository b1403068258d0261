/// The motion values of a whole video, assembled from its sums of absolute differences.
///
/// Frame i is compared with frame i - S, where S is ``MotionOptions/stride``. With `s` the scaled
/// and limited sums, `motion2` of a frame is the smaller of the motion into and out of it
/// (`min(s[i - S + 1], s[i + 1])`), the last frame's is its own, and the first S frames have 0.
/// `motion3` is `motion2` after damping above an offset, limiting and, on request, averaging with
/// the frame before; the first S frames have the value of frame S there.
///
/// Source: libvmaf 3.2 `integer_motion`, all operations in double precision and in its order.
public struct MotionScores: Hashable, Sendable {
  /// The scaled and limited differences, one per frame (`motionSAD` and, with `debug`, `motion`).
  public let sad: [Double]
  /// The smaller of a frame's motion to its neighbours, one per frame.
  public let motion2: [Double]
  /// The damped and limited `motion2`, one per frame.
  public let motion3: [Double]

  /// Assembles the columns of a video.
  ///
  /// - Parameters:
  ///   - sums: One sum of absolute filtered differences per frame; those of the first S frames,
  ///     which have no frame to be compared with, are ignored.
  ///   - sampleCount: The number of luma samples of a frame.
  ///   - options: The options of the extractor.
  public init(sums: [UInt64], sampleCount: Int, options: MotionOptions = MotionOptions()) {
    let samples = Double(sampleCount)
    let sad = sums.enumerated().map { index, sum in
      guard index >= options.stride, !options.forcesZero else { return 0.0 }
      return min(Double(sum) / 256.0 / samples * options.fpsWeight, options.maximumValue)
    }
    self.init(sad: sad, options: options)
  }

  /// Assembles the columns from scaled and limited differences, one per frame.
  public init(sad: [Double], options: MotionOptions = MotionOptions()) {
    let first = options.stride
    func blended(_ motion: Double) -> Double {
      let damped =
        motion * options.blendFactor + (1 - options.blendFactor) * min(options.blendOffset, motion)
      return min(damped, options.maximumValue)
    }
    let stamp = sad.count > first ? blended(sad[first]) : 0
    var motion2: [Double] = []
    var motion3: [Double] = []
    var previous = stamp
    for (index, own) in sad.enumerated() {
      guard index >= first else {
        motion2.append(0)
        motion3.append(stamp)
        continue
      }
      let motion: Double
      if index + 1 == sad.count {
        motion = own
      } else if index - (first - 1) >= first {
        motion = min(sad[index - (first - 1)], sad[index + 1])
      } else {
        motion = sad[index + 1]
      }
      motion2.append(motion)
      let current = blended(motion)
      motion3.append(options.usesMovingAverage ? (current + previous) / 2 : current)
      previous = current
    }
    self.sad = sad
    self.motion2 = motion2
    self.motion3 = motion3
  }
}
