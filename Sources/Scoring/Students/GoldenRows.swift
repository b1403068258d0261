import Features
import GoldenClips

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

  /// The mean rows of libvmaf's golden clips and of the synthetic ones, by name.
  ///
  /// - Throws: ``StudentError/noRows(_:)`` when a clip lacks a feature.
  public static func clips() throws -> [(name: String, features: [Double])] {
    try [GoldenTable.netflix(), .synthetic()].flatMap { table in
      try table.clips.sorted { $0.key < $1.key }.map { name, clip in
        let means = FeatureName.canonicalSix.compactMap { feature in
          clip.perFrame[feature.rawValue].flatMap { Pooling.mean($0) }
        }
        guard means.count == FeatureName.canonicalSix.count else {
          throw StudentError.noRows("the golden clip \(name) lacks one of the six features")
        }
        return (name, means)
      }
    }
  }
}
