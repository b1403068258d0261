extension RGBImage {
  /// Converts a video frame to red, green and blue.
  ///
  /// Chroma is interpolated linearly to the positions of luma; its samples lie beside the even
  /// luma samples of a row and, in 4:2:0, half-way between two rows (the siting of MPEG-2, H.264
  /// and later). The arithmetic is done in integers with 20 bits after the point, rounded once.
  /// Transfer functions are not touched: HDR looks flat.
  public init(_ view: YUVView) {
    var samples = [UInt8](repeating: 0, count: 3 * view.width * view.height)
    let conversion = Conversion(view)
    samples.withUnsafeMutableBufferPointer { output in
      if view.bitDepth == 8 {
        conversion.run(view, as: UInt8.self, into: output)
      } else {
        conversion.run(view, as: UInt16.self, into: output)
      }
    }
    self.init(width: view.width, height: view.height, samples: samples)
  }
}

/// The factors of a conversion, scaled by 2^20; chroma comes in eighths.
private struct Conversion {
  private static let shift = 20
  let black: Int
  let neutral: Int
  let luma: Int
  let redOfCr: Int
  let greenOfCb: Int
  let greenOfCr: Int
  let blueOfCb: Int

  init(_ view: YUVView) {
    let step = 1 << (view.bitDepth - 8)
    let top = (1 << view.bitDepth) - 1
    let isFull = view.range == .full
    black = isFull ? 0 : 16 * step
    neutral = 128 * step
    let unit = Double(1 << Self.shift)
    let lumaScale = 255 / Double(isFull ? top : 219 * step) * unit
    let chromaScale = 255 / Double(isFull ? top : 224 * step) * unit / 8
    let (red, blue) = view.matrix.weights
    let green = 1 - red - blue
    luma = Int(lumaScale.rounded())
    redOfCr = Int((chromaScale * 2 * (1 - red)).rounded())
    blueOfCb = Int((chromaScale * 2 * (1 - blue)).rounded())
    greenOfCb = Int((chromaScale * -2 * (1 - blue) * blue / green).rounded())
    greenOfCr = Int((chromaScale * -2 * (1 - red) * red / green).rounded())
  }

  func run<Sample: FixedWidthInteger & UnsignedInteger>(
    _ view: YUVView, as type: Sample.Type, into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    func row(_ plane: Int, _ y: Int) -> UnsafePointer<Sample> {
      let plane = view.planes[plane]
      return (plane.base + y * plane.bytesPerRow).assumingMemoryBound(to: type)
    }
    // Cb and Cr of the row at luma's positions, in eighths, neutral at zero.
    var cb = [Int](repeating: 0, count: view.width)
    var cr = cb
    let half = 1 << (Self.shift - 1)
    for y in 0..<view.height {
      if view.chroma != .none {
        let (near, far) = chromaRows(view, y)
        interpolate(row(1, near), row(1, far), view, into: &cb)
        interpolate(row(2, near), row(2, far), view, into: &cr)
      }
      let samples = row(0, y)
      var target = 3 * y * view.width
      for x in 0..<view.width {
        let base = (Int(samples[x]) - black) * luma + half
        let (blueness, redness) = (cb[x], cr[x])
        output[target] = clamped(base + redness * redOfCr)
        output[target + 1] = clamped(base + blueness * greenOfCb + redness * greenOfCr)
        output[target + 2] = clamped(base + blueness * blueOfCb)
        target += 3
      }
    }
  }

  private func clamped(_ value: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: min(max(value >> Self.shift, 0), 255))
  }

  /// The chroma rows beside a luma row: the nearer one, which counts three times, and the other.
  private func chromaRows(_ view: YUVView, _ y: Int) -> (near: Int, far: Int) {
    guard view.chroma == .halfSize else { return (y, y) }
    let near = y / 2
    let last = (view.height + 1) / 2 - 1
    return (near, min(max(y % 2 == 0 ? near - 1 : near + 1, 0), last))
  }

  private func interpolate<Sample: FixedWidthInteger & UnsignedInteger>(
    _ near: UnsafePointer<Sample>, _ far: UnsafePointer<Sample>, _ view: YUVView,
    into row: inout [Int]
  ) {
    func column(_ x: Int) -> Int { 3 * Int(near[x]) + Int(far[x]) - 4 * neutral }
    guard view.chroma != .fullSize else {
      for x in row.indices { row[x] = 2 * column(x) }
      return
    }
    let last = (view.width + 1) / 2 - 1
    var left = column(0)
    for x in 0...last {
      let right = column(min(x + 1, last))
      row[2 * x] = 2 * left
      if 2 * x + 1 < view.width { row[2 * x + 1] = left + right }
      left = right
    }
  }
}
