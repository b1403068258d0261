public import Evaluation
import Features
public import TinyNets

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
  /// - Throws: `DatasetError` for a clip whose numbers cannot be used.
  public func clipSet() throws(DatasetError) -> ClipSet {
    let tests = Set(clips.compactMap(\.test)).sorted()
    var set = ClipSet(inputs: FeatureName.canonicalSix.count)
    let floor = Self.modelDeviation * Self.modelDeviation
    for clip in clips {
      try set.append(
        features: clip.features, target: clip.target,
        weight: 1 / (clip.standardError * clip.standardError + floor),
        test: clip.test.flatMap { tests.firstIndex(of: $0) })
    }
    return set
  }

  /// A number that tells studies apart (FNV-1a over all that is learned from).
  public var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x100_0000_01B3 }
    for clip in clips {
      let names = [clip.data, clip.name, clip.test ?? ""] + clip.contents.sorted()
      for byte in names.joined(separator: "\n").utf8 { mix(UInt64(byte)) }
      for value in clip.features + [clip.target, clip.standardError] { mix(value.bitPattern) }
    }
    return hash
  }
}
