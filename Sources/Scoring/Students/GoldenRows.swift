import Features

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Rows whose scores go into a sidecar, so that every runtime can be tried on them.
public enum GoldenRows {
  /// The corners of the features: nothing lost, nothing left, still and moving.
  public static let corners: [(name: String, features: [Double])] = [
    ("undistorted, still", [1, 1, 1, 1, 1, 0]),
    ("undistorted, moving", [1, 1, 1, 1, 1, 20]),
    ("nothing left, still", [0, 0, 0, 0, 0, 0]),
    ("nothing left, moving", [0, 0, 0, 0, 0, 20]),
    ("half of everything", [0.5, 0.5, 0.5, 0.5, 0.5, 5]),
    ("enhanced", [1.05, 1.05, 1.05, 1.05, 1.05, 5]),
  ]

  /// The mean rows of golden clips, from a table like those under `Tests/Golden`: clips by name with
  /// `per_frame` lists by feature name.
  ///
  /// - Throws: `DecodingError`, or ``StudentError/noRows(_:)`` when a clip lacks a feature.
  public static func means(ofTable json: Data) throws -> [(name: String, features: [Double])] {
    struct Table: Decodable {
      struct Clip: Decodable { var per_frame: [String: [Double]] }
      var clips: [String: Clip]
    }
    let clips = try JSONDecoder().decode(Table.self, from: json).clips
    return try clips.sorted { $0.key < $1.key }.map { name, clip in
      let means = FeatureName.canonicalSix.compactMap { feature in
        clip.per_frame[feature.rawValue].flatMap { Pooling.mean($0) }
      }
      guard means.count == FeatureName.canonicalSix.count else {
        throw StudentError.noRows("the golden clip \(name) lacks one of the six features")
      }
      return (name, means)
    }
  }
}
