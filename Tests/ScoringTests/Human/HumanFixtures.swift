import Foundation

@testable import Scoring

/// The repository's own table of human scores.
enum PublicSet {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "recipes/human").path

  static func dataset(_ target: String? = nil) throws -> HumanDataset {
    try HumanDataset(contentsOf: "\(folder)/nflx_public.json", target: target)
  }
}

/// A small made-up set: clips of some contents at several qualities.
func madeUpClips(
  data: String = "made-up", contents: [[String]], clipsEach: Int = 4, test: String? = nil
) -> [HumanClip] {
  contents.enumerated().flatMap { index, names in
    (0..<clipsEach).map { quality in
      let level = Double(quality + 1) / Double(clipsEach + 1)
      return HumanClip(
        data: data, name: "\(data)-\(index)-\(quality)", source: names.joined(separator: "&"),
        contents: Set(names), test: test,
        features: [0.5 + 0.45 * level, level, level, level, level, Double(index)],
        target: 10 + 80 * level + Double(index % 3), standardError: 3, teacher: 100 * level,
        bitrate: 500 * Double(quality + 1))
    }
  }
}
