import ArgumentParser
import Corpus
import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The videos that are measured when none are given: a procedural scene and a distorted version.
enum BenchClip {
  /// Writes both as raw files and returns their paths.
  static func write(format: VideoFormat, frameCount: Int, to folder: URL) async throws -> [String] {
    let scene = SyntheticScene(
      .grain, width: format.width, height: format.height, frameCount: frameCount)
    var options = CorpusMaker.Options()
    options.distortions = [SyntheticDistortion(.rung, strength: 5)]
    options.jobs = Terminal.coreCount
    let maker = CorpusMaker(root: folder.path, inputs: [.scene(scene)], options: options)
    let report = try await maker.run(maker.plan())
    if let failure = report.failures.first {
      throw Failure.Message(text: "\(failure.path): \(failure.reason)", code: .failure)
    }
    let paths = report.made.map { folder.appending(path: $0).path }
    if format.pixelFormat.bitDepth > 8 {
      for path in paths { try deepen(path, to: format.pixelFormat.bitDepth) }
    }
    return paths
  }

  /// Turns 8-bit samples into deeper ones whose low bits vary.
  private static func deepen(_ path: String, to bitDepth: Int) throws {
    let samples = try Data(contentsOf: URL(filePath: path))
    let shift = bitDepth - 8
    var deep = Data(capacity: samples.count * 2)
    var noise: UInt32 = 1
    for sample in samples {
      noise = noise &* 1_664_525 &+ 1_013_904_223
      let value = UInt16(sample) << UInt16(shift) | UInt16(noise >> UInt32(32 - shift))
      deep.append(UInt8(truncatingIfNeeded: value))
      deep.append(UInt8(truncatingIfNeeded: value >> 8))
    }
    try deep.write(to: URL(filePath: path), options: .atomic)
  }
}
