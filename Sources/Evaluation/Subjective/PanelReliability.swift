/// How well a panel agrees with itself, and so how well anything can agree with it.
///
/// The panel is split at random into halves of subjects again and again; the correlation of the
/// halves' mean scores tells the noise of half a panel. Spearman and Brown's formula gives that of
/// the whole one, and its root is the correlation that a predictor of the true scores would reach:
/// the ceiling of every PLCC and SROCC against this panel.
public struct PanelReliability: Sendable, Equatable, Codable {
  /// One correlation of halves with what follows from it.
  public struct Ceiling: Sendable, Equatable, Codable {
    /// The mean correlation of two halves.
    public let splitHalf: Double
    /// The reliability of the whole panel, `2 r / (1 + r)`.
    public let reliability: Double
    /// The highest correlation to be expected of any predictor, the root of the reliability.
    public let ceiling: Double

    private enum CodingKeys: String, CodingKey {
      case reliability, ceiling
      case splitHalf = "split_half"
    }

    init(splitHalf: Double) {
      self.splitHalf = splitHalf
      reliability = 2 * splitHalf / (1 + splitHalf)
      ceiling = max(reliability, 0).squareRoot()
    }
  }

  /// The number of subjects.
  public let subjects: Int
  /// The number of stimuli.
  public let stimuli: Int
  /// Linear correlation.
  public let plcc: Ceiling
  /// Rank correlation.
  public let srocc: Ceiling

  /// Splits a panel.
  ///
  /// - Parameters:
  ///   - ratings: The ratings.
  ///   - references: Of each stimulus, the index of its reference; scores are then differences to
  ///     it, and stimuli without one do not count. `nil` for plain means of all stimuli.
  ///   - chosen: The stimuli that count, by name; all of them when `nil`.
  ///   - splits: The number of random splits.
  ///   - seed: The seed of the splits.
  /// - Throws: ``SubjectiveError/tooFewSubjects(count:required:)`` below four, and
  ///   ``SubjectiveError/noRatings`` when no split leaves both halves three stimuli.
  public init(
    _ ratings: RatingTable, references: [Int?]? = nil, chosen: Set<String>? = nil,
    splits: Int = 1000, seed: UInt64 = 1
  ) throws(SubjectiveError) {
    let count = ratings.subjects.count
    guard count >= 4 else { throw .tooFewSubjects(count: count, required: 4) }
    let columns = Self.differences(ratings, references: references)
    let isChosen = ratings.stimuli.indices.map { index in
      (references == nil || references?[index] != nil)
        && chosen?.contains(ratings.stimuli[index]) ?? true
    }
    var generator = SplitMix64(seed: seed)
    var order = Array(0..<count)
    var sums = (plcc: 0.0, srocc: 0.0, count: 0.0)
    for _ in 0..<splits {
      for last in stride(from: count - 1, to: 0, by: -1) {
        order.swapAt(last, generator.next(below: last + 1))
      }
      var isFirst = [Bool](repeating: false, count: count)
      for subject in order[..<(count / 2)] { isFirst[subject] = true }
      var halves: (a: [Double], b: [Double]) = ([], [])
      for (column, isChosen) in zip(columns, isChosen) where isChosen {
        let a = Self.mean(column.filter { isFirst[$0.subject] }.map(\.value))
        let b = Self.mean(column.filter { !isFirst[$0.subject] }.map(\.value))
        guard let a, let b else { continue }
        halves.a.append(a)
        halves.b.append(b)
      }
      guard halves.a.count >= 3 else { continue }
      let pair = WeightedPair(halves.a, halves.b)
      guard let plcc = pair.pearson(weights: nil), let srocc = pair.spearman(weights: nil) else {
        continue
      }
      sums = (sums.plcc + plcc, sums.srocc + srocc, sums.count + 1)
    }
    guard sums.count > 0 else { throw .noRatings }
    subjects = count
    stimuli = isChosen.count { $0 }
    plcc = Ceiling(splitHalf: sums.plcc / sums.count)
    srocc = Ceiling(splitHalf: sums.srocc / sums.count)
  }

  /// Of each stimulus, what each subject gave, less what the subject gave its reference.
  private static func differences(
    _ table: RatingTable, references: [Int?]?
  ) -> [[(subject: Int, value: Double)]] {
    var values = [[(subject: Int, value: Double)]](repeating: [], count: table.stimuli.count)
    for rating in table.ratings {
      values[rating.stimulus].append((rating.subject, rating.value))
    }
    guard let references else { return values }
    let bySubject = values.map { list in
      Dictionary(uniqueKeysWithValues: list.map { ($0.subject, $0.value) })
    }
    return values.indices.map { index in
      guard let reference = references[index] else { return [] }
      return values[index].compactMap { entry in
        bySubject[reference][entry.subject].map { (entry.subject, entry.value - $0) }
      }
    }
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
