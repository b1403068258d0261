/// A golden frame: its features in canonical order and libvmaf's score.
public struct GoldenFrame: Sendable {
  /// The clip's name.
  public let clip: String
  /// The features.
  public let features: [Double]
  /// libvmaf's score.
  public let score: Double
}

/// All frames of the golden tables.
public func goldenFrames() throws -> [GoldenFrame] {
  let names =
    ["integer_adm2"] + (0..<4).map { "integer_vif_scale\($0)" } + ["integer_motion2"]
  var points: [GoldenFrame] = []
  for table in [try GoldenTable.netflix(), try GoldenTable.synthetic()] {
    for (name, clip) in table.clips.sorted(by: { $0.key < $1.key }) {
      for frame in 0..<clip.frames {
        points.append(
          GoldenFrame(
            clip: name,
            features: names.map { clip.perFrame[$0]?[frame] ?? .nan },
            score: clip.perFrame["vmaf"]?[frame] ?? .nan))
      }
    }
  }
  return points
}
