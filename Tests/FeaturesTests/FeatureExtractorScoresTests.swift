import Features
import Testing
import VideoIO
import _TestSupport

@Suite struct MotionScoresTests {
  /// The published columns follow from one another: the differences are not published, but
  /// `motion2` of the last frame is its own difference, and frame 0 of `motion3` is that of
  /// frame 1.
  @Test func goldenClips() throws {
    for (name, clip) in try GoldenTable.synthetic().clips {
      let motion2 = try #require(clip.perFrame["integer_motion2"])
      let motion3 = try #require(clip.perFrame["integer_motion3"])
      guard motion2.count > 1 else { continue }
      // Differences that are consistent with both columns: those of frames 1 and n - 1 are
      // known, one between them is the larger neighbour where it was not the minimum.
      var sad = [Double](repeating: 0, count: motion2.count)
      sad[1] = motion3[0]
      for index in 2..<max(2, motion2.count) {
        sad[index] =
          index == motion2.count - 1 ? motion2[index] : max(motion2[index - 1], motion2[index])
      }
      let scores = MotionScores(sad: sad)
      #expect(scores.motion2 == motion2, "\(name)")
      #expect(scores.motion3 == motion3, "\(name)")
    }
  }

  @Test func printedExample() {
    let scores = MotionScores(sad: [0, 6.581273, 6.072999])
    #expect(scores.motion2 == [0, 6.072999, 6.072999])
    #expect(scores.motion3 == [6.581273, 6.072999, 6.072999])
  }

  @Test func sumsAreScaledAndLimited() {
    var options = MotionOptions()
    options.fpsWeight = 0.5
    options.maximumValue = 3
    let scores = MotionScores(
      sums: [99, 256 * 200, 256 * 1000], sampleCount: 100, options: options)
    #expect(scores.sad == [0, 1, 3])
    #expect(scores.motion2 == [0, 1, 3].map { min($0, 3) })
    options.forcesZero = true
    let zero = MotionScores(sums: [99, 256, 512], sampleCount: 1, options: options)
    #expect(zero.sad == [0, 0, 0] && zero.motion2 == zero.sad && zero.motion3 == zero.sad)
  }

  @Test func blendDampsAboveTheOffset() {
    var options = MotionOptions()
    options.blendFactor = 0.5
    options.blendOffset = 10
    let scores = MotionScores(sad: [0, 20, 8], options: options)
    #expect(scores.motion2 == [0, 8, 8])
    #expect(scores.motion3 == [15, 8, 8])
  }

  @Test func movingAverage() {
    var options = MotionOptions()
    options.usesMovingAverage = true
    let scores = MotionScores(sad: [0, 4, 2, 6], options: options)
    #expect(scores.motion2 == [0, 2, 2, 6])
    #expect(scores.motion3 == [4, 3, 2, 4])
  }

  @Test func fiveFrameWindow() {
    var options = MotionOptions()
    options.usesFiveFrameWindow = true
    let scores = MotionScores(
      sums: [1, 2, 5, 3, 4, 7].map { $0 * 256 }, sampleCount: 1, options: options)
    #expect(scores.sad == [0, 0, 5, 3, 4, 7])
    #expect(scores.motion2 == [0, 0, 3, 4, 3, 7])
    #expect(scores.motion3 == [5, 5, 3, 4, 3, 7])
  }

  /// Figures of libvmaf 3.2 for a 176x144 clip of 10-bit samples, printed with 17 digits.
  @Test func figuresOfLibvmaf() throws {
    let sums: [UInt64] = [
      0, 14363757, 10834114, 14311817, 11149865, 16044905, 12190309, 17289580, 12226224,
    ]
    let expected: [(String, [Double])] = [
      (
        "motion=motion_fps_weight=2.5:motion_blend_factor=0.1:motion_blend_offset=0.5",
        [
          1.0034685308283027, 0.8674632833461569, 0.8674632833461569, 0.8796298942180596,
          0.8796298942180596, 0.9197205899941802, 0.9197205899941802, 0.9211044773910986,
          0.9211044773910986,
        ]
      ),
      (
        "motion=motion_moving_average=true",
        [
          2.2138741233132104, 1.941863628348919, 1.6698531333846276, 1.6941863551284329,
          1.718519576872238, 1.7987009684244792, 1.8788823599767204, 1.8816501347705572,
          1.884417909564394,
        ]
      ),
    ]
    for (specification, motion3) in expected {
      var warnings: [String] = []
      let extractor = try FeatureExtractor(specification: specification, warnings: &warnings)
      guard case .motion(let options) = extractor else { continue }
      let scores = MotionScores(sums: sums, sampleCount: 176 * 144, options: options)
      #expect(scores.motion3 == motion3)
    }
  }

