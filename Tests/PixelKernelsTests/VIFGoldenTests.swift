import Foundation
import PixelKernels
import Processor
import Testing
import _TestSupport

/// VIF and motion against the figures of libvmaf's scalar path.
@Suite struct VIFGoldenTests {
  /// Debug builds are slow: they leave the large clips to release builds.
  static let clips = SyntheticClip.golden.filter { $0.width * $0.height <= largestPicture }
  #if DEBUG
    static let largestPicture = 352 * 288
  #else
    static let largestPicture = Int.max
  #endif

  @Test(arguments: clips, InstructionSet.supported)
  func syntheticClip(_ clip: SyntheticClip, _ set: InstructionSet) throws {
    let expected = try #require(try GoldenTable.synthetic().clips[clip.name])
    let frames = (0..<clip.frameCount).map { index in
      let (reference, distorted) = clip.luma(frame: index)
      return [reference, distorted].map {
        PlaneBuffer($0, width: clip.width, height: clip.height, bitDepth: clip.bitDepth)
      }
    }
    expectVIF(of: frames, toEqual: expected, set)
    expectMotion(of: frames.map { $0[0] }, toEqual: expected, set)
  }

  @Test(
    .enabled(if: GoldenTable.mediaDirectory != nil, "the golden media files are not here"),
    arguments: InstructionSet.supported)
  func mediaClip(_ set: InstructionSet) throws {
    let directory = try #require(GoldenTable.mediaDirectory)
    var found = 0
    for (_, clip) in try GoldenTable.netflix().clips.sorted(by: { $0.key < $1.key }) {
      guard clip.width * clip.height <= max(Self.largestPicture, 576 * 324) else { continue }
      guard let reference = frames(of: clip.ref, clip, in: directory),
        let distorted = frames(of: clip.dis, clip, in: directory)
      else { continue }
      found += 1
      expectVIF(of: zip(reference, distorted).map { [$0, $1] }, toEqual: clip, set)
      expectMotion(of: reference, toEqual: clip, set)
    }
    #expect(found > 0)
  }

  private func expectVIF(
    of frames: [[PlaneBuffer]], toEqual expected: GoldenTable.Clip, _ set: InstructionSet
  ) {
    let kernel = VIFKernel(
      width: expected.width, height: expected.height, bitDepth: expected.bitdepth,
      gainLimits: [100, 1], instructionSet: set)
    for (index, frame) in frames.enumerated() {
      let sums = kernel.analyze(reference: frame[0].view, distorted: [frame[1].view])[0]
      for (limit, suffix) in ["", "_egl_1"].enumerated() {
        for scale in 0..<4 {
          let name = "integer_vif_scale\(scale)\(suffix)"
          let wanted = expected.perFrame[name]?[index] ?? .nan
          let score = sums[limit].scales[scale].score
          #expect(abs(score - wanted) <= 1e-12 * abs(wanted), "\(name) of frame \(index)")
        }
      }
    }
  }

  private func expectMotion(
    of frames: [PlaneBuffer], toEqual expected: GoldenTable.Clip, _ set: InstructionSet
  ) {
    let kernel = MotionKernel(
      width: expected.width, height: expected.height, bitDepth: expected.bitdepth,
      instructionSet: set)
    var motion = [0.0]
    for (previous, current) in zip(frames, frames.dropFirst()) {
      let sad = kernel.sad(previous: previous.view, current: current.view)
      motion.append(Double(sad) / 256 / Double(expected.width * expected.height))
    }
    for index in motion.indices.dropFirst() {
      let motion2 = min(motion[index], index + 1 < motion.count ? motion[index + 1] : .infinity)
      let wanted = expected.perFrame["integer_motion2"]?[index] ?? .nan
      #expect(abs(motion2 - wanted) <= 1e-12 * abs(wanted), "motion2 of frame \(index)")
    }
  }

  /// The luma planes of a raw 4:2:0 file, or `nil` where there is no such file.
  private func frames(
    of name: String?, _ clip: GoldenTable.Clip, in directory: URL
  ) -> [PlaneBuffer]? {
    guard let name, let data = try? Data(contentsOf: directory.appending(path: name)) else {
      return nil
    }
    let bytes = clip.bitdepth > 8 ? 2 : 1
    let luma = clip.width * clip.height
    let chroma = 2 * ((clip.width + 1) / 2) * ((clip.height + 1) / 2)
    let all = [UInt8](data)
    return (0..<clip.frames).map { frame in
      let start = frame * (luma + chroma) * bytes
      let samples = (0..<luma).map { index -> UInt16 in
        if bytes == 1 { return UInt16(all[start + index]) }
        return UInt16(all[start + 2 * index]) | UInt16(all[start + 2 * index + 1]) << 8
      }
      return PlaneBuffer(
        samples, width: clip.width, height: clip.height, bitDepth: clip.bitdepth)
    }
  }
}
