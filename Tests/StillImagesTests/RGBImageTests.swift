import StillImages
import Testing

@Suite struct RGBImageTests {
  @Test func differenceIsAbsoluteAndAmplified() {
    let first = RGBImage(width: 2, height: 1, samples: [10, 20, 30, 0, 255, 100])
    let second = RGBImage(width: 2, height: 1, samples: [12, 10, 30, 255, 0, 101])
    let expected: [UInt8] = [16, 80, 0, 255, 255, 8]
    #expect(first.difference(to: second).samples == expected)
    #expect(second.difference(to: first, gain: 8).samples == expected)
    #expect(first.difference(to: second, gain: 1).samples == [2, 10, 0, 255, 255, 1])
    #expect(first.difference(to: first).samples.allSatisfy { $0 == 0 })
  }

  // MARK: - Scaling

  @Test(arguments: [(1, 1), (5, 3), (64, 48), (100, 75), (33, 200)])
  func flatAreasKeepTheirColor(_ width: Int, _ height: Int) {
    let image = RGBImage(width: 67, height: 41, red: 255, green: 0, blue: 131)
    let expected = RGBImage(width: width, height: height, red: 255, green: 0, blue: 131)
    #expect(image.scaled(width: width, height: height) == expected)
  }

  @Test func reductionDoesNotAlias() {
    // Stripes of one pixel are beyond what the smaller picture can hold: they become grey.
    let stripes = (0..<64 * 64).flatMap { index -> [UInt8] in
      let value: UInt8 = index % 2 == 0 ? 0 : 255
      return [value, value, value]
    }
    let small = RGBImage(width: 64, height: 64, samples: stripes).scaled(width: 16, height: 16)
    let middle = (4..<12).flatMap { y in (4..<12).map { x in small[x, y].green } }
    #expect(middle.allSatisfy { (120...135).contains($0) })
  }

  @Test func gradientsStayStraight() {
    var image = RGBImage(width: 256, height: 4)
    for y in 0..<4 { for x in 0..<256 { image[x, y] = (UInt8(x), UInt8(255 - x), 9) } }
    let small = image.scaled(width: 64, height: 4)
    for x in 2..<62 {
      #expect(abs(Int(small[x, 1].red) - (4 * x + 2)) <= 1)
      #expect(abs(Int(small[x, 1].green) - (253 - 4 * x)) <= 1)
    }
  }

  @Test(arguments: [
    (1920, 1080, 320, 180), (1080, 1920, 101, 180), (300, 100, 300, 100), (4000, 10, 320, 1),
    (10, 4000, 1, 180), (1440, 1080, 240, 180),
  ])
  func fittingKeepsProportions(_ width: Int, _ height: Int, _ newWidth: Int, _ newHeight: Int) {
    let fitted = RGBImage(width: width, height: height).fitted(width: 320, height: 180)
    #expect(fitted.width == newWidth && fitted.height == newHeight)
  }

  // MARK: - Files

  @Test(arguments: [(1, 1), (2, 3), (31, 17), (120, 90)])
  func pngReadsBack(_ width: Int, _ height: Int) throws {
    for image in [
      TestImages.scene(width: width, height: height),
      TestImages.noise(width: width, height: height),
    ] {
      #expect(try PNGFile(image.png()).image == image)
    }
  }

  @Test func pngOfAFlatPictureIsSmall() {
    #expect(RGBImage(width: 640, height: 360, red: 5, green: 6, blue: 7).png().count < 1500)
  }

  @Test func jpegHasTheRightFrame() {
    for (width, height) in [(1, 1), (17, 33), (320, 180)] {
      let file = TestImages.scene(width: width, height: height).jpeg()
      #expect(file.prefix(4) == [0xFF, 0xD8, 0xFF, 0xE0] && file.suffix(2) == [0xFF, 0xD9])
      let frame = file.indices.first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 } ?? 0
      #expect(Int(file[frame + 5]) << 8 | Int(file[frame + 6]) == height)
      #expect(Int(file[frame + 7]) << 8 | Int(file[frame + 8]) == width)
    }
  }

  @Test func qualityDecidesTheSize() {
    let image = TestImages.scene(width: 160, height: 90)
    let sizes = [10, 50, 75, 95].map { image.jpeg(quality: $0).count }
    #expect(sizes == sizes.sorted() && sizes[0] * 3 < sizes[3])
  }
}
