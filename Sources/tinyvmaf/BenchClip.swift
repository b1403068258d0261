import ArgumentParser
import Corpus
import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Two raw videos to measure with.
struct BenchPair {
  let reference: String
  let distorted: String
  let format: VideoFormat
  /// The frames of a case, no more than both videos have.
  let frameCount: Int

  init(reference: String, distorted: String, format: VideoFormat, frameCount: Int) {
    self.reference = reference
    self.distorted = distorted
    self.format = format
    self.frameCount = frameCount
  }

  /// The pair of two files that are there.
  ///
  /// - Throws: ``VideoError`` when one is missing or has another format.
  init(reference: String, distorted: String, format: VideoFormat, limit: Int) throws {
    var count = limit
    for path in [reference, distorted] {
      count = min(count, try RawVideoReader(path: path, format: format).frameCount ?? limit)
    }
    self.init(reference: reference, distorted: distorted, format: format, frameCount: count)
  }
}

/// The videos that are measured when none are given: a procedural scene and a distorted version.
///
/// The scene is grainy as camera pictures are: what VIF costs depends on how many pixels vary
/// enough to be measured, and in this scene as in noisy video nearly all do.
struct BenchClip {
  /// The frames that are computed; longer videos repeat them.
  private static let distinctFrames = 12

  let folder: URL

  /// Writes a pair of 8 bits.
  func write(width: Int, height: Int, frameCount: Int) async throws -> BenchPair {
    let folder = folder.appending(path: "\(width)x\(height)")
    let scene = SyntheticScene(
      .grain, width: width, height: height, frameCount: min(frameCount, Self.distinctFrames))
    var options = CorpusMaker.Options()
    options.distortions = [SyntheticDistortion(.rung, strength: 5)]
    options.jobs = 1
    let maker = CorpusMaker(root: folder.path, inputs: [.scene(scene)], options: options)
    let report = try await maker.run(maker.plan())
    if let failure = report.failures.first {
      throw Failure.Message(text: "\(failure.path): \(failure.reason)", code: .failure)
    }
    let format = VideoFormat(
      width: width, height: height, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: 8))
    // The maker lists references first.
    let paths = report.made.map { folder.appending(path: $0).path }
    for path in paths { try lengthen(path, format, to: frameCount) }
    return BenchPair(
      reference: paths[0], distorted: paths[1], format: format, frameCount: frameCount)
  }

  /// Repeats a video's frames until there are enough.
  private func lengthen(_ path: String, _ format: VideoFormat, to frameCount: Int) throws {
    var samples = try Data(contentsOf: URL(filePath: path))
    let once = samples
    while samples.count < frameCount * format.frameByteCount { samples.append(once) }
    samples.removeLast(samples.count - frameCount * format.frameByteCount)
    try samples.write(to: URL(filePath: path))
  }

  /// Writes a pair again with more bits, of which the added ones vary.
  func deepen(_ pair: BenchPair, to bitDepth: Int) throws -> BenchPair {
    guard bitDepth > 8 else { return pair }
    var paths: [String] = []
    for path in [pair.reference, pair.distorted] {
      paths.append("\(path).\(bitDepth)")
      let samples = try Data(contentsOf: URL(filePath: path))
      let shift = UInt32(bitDepth - 8)
      var noise: UInt32 = 1
      let deep = samples.map { sample in
        noise = noise &* 1_664_525 &+ 1_013_904_223
        return (UInt16(sample) << UInt16(shift) | UInt16(noise >> (32 - shift))).littleEndian
      }
      try deep.withUnsafeBytes { try Data($0).write(to: URL(filePath: paths[paths.count - 1])) }
    }
    var format = pair.format
    format.pixelFormat.bitDepth = bitDepth
    return BenchPair(
      reference: paths[0], distorted: paths[1], format: format, frameCount: pair.frameCount)
  }
}
