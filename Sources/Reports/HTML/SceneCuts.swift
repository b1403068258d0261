import Features

/// Finds the frames at which a new scene begins, from the motion that was computed anyway.
///
/// `motion_sad` (`integer_motion` in files of older programs) is the mean absolute difference of a
/// frame's blurred luma to that of the frame before.
/// A frame begins a scene when its motion is at least 8 and more than three times that of both its
/// neighbourhoods: the medians of the (up to) eight frames before and after. `integer_motion2`
/// cannot tell, because it takes the smaller of two neighbours and so hides single jumps.
///
/// The rule finds hard cuts. Fades are not found, and a flash may pass for a cut.
enum SceneCuts {
  private static let columns = [
    "VMAF_integer_feature_motion_sad_score", "integer_motion", "motion",
  ]
  .map { FeatureName($0) }
  private static let least = 8.0
  private static let ratio = 3.0
  private static let reach = 8

  /// The numbers of the frames; none where the table has gaps or lacks the column.
  static func frames(of table: FeatureTable) -> [Int] {
    guard let motion = columns.lazy.compactMap({ table[$0] }).first else { return [] }
    let isComplete = zip(table.frames, table.frames.dropFirst()).allSatisfy { $0 + 1 == $1 }
    guard isComplete else { return [] }
    return motion.indices.dropFirst().filter { index in
      guard motion[index] >= least else { return false }
      let before = motion[max(index - reach, 1)..<index]
      let after = motion[min(index + 1, motion.count)..<min(index + 1 + reach, motion.count)]
      return [before, after].allSatisfy { motion[index] > ratio * median($0) }
    }.map { table.frames[$0] }
  }

  private static func median(_ values: ArraySlice<Double>) -> Double {
    values.isEmpty ? 0 : Pooling.percentile(50, ofSorted: values.sorted())
  }
}