  @Test func shortVideos() {
    #expect(MotionScores(sums: [], sampleCount: 4).motion2.isEmpty)
    #expect(MotionScores(sums: [7], sampleCount: 4).motion3 == [0])
    #expect(MotionScores(sums: [7, 1024], sampleCount: 4).motion2 == [0, 1])
    var options = MotionOptions()
    options.usesFiveFrameWindow = true
    #expect(MotionScores(sums: [7, 1024], sampleCount: 4, options: options).motion3 == [0, 0])
  }
}

@Suite struct PSNRScaleTests {
  private func format(
    _ width: Int, _ height: Int, _ depth: Int = 8, _ chroma: ChromaSubsampling = .yuv420
  ) -> VideoFormat {
    VideoFormat(
      width: width, height: height, pixelFormat: PixelFormat(chroma: chroma, bitDepth: depth))
  }

  @Test func decibels() {
    let scale = PSNRScale(format: format(16, 16))
    #expect(scale.planes == 0..<3)
    #expect(scale.sampleCounts == [256, 64, 64])
    #expect(scale.meanSquaredError(256, plane: 0) == 1)
    #expect(abs(scale.psnr(256, plane: 0) - 48.130803608679104) < 1e-12)
    #expect(abs(scale.psnr(6400, plane: 1) - 28.130803608679104) < 1e-12)
  }

  @Test(arguments: [(8, 60.0), (10, 72.0), (12, 84.0), (16, 108.0)])
  func identicalPlanesHaveTheLimit(depth: Int, limit: Double) {
    #expect(PSNRScale(format: format(64, 64, depth)).psnr(0, plane: 2) == limit)
  }

  @Test func peaks() {
    var options = PSNROptions()
    #expect(PSNRScale(format: format(8, 8, 10)).squaredPeak == 1023 * 1023)
    #expect(PSNRScale(format: format(8, 8, 16)).squaredPeak == 4_294_836_225)
    options.reducedPeak = true
    #expect(PSNRScale(format: format(8, 8, 10), options: options).squaredPeak == 1020 * 1020)
    #expect(PSNRScale(format: format(8, 8, 8), options: options).squaredPeak == 255 * 255)
  }

  @Test func smallestErrorSetsTheLimit() {
    var options = PSNROptions()
    options.minimumSquaredError = 0.5
    let scale = PSNRScale(format: format(352, 288), options: options)
    // 10 log10(65025 * 101376 / 0.5) = 101.2…, a quarter of the samples 6.02 less.
    #expect(scale.limits == [102, 96, 96])
    let odd = PSNRScale(format: format(3, 3), options: options)
    #expect(odd.sampleCounts == [9, 4, 4])
    #expect(odd.limits == [61, 52, 52])
  }

  @Test func lumaOnly() {
    #expect(PSNRScale(format: format(8, 8, 8, .yuv400)).planes == 0..<1)
    var options = PSNROptions()
    options.chroma = false
    #expect(PSNRScale(format: format(8, 8), options: options).limits == [60])
  }

  /// Figures of libvmaf 3.2: squared errors of the first and of all nine luma planes.
  @Test(arguments: [
    (352, 288, 8, false, 28_894_789, 260_756_558, 23.581959846636686, 23.570227818481477),
    (176, 144, 10, false, 123_730_041, 1_127_809_968, 23.311512704970404, 23.25633008049115),
    (176, 144, 10, true, 123_730_041, 1_127_809_968, 23.286003465965553, 23.23082084148629),
    (66, 64, 12, true, 574_517_979, 5_213_069_605, 20.87740611631057, 20.841932214713026),
  ])
  func figuresOfLibvmaf(
    width: Int, height: Int, depth: Int, reduced: Bool, first: Int, total: Int, psnr: Double,
    aggregate: Double
  ) {
    var options = PSNROptions()
    options.reducedPeak = reduced
    let scale = PSNRScale(format: format(width, height, depth), options: options)
    #expect(scale.psnr(UInt64(first), plane: 0) == psnr)
    #expect(scale.aggregate(UInt64(total), plane: 0, frameCount: 9) == aggregate)
  }

  @Test func aggregate() {
    let scale = PSNRScale(format: format(16, 16))
    #expect(abs(scale.aggregate(512, plane: 0, frameCount: 2) - 48.130803608679104) < 1e-12)
    // 10 log10(65025 * 512 * 2) = 78.2…
    #expect(scale.aggregate(0, plane: 0, frameCount: 2) == 79)
    #expect(PSNRScale.aggregateName(plane: 1).rawValue == "apsnr_cb")
  }
}
