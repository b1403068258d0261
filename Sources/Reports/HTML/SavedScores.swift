public import Features

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Scores that were saved as JSON: by this tool, by libvmaf's `vmaf`, or by FFmpeg's filter.
public struct SavedScores: Sendable {
  /// Features and scores per frame, sorted by name.
  public let table: FeatureTable
  /// The names of the columns that are scores: those that begin with `vmaf`, the main one first.
  public let scores: [String]
  /// The program that wrote the file, where it says so.
  public let version: String?

  private struct File: Decodable {
    struct Frame: Decodable {
      let frameNum: Int
      let metrics: [String: Double?]
    }
    let version: String?
    let frames: [Frame]
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: The file's contents.
  ///   - scores: The names of the columns that are scores, the main one first; by default those
  ///     that begin with `vmaf`.
  /// - Throws: ``SavedScoresError``.
  public init(json bytes: [UInt8], scores: [String] = []) throws(SavedScoresError) {
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: Data(bytes))
    } catch {
      throw .notScores
    }
    let frames = file.frames.sorted { $0.frameNum < $1.frameNum }
    guard let first = frames.first else { throw .noFrames }
    guard zip(frames, frames.dropFirst()).allSatisfy({ $0.frameNum < $1.frameNum }) else {
      throw .notScores
    }
    let names = first.metrics.keys.sorted()
    for name in scores where !names.contains(name) {
      throw .noColumn(name, known: names)
    }
    // "vmaf" itself comes first, then the others by name.
    self.scores = scores.isEmpty ? names.filter { $0.hasPrefix("vmaf") } : scores
    version = file.version
    let isScore = Set(self.scores)
    let order = Self.featureOrder(names.filter { !isScore.contains($0) }) + self.scores
    table = FeatureTable(
      frames: frames.map(\.frameNum),
      columns: order.map { name in
        FeatureTable.Column(
          name: FeatureName(name),
          values: frames.map { ($0.metrics[name] ?? nil) ?? .nan })
      })
  }

  /// The six features that scores are made of first.
  private static func featureOrder(_ names: [String]) -> [String] {
    let known = FeatureName.canonicalSix.map(\.rawValue)
    return known.filter(names.contains) + names.filter { !known.contains($0) }
  }
}

/// Why a file cannot be shown.
public enum SavedScoresError: Error, Hashable, CustomStringConvertible {
  /// It is not JSON with frames and their metrics.
  case notScores
  /// It has no frame.
  case noFrames
  /// It has no column of that name.
  case noColumn(String, known: [String])

  /// One sentence: what is wrong and what to do.
  public var description: String {
    switch self {
    case .notScores:
      "it holds no per-frame scores; give what tinyvmaf score --json or libvmaf's vmaf --json wrote."
    case .noFrames: "it has no frames."
    case .noColumn(let name, let known):
      "it has no column \"\(name)\"; it has \(known.prefix(20).joined(separator: ", "))."
    }
  }
}
