import StillImages
import Testing

@Suite struct YUVConversionTests {
  /// Planes of one colour in a frame of odd size.
  private func convert(
    _ values: [Int], depth: Int, chroma: YUVView.Chroma, range: YUVView.Range,
    matrix: YUVView.Matrix
  ) -> RGBImage {
    let (width, height) = (7, 5)
    let words = values.map { [UInt16](repeating: UInt16($0), count: 64) }
    let bytes = values.map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 64) }
    let planes = (chroma == .none ? 0..<1 : 0..<3).map { index in
      depth == 8
        ? YUVView.Plane(base: pointer(to: bytes[index]), bytesPerRow: 8)
        : YUVView.Plane(base: pointer(to: words[index]), bytesPerRow: 16)
    }
    defer { for plane in planes { plane.base.deallocate() } }
    return RGBImage(
      YUVView(
        width: width, height: height, bitDepth: depth, chroma: chroma, range: range,
        matrix: matrix, planes: planes))
  }

  private func pointer<Sample>(to samples: [Sample]) -> UnsafeRawPointer {
    let memory = UnsafeMutablePointer<Sample>.allocate(capacity: samples.count)
    memory.initialize(from: samples, count: samples.count)
    return UnsafeRawPointer(memory)
  }

  static let layouts: [(YUVView.Chroma, YUVView.Range, YUVView.Matrix)] =
    [YUVView.Chroma.none, .halfSize, .halfWidth, .fullSize].flatMap { chroma in
      [YUVView.Range.limited, .full].flatMap { range in
        [YUVView.Matrix.bt601, .bt709, .bt2020].map { (chroma, range, $0) }
      }
    }

  /// Against the definition of the standards in floating point.
  @Test(arguments: layouts.indices, [8, 10, 12, 16])
  func colorsFollowTheStandards(_ index: Int, _ depth: Int) {
    let (chroma, range, matrix) = Self.layouts[index]
    let step = Double(1 << (depth - 8))
    let top = Double((1 << depth) - 1)
    let (red, blue): (Double, Double) =
      switch matrix {
      case .bt601: (0.299, 0.114)
      case .bt709: (0.2126, 0.0722)
      case .bt2020: (0.2627, 0.0593)
      }
    for (y, u, v) in [
      (16, 128, 128), (235, 128, 128), (81, 90, 240), (145, 54, 34), (200, 150, 99),
    ] {
      let samples = [y, u, v].map { Int(Double($0) * step) }
      let image = convert(samples, depth: depth, chroma: chroma, range: range, matrix: matrix)
      let isFull = range == .full
      let black = isFull ? 0 : 16 * step
      let luma = (Double(samples[0]) - black) / (isFull ? top : 219 * step)
      let scale = isFull ? top : 224 * step
      let cb = chroma == .none ? 0 : (Double(samples[1]) - 128 * step) / scale
      let cr = chroma == .none ? 0 : (Double(samples[2]) - 128 * step) / scale
      let expectedRed = luma + 2 * (1 - red) * cr
      let expectedBlue = luma + 2 * (1 - blue) * cb
      let expectedGreen = (luma - red * expectedRed - blue * expectedBlue) / (1 - red - blue)
      let expected = [expectedRed, expectedGreen, expectedBlue].map { min(max($0 * 255, 0), 255) }
      let errors = image.samples.enumerated().map { index, sample in
        abs(Double(sample) - expected[index % 3])
      }
      #expect(errors.allSatisfy { $0 <= 0.501 })
    }
  }

  /// A ramp of chroma at half the density comes out as a ramp, at the right place.
  @Test func chromaIsInterpolated() {
    let luma = [UInt8](repeating: 128, count: 32 * 4)
    let cb = [UInt8](repeating: 128, count: 16 * 2)
    let cr = (0..<32).map { (index: Int) -> UInt8 in UInt8(100 + 4 * (index % 16)) }
    let planes = [
      YUVView.Plane(base: pointer(to: luma), bytesPerRow: 32),
      YUVView.Plane(base: pointer(to: cb), bytesPerRow: 16),
      YUVView.Plane(base: pointer(to: cr), bytesPerRow: 16),
    ]
    defer { for plane in planes { plane.base.deallocate() } }
    let image = RGBImage(
      YUVView(
        width: 32, height: 4, bitDepth: 8, chroma: .halfSize, range: .full, matrix: .bt601,
        planes: planes))
    for x in 0..<31 {
      let expected = 128 + 1.402 * (100 + 2 * Double(x) - 128)
      #expect(abs(Double(image[x, 2].red) - expected) <= 0.51)
    }
  }

  @Test func sizeDecidesTheMatrix() {
    #expect(YUVView.Matrix.assumed(width: 720, height: 576) == .bt601)
    #expect(YUVView.Matrix.assumed(width: 1280, height: 536) == .bt709)
    #expect(YUVView.Matrix.assumed(width: 608, height: 1080) == .bt709)
  }
}
