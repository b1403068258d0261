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
  let format: VideoFormat
  let frameCount: Int

  /// The videos that ``write()`` leaves in the folder.
  var pair: BenchPair {
    BenchPair(
      reference: folder.appending(path: "reference.yuv").path,
      distorted: folder.appending(path: "distorted.yuv").path, format: format,
      frameCount: frameCount)
  }

  /// Writes both videos.
  func write() async throws {
    let scene = SyntheticScene(
      .grain, width: format.width, height: format.height,
      frameCount: min(frameCount, Self.distinctFrames))
    var options = CorpusMaker.Options()
    options.distortions = [SyntheticDistortion(.rung, strength: 5)]
    options.jobs = Terminal.coreCount
    let maker = CorpusMaker(root: folder.path, inputs: [.scene(scene)], options: options)
    let report = try await maker.run(maker.plan())
    if let failure = report.failures.first {
      throw Failure.Message(text: "\(failure.path): \(failure.reason)", code: .failure)
    }
    // The maker lists references first.
    for (made, path) in zip(report.made, [pair.reference, pair.distorted]) {
      let made = folder.appending(path: made)
      try lengthened(try Data(contentsOf: made)).write(to: URL(filePath: path))
      try FileManager.default.removeItem(at: made)
    }
  }

  /// Repeats frames of 8 bits until there are enough, and deepens them.
  private func lengthened(_ once: Data) -> Data {
    let length = frameCount * format.frameByteCount / format.pixelFormat.bytesPerSample
    var samples = once
    while samples.count < length { samples.append(once) }
    samples.removeLast(samples.count - length)
    return format.pixelFormat.bitDepth > 8 ? deepened(samples) : samples
  }

  /// Adds low bits that vary.
  private func deepened(_ samples: Data) -> Data {
    let shift = UInt32(format.pixelFormat.bitDepth - 8)
    var noise: UInt32 = 1
    let deep = samples.map { sample in
      noise = noise &* 1_664_525 &+ 1_013_904_223
      return (UInt16(sample) << UInt16(shift) | UInt16(noise >> (32 - shift))).littleEndian
    }
    return deep.withUnsafeBytes { Data($0) }
  }
}
