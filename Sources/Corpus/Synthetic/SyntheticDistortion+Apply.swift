extension SyntheticDistortion {
  /// The rows left when a picture of `height` rows is scaled down for the distortion.
  func encodeHeight(of height: Int) -> Int { max(scaled(height), 2) }

  /// Distorts frame `t` of a scene.
  func apply(_ picture: Picture, frame t: Int, seed: UInt64) -> Picture {
    switch kind {
    case .blockDCT:
      let step = [4, 7, 11, 16, 24, 36, 54, 80, 120][strength - 1]
      return picture.mapPlanes { plane, _ in BlockTransform.quantize(plane, step: step) }
    case .blur:
      let passes = [1, 2, 3, 4, 6, 9, 13, 19, 28][strength - 1]
      return picture.mapPlanes { plane, index in
        Self.blur(plane, passes: index == 0 ? passes : max(1, passes / 3))
      }
    case .scaling:
      return picture.mapPlanes { plane, _ in
        Resampler.resize(smaller(plane), width: plane.width, height: plane.height)
      }
    case .noise:
      let deviation = [1, 2, 3, 4, 6, 9, 13, 19, 28][strength - 1]
      return picture.mapPlanes { plane, index in
        let amount = index == 0 ? deviation : (deviation + 1) / 2
        let key = seed &+ 1000 &+ UInt64(index)
        return Picture.Plane(width: plane.width, height: plane.height) { x, y in
          Int(plane.samples[y * plane.width + x]) + Noise.bell(key, x, y, t) * amount / 148
        }
      }
    case .rung:
      let step = [6, 8, 10, 12, 16, 20, 26, 34, 44][strength - 1]
      return picture.mapPlanes { plane, _ in
        let coded = BlockTransform.quantize(smaller(plane), step: step)
        return Resampler.resize(coded, width: plane.width, height: plane.height)
      }
    }
  }

  /// Size after scaling down, in per cent of the whole.
  private var percent: Int {
    switch kind {
    case .scaling: [83, 71, 62, 50, 40, 33, 25, 18, 12][strength - 1]
    case .rung: [100, 80, 67, 50, 44, 36, 27, 22, 18][strength - 1]
    default: 100
    }
  }

  private func scaled(_ length: Int) -> Int { (length * percent + 50) / 100 }

  private func smaller(_ plane: Picture.Plane) -> Picture.Plane {
    percent == 100
      ? plane
      : Resampler.resize(
        plane, width: max(scaled(plane.width), 2), height: max(scaled(plane.height), 2))
  }

  /// Convolves with (1 2 1)/4 in both directions, `passes` times, with 6 more bits in between.
  private static func blur(_ plane: Picture.Plane, passes: Int) -> Picture.Plane {
    var current = plane.samples.map { Int32($0) << 6 }
    var next = current
    let (width, height) = (plane.width, plane.height)
    for _ in 0..<passes {
      current.withUnsafeBufferPointer { source in
        next.withUnsafeMutableBufferPointer { target in
          for y in 0..<height {
            let row = y * width
            for x in 0..<width {
              let (left, right) = (source[row + max(x - 1, 0)], source[row + min(x + 1, width - 1)])
              target[row + x] = (left &+ 2 &* source[row + x] &+ right &+ 2) >> 2
            }
          }
        }
      }
      next.withUnsafeBufferPointer { source in
        current.withUnsafeMutableBufferPointer { target in
          for y in 0..<height {
            let (above, below) = (max(y - 1, 0) * width, min(y + 1, height - 1) * width)
            for x in 0..<width {
              let centre = source[y * width + x]
              target[y * width + x] =
                (source[above + x] &+ 2 &* centre &+ source[below + x] &+ 2) >> 2
            }
          }
        }
      }
    }
    return Picture.Plane(
      width: width, height: height, samples: current.map { UInt8(clamping: ($0 + 32) >> 6) })
  }
}
