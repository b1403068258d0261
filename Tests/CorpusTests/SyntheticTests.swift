import Foundation
import Testing

@testable import Corpus

@Suite struct SyntheticTests {
  /// FNV-1a over all samples.
  static func hash(_ picture: Picture) -> UInt64 {
    picture.planes.flatMap(\.samples).reduce(0xCBF2_9CE4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
  }

  static func squaredError(_ a: Picture, _ b: Picture) -> Int {
    zip(a.planes[0].samples, b.planes[0].samples).reduce(0) { sum, pair in
      let difference = Int(pair.0) - Int(pair.1)
      return sum + difference * difference
    }
  }

  @Test(arguments: SyntheticScene.Kind.allCases) func scenesMove(kind: SyntheticScene.Kind) {
    let scene = SyntheticScene(kind, width: 64, height: 36, frameCount: 4, seed: 3)
    let frames = (0..<4).map(scene.frame)
    #expect(Set(frames).count == 4)
    #expect(frames[0].planes.map(\.width) == [64, 32, 32])
    #expect(frames[0].planes.map(\.height) == [36, 18, 18])
    #expect(frames[0].planes[0].samples.allSatisfy { (16...235).contains($0) })
    #expect(frames[0] == scene.frame(0))
    var other = SyntheticScene(kind, width: 64, height: 36, frameCount: 4, seed: 4)
    #expect(other.frame(1) != frames[1])
    other = SyntheticScene(kind, width: 65, height: 37, frameCount: 4, seed: 3)
    #expect(other.frame(1).planes.map(\.samples.count) == [65 * 37, 33 * 19, 33 * 19])
  }

  @Test(
    arguments: [
      (SyntheticScene.Kind.meadow, 461_090_340_753_502_909),
      (.zonePlate, 8_677_291_309_362_970_227), (.bricks, 18_370_029_163_434_430_342),
      (.grain, 18_105_369_903_389_720_922), (.night, 14_546_754_292_769_429_749),
      (.zoom, 6_961_888_706_917_352_552), (.sprites, 13_810_763_415_557_515_747),
      (.cut, 8_681_266_320_120_865_912),
    ] as [(SyntheticScene.Kind, UInt64)])
  func samplesNeverChange(kind: SyntheticScene.Kind, expected: UInt64) {
    let scene = SyntheticScene(kind, width: 48, height: 32, frameCount: 4, seed: 1)
    #expect(Self.hash(scene.frame(2)) == expected)
  }

  @Test(arguments: SyntheticDistortion.Kind.allCases)
  func strongerDistortionsDoMoreHarm(kind: SyntheticDistortion.Kind) {
    for scene in [SyntheticScene.Kind.meadow, .zoom] {
      let scene = SyntheticScene(scene, width: 80, height: 48, frameCount: 2)
      let frame = scene.frame(1)
      var last = 0
      for strength in 1...9 {
        let distortion = SyntheticDistortion(kind, strength: strength)
        let error = Self.squaredError(frame, distortion.apply(frame, frame: 1, seed: 1))
        #expect(error > last, "\(kind) \(strength) of \(scene.kind)")
        last = error
      }
    }
  }

  @Test(
    arguments: [
      (SyntheticDistortion.Kind.blockDCT, 16_135_748_346_421_534_118),
      (.blur, 16_099_790_364_574_878_219), (.scaling, 2_637_470_262_738_254_713),
      (.noise, 8_136_765_327_792_268_842), (.rung, 221_153_519_954_685_349),
    ] as [(SyntheticDistortion.Kind, UInt64)])
  func distortedSamplesNeverChange(kind: SyntheticDistortion.Kind, expected: UInt64) {
    let scene = SyntheticScene(.meadow, width: 50, height: 34, frameCount: 2)
    let distortion = SyntheticDistortion(kind, strength: 6)
    #expect(Self.hash(distortion.apply(scene.frame(1), frame: 1, seed: 1)) == expected)
  }

  @Test func theTransformIsACosineTransform() {
    // With the smallest steps (1 to 4), what comes out is nearly what went in.
    let plane = SyntheticScene(.grain, width: 40, height: 24, frameCount: 1).frame(0).planes[0]
    let fine = BlockTransform.quantize(plane, step: 1)
    let largest = zip(plane.samples, fine.samples).map { abs(Int($0) - Int($1)) }.max()
    #expect((1...3).contains(largest ?? 0))
    // A basis function keeps its shape when its coefficient is a multiple of the step, and one
    // that is smaller than two thirds of a step vanishes.
    let u = 3
    let wave = Picture.Plane(width: 8, height: 8) { x, _ in
      128 + Int((40 * cos(Double((2 * x + 1) * u) * .pi / 16)).rounded())
    }
    // The orthonormal coefficient is 40 · √(8·4) = 226; the step of (3, 0) is 7/4 of the nominal.
    let kept = BlockTransform.quantize(wave, step: 129)
    #expect(zip(wave.samples, kept.samples).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    let lost = BlockTransform.quantize(wave, step: 255)
    #expect(lost.samples.allSatisfy { $0 == 128 })
  }

  @Test func resamplingKeepsFlatAndUnscaledPictures() {
    let flat = Picture.Plane(width: 33, height: 17) { _, _ in 77 }
    for (width, height) in [(5, 3), (33, 17), (70, 40), (1, 1)] {
      let result = Resampler.resize(flat, width: width, height: height)
      #expect(result.samples == Array(repeating: 77, count: width * height))
    }
    let scene = SyntheticScene(.zonePlate, width: 48, height: 32, frameCount: 1).frame(0)
    for plane in scene.planes {
      #expect(Resampler.resize(plane, width: plane.width, height: plane.height) == plane)
    }
    let ramp = Picture.Plane(width: 64, height: 8) { x, _ in 2 * x + 40 }
    let twice = Resampler.resize(ramp, width: 128, height: 8)
    for x in 8..<120 {
      let exact = 2 * ((Double(x) + 0.5) / 2 - 0.5) + 40
      #expect(abs(Double(twice.samples[x]) - exact) <= 0.6)
    }
  }

  @Test func sineIsCloseToTheSine() {
    for phase in stride(from: -2048, through: 2048, by: 7) {
      let exact = 1024 * sin(Double(phase) * .pi / 512)
      #expect(abs(Double(Noise.sine(phase)) - exact) < 3)
    }
  }

  @Test func standardScenesAreDistinctSources() {
    let scenes = SyntheticScene.standard(20)
    #expect(Set(scenes.map(\.name)).count == 20)
    #expect(scenes.prefix(8).map(\.name).first == "Meadow1")
    #expect(scenes[8].name == "Meadow2")
    #expect(scenes.allSatisfy { $0.name.allSatisfy { $0.isLetter || $0.isNumber } })
  }
}
