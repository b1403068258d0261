import GoldenClips
import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Two videos with known figures.
struct GoldenPair {
  /// Where the videos come from.
  enum Content {
    /// They are computed.
    case synthetic(SyntheticClip)
    /// They are computed.
    case patterns(reference: PatternSource.Pattern, distorted: PatternSource.Pattern)
    /// They are raw files in the folder of golden media.
    case files(reference: String, distorted: String, VideoFormat)
  }

  /// The videos, opened.
  struct Sources {
    let reference: any FrameSource
    /// The distorted video, then the reference once more.
    let distorted: [any FrameSource]
  }

  let name: String
  let content: Content
  /// What every frame has to give; `nil` where only a mean is known.
  var expected: GoldenTable.Clip?
  /// The mean that libvmaf's own tests assert.
  var asserted: GoldenTable.AssertedMean?

  /// All pairs, generated ones first.
  static func all() throws -> [GoldenPair] {
    let synthetic = try GoldenTable.synthetic()
    let netflix = try GoldenTable.netflix()
    var pairs = SyntheticClip.golden.map { clip in
      GoldenPair(name: clip.name, content: .synthetic(clip), expected: synthetic.clips[clip.name])
    }
    for (name, clip) in netflix.clips.sorted(by: { $0.key < $1.key }) {
      let content: Content
      if let patterns = PatternSource.golden[name] {
        content = .patterns(reference: patterns.reference, distorted: patterns.distorted)
      } else if let reference = clip.ref, let distorted = clip.dis {
        content = .files(
          reference: reference, distorted: distorted,
          format(width: clip.width, height: clip.height, bitDepth: clip.bitdepth))
      } else {
        continue
      }
      pairs.append(
        GoldenPair(
          name: name, content: content, expected: clip, asserted: netflix.asserted[name]))
    }
    let classic = "src01_48frames_8bit"
    pairs.append(
      GoldenPair(
        name: classic,
        content: .files(
          reference: "src01_hrc00_576x324.yuv", distorted: "src01_hrc01_576x324.yuv",
          format(width: 576, height: 324, bitDepth: 8)),
        asserted: netflix.asserted[classic]))
    // What is generated comes first, what needs a folder last.
    return pairs.filter { !$0.needsFiles } + pairs.filter(\.needsFiles)
  }

  /// Whether the videos are files.
  var needsFiles: Bool {
    if case .files = content { true } else { false }
  }

  /// Whether the pair is quick to compute: what the short form of the gate has.
  var isShort: Bool {
    switch content {
    case .synthetic(let clip): clip.width < 600
    case .patterns: name == "checkerboard_shift1"
    case .files: true
    }
  }

  /// Opens the videos at their first frame.
  ///
  /// - Parameter folder: The folder of golden media, if there is one.
  /// - Returns: `nil` when the pair's files are not there.
  /// - Throws: ``VideoError`` for files that are there and cannot be read.
  func open(in folder: String?) throws -> Sources? {
    switch content {
    case .synthetic(let clip):
      return Sources(
        reference: SyntheticSource(clip, side: .reference),
        distorted: [
          SyntheticSource(clip, side: .distorted), SyntheticSource(clip, side: .reference),
        ])
    case .patterns(let reference, let distorted):
      return Sources(
        reference: PatternSource(reference),
        distorted: [PatternSource(distorted), PatternSource(reference)])
    case .files(let reference, let distorted, let format):
      guard let folder else { return nil }
      let paths = [reference, distorted, reference].map { "\(folder)/\($0)" }
      guard paths.allSatisfy({ FileManager.default.fileExists(atPath: $0) }) else { return nil }
      let sources = try paths.map { try RawVideoReader(path: $0, format: format) }
      return Sources(
        reference: sources[0],
        distorted: [sources[1], try RawVideoReader(path: paths[0], format: format)])
    }
  }

  /// Why the pair cannot be opened.
  func absence(in folder: String?) -> String {
    guard case .files(let reference, let distorted, _) = content else { return "not here" }
    guard let folder else { return "Netflix's media; --golden-dir names their folder" }
    return "\(folder) lacks \(reference) or \(distorted)"
  }

  private static func format(width: Int, height: Int, bitDepth: Int) -> VideoFormat {
    VideoFormat(
      width: width, height: height,
      pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: bitDepth))
  }
}
