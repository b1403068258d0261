import Foundation
import PixelKernels
import Processor
import Testing
import _TestSupport

/// ADM against the figures of libvmaf's scalar path.
@Suite("ADM golden figures")
struct ADMGoldenTests {
  /// Debug builds are slow, so they leave large clips and later frames to release builds.
  #if DEBUG
    static let largest = 352 * 288
    static let frameLimit = 1
  #else
    static let largest = 1 << 40
    static let frameLimit = Int.max
  #endif

  static let syntheticClips = SyntheticClip.golden.filter {
    $0.width * $0.height <= largest
  }

  @Test("synthetic clips", arguments: syntheticClips.map(\.name))
  func synthetic(name: String) throws {
    let clip = try #require(SyntheticClip.golden.first { $0.name == name })
    let expected = try #require(try GoldenTable.synthetic().clips[name])
    let kernels = InstructionSet.supported.map { Self.kernel(expected, $0) }
    for frame in 0..<min(expected.frames, Self.frameLimit) {
      let luma = clip.luma(frame: frame)
      for kernel in kernels {
        check(kernel, luma.reference, luma.distorted, expected, frame: frame)
      }
    }
  }

  /// Netflix's clips of which both files are there.
  static let netflixClips = ((try? GoldenTable.netflix().clips) ?? [:]).filter { _, clip in
    guard clip.width * clip.height <= 2 * largest, let ref = clip.ref, let dis = clip.dis,
      let directory = GoldenTable.mediaDirectory
    else { return false }
    return [ref, dis].allSatisfy {
      FileManager.default.fileExists(atPath: directory.appending(path: $0).path)
    }
  }

  @Test(
    "Netflix clips",
    .enabled(if: !netflixClips.isEmpty, "the media files are not in TINYVMAF_GOLDEN_DIR"),
    arguments: netflixClips.keys.sorted())
  func netflix(name: String) throws {
    let expected = try #require(Self.netflixClips[name])
    let directory = try #require(GoldenTable.mediaDirectory)
    let reference = directory.appending(path: try #require(expected.ref))
    let distorted = directory.appending(path: try #require(expected.dis))
    let kernels = InstructionSet.supported.map { Self.kernel(expected, $0) }
    for frame in 0..<min(expected.frames, Self.frameLimit) {
      let r = try Self.luma(of: frame, in: reference, expected)
      let d = try Self.luma(of: frame, in: distorted, expected)
      for kernel in kernels { check(kernel, r, d, expected, frame: frame) }
    }
  }

  /// Flat frames of 16 against 25: nothing but the noise constants.
  @Test("flat frames", arguments: InstructionSet.supported)
  func flat(set: InstructionSet) {
    let kernel = ADMKernel(width: 64, height: 48, bitDepth: 8, instructionSet: set)
    let r = PlaneBuffer(.init(repeating: 16, count: 64 * 48), width: 64, height: 48, bitDepth: 8)
    let d = PlaneBuffer(.init(repeating: 25, count: 64 * 48), width: 64, height: 48, bitDepth: 8)
    withExtendedLifetime((r, d)) {
      #expect(kernel.analyze(reference: r.view, distorted: [d.view])[0][0].adm2 == 1)
    }
  }

  static func kernel(_ clip: GoldenTable.Clip, _ set: InstructionSet) -> ADMKernel {
    ADMKernel(
      width: clip.width, height: clip.height, bitDepth: clip.bitdepth, gainLimits: [100, 1],
      configuration: .init(computeAIM: true), instructionSet: set)
  }

  func check(
    _ kernel: ADMKernel, _ reference: [UInt16], _ distorted: [UInt16],
    _ expected: GoldenTable.Clip, frame: Int
  ) {
    let r = PlaneBuffer(
      reference, width: kernel.width, height: kernel.height, bitDepth: kernel.bitDepth)
    let d = PlaneBuffer(
      distorted, width: kernel.width, height: kernel.height, bitDepth: kernel.bitDepth)
    let sums = withExtendedLifetime((r, d)) {
      kernel.analyze(reference: r.view, distorted: [d.view])[0]
    }
    for (sum, suffix) in zip(sums, ["", "_egl_1"]) {
      var values = ["integer_adm2": sum.adm2]
      for (scale, score) in sum.scaleScores.enumerated() {
        values["integer_adm_scale\(scale)"] = score
      }
      values["integer_aim"] = sum.aim
      values["integer_adm3"] = sum.adm3()
      for (name, value) in values {
        guard let golden = expected.perFrame[name + suffix]?[frame] else {
          // AIM is recorded for the default limit only.
          #expect(suffix != "" && ["integer_aim", "integer_adm3"].contains(name))
          continue
        }
        let isEqual = abs(value - golden) <= 1e-12 * abs(golden)
        #expect(isEqual, "\(name)\(suffix), frame \(frame): \(value), expected \(golden)")
      }
    }
  }

  static func luma(of frame: Int, in file: URL, _ clip: GoldenTable.Clip) throws -> [UInt16] {
    let bytes = clip.bitdepth > 8 ? 2 : 1
    let lumaCount = clip.width * clip.height
    let chromaCount = ((clip.width + 1) / 2) * ((clip.height + 1) / 2)
    let handle = try FileHandle(forReadingFrom: file)
    try handle.seek(toOffset: UInt64(frame * (lumaCount + 2 * chromaCount) * bytes))
    let data = [UInt8](try handle.read(upToCount: lumaCount * bytes) ?? Data())
    try #require(data.count == lumaCount * bytes)
    if bytes == 1 { return data.map { UInt16($0) } }
    return (0..<lumaCount).map { UInt16(data[2 * $0]) | UInt16(data[2 * $0 + 1]) << 8 }
  }
}
