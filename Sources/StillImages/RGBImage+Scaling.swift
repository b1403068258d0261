extension RGBImage {
  /// The picture at another size.
  ///
  /// The filter is the cubic convolution with a = -1/2 (Keys 1981), widened by the factor of
  /// reduction so that nothing aliases; rows first, then columns, in integers.
  ///
  /// - Parameters:
  ///   - width: Pixels in a row, at least 1.
  ///   - height: Rows, at least 1.
  public func scaled(width: Int, height: Int) -> RGBImage {
    precondition(width > 0 && height > 0, "An image has at least one pixel.")
    if width == self.width, height == self.height { return self }
    let columns = ResamplingFilter(from: self.width, to: width)
    let rows = ResamplingFilter(from: self.height, to: height)
    var narrow = [Int32](repeating: 0, count: 3 * width * self.height)
    narrow.withUnsafeMutableBufferPointer { narrow in
      samples.withUnsafeBufferPointer { samples in
        for y in 0..<self.height {
          columns.apply { x, taps, weights in
            let target = 3 * (y * width + x)
            for channel in 0..<3 {
              var sum = ResamplingFilter.half
              var source = 3 * (y * self.width + taps.lowerBound) + channel
              for weight in weights {
                sum += weight * Int(samples[source])
                source += 3
              }
              // Not clamped: what overshoots may be taken back by the columns.
              narrow[target + channel] = Int32(truncatingIfNeeded: sum >> ResamplingFilter.bits)
            }
          }
        }
      }
    }
    var result = [UInt8](repeating: 0, count: 3 * width * height)
    result.withUnsafeMutableBufferPointer { result in
      narrow.withUnsafeBufferPointer { narrow in
        rows.apply { y, taps, weights in
          for column in 0..<3 * width {
            var sum = ResamplingFilter.half
            var source = taps.lowerBound * 3 * width + column
            for weight in weights {
              sum += weight * Int(narrow[source])
              source += 3 * width
            }
            let value = min(max(sum >> ResamplingFilter.bits, 0), 255)
            result[y * 3 * width + column] = UInt8(truncatingIfNeeded: value)
          }
        }
      }
    }
    return RGBImage(width: width, height: height, samples: result)
  }

  /// The picture reduced to fit a size, its proportions kept; smaller ones stay as they are.
  public func fitted(width: Int, height: Int) -> RGBImage {
    if self.width <= width, self.height <= height { return self }
    // Whichever side is the tighter one decides: compared by cross-multiplication.
    if self.width * height >= self.height * width {
      let rows = (self.height * width + self.width / 2) / self.width
      return scaled(width: width, height: max(rows, 1))
    }
    let columns = (self.width * height + self.height / 2) / self.height
    return scaled(width: max(columns, 1), height: height)
  }
}

/// The weights that turn samples at one density into samples at another.
private struct ResamplingFilter {
  /// The bits after the point of the weights.
  static let bits = 14
  static let half = 1 << (bits - 1)

  private let taps: [Range<Int>]
  private let weights: [[Int]]

  init(from source: Int, to target: Int) {
    let ratio = Double(source) / Double(target)
    let stretch = max(ratio, 1)
    var taps: [Range<Int>] = []
    var weights: [[Int]] = []
    for position in 0..<target {
      let center = (Double(position) + 0.5) * ratio
      let first = max(Int((center - 2 * stretch).rounded()), 0)
      let end = max(min(Int((center + 2 * stretch).rounded()), source), first + 1)
      let values = (first..<end).map { Self.cubic((Double($0) + 0.5 - center) / stretch) }
      let sum = values.reduce(0, +)
      var whole = values.map { Int(($0 / sum * Double(1 << Self.bits)).rounded()) }
      // What rounding lost goes to the tap in the middle, so that a flat area stays as it is.
      whole[whole.count / 2] += (1 << Self.bits) - whole.reduce(0, +)
      taps.append(first..<end)
      weights.append(whole)
    }
    self.taps = taps
    self.weights = weights
  }

  func apply(_ body: (Int, Range<Int>, [Int]) -> Void) {
    for position in taps.indices { body(position, taps[position], weights[position]) }
  }

  private static func cubic(_ x: Double) -> Double {
    let x = abs(x)
    if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
    if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
    return 0
  }
}
