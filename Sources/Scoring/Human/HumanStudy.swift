import Features
public import TinyNets
import VMAFModel

/// Human scores of one or several tables, ready to learn from.
public struct HumanStudy: Sendable {
  /// The tables, the one that is evaluated first.
  public let datasets: [HumanDataset]
  /// The clips of all tables.
  public let clips: [HumanClip]

  /// What a good model's error has beside the scores' own, in points: the weight of a clip is
  /// `1 / (standard error^2 + this^2)`, so that no clip counts for much more than another.
  public static let modelDeviation = 5.0
  /// Which of the canonical six may not lower the score as they rise: all but motion.
  public static let rising = [true, true, true, true, true, false]

  /// Puts tables together.
  public init(_ datasets: [HumanDataset]) {
    self.datasets = datasets
    clips = datasets.flatMap(\.clips)
  }

  /// Reads tables.
  ///
  /// - Parameters:
  ///   - paths: Their descriptions, the evaluated one first.
  ///   - target: The target of the first; the others have their default one.
  /// - Throws: ``HumanDataError`` and the errors of reading.
  public init(paths: [String], target: String? = nil) throws {
    self.init(
      try paths.enumerated().map { index, path in
        try HumanDataset(contentsOf: path, target: index == 0 ? target : nil)
      })
  }

  /// The name of the evaluated data.
  public var evaluated: String { datasets.first?.description.name ?? "" }

  /// The clips as training reads them.
  ///
  /// - Parameter teacher: The teacher of distilled parents: where a clip has means of features alone
  ///   and a stored score of this teacher, the gap between the two is kept with the clip.
  /// - Throws: `DatasetError` for a clip whose numbers cannot be used.
  public func clipSet(teacher: TeacherFunction) throws(DatasetError) -> ClipSet {
    let tests = Set(clips.compactMap(\.test)).sorted()
    var set = ClipSet(inputs: FeatureName.canonicalSix.count)
    let floor = Self.modelDeviation * Self.modelDeviation
    for clip in clips {
      try set.append(
        features: clip.features, target: clip.target,
        weight: 1 / (clip.standardError * clip.standardError + floor),
        test: clip.test.flatMap { tests.firstIndex(of: $0) },
        poolingGap: poolingGap(of: clip, teacher: teacher))
    }
    return set
  }

  /// What pooling over frames adds to the score of a clip's mean features, 0 where it is not known.
  ///
  /// A model that stays near the teacher has nearly the same gap, so its per-frame score is
  /// predicted by its score of the means plus this.
  func poolingGap(of clip: HumanClip, teacher: TeacherFunction) -> Double {
    let description = datasets.first { $0.description.name == clip.data }?.description
    guard let stored = clip.teacher, clip.features.count == FeatureName.canonicalSix.count,
      description?.teacherModel == teacher.model.source
    else { return 0 }
    return stored - teacher.score(clip.features)
  }

  /// A number that tells studies apart (FNV-1a over all that is learned from).
  public var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01B3 }
    for clip in clips {
      let names = [clip.data, clip.name, clip.test ?? ""] + clip.contents.sorted()
      for byte in names.joined(separator: "\n").utf8 { mix(UInt64(byte)) }
      let numbers = clip.features + [clip.target, clip.standardError, clip.teacher ?? 0]
      for value in numbers { mix(value.bitPattern) }
    }
    return hash
  }
}
