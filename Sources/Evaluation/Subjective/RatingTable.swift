/// Single ratings of stimuli by subjects, as a subjective test collects them.
///
/// A subject rates a stimulus at most once; not every subject needs to rate every stimulus. The
/// values are on the test's own scale, such as 1 to 5.
public struct RatingTable: Sendable, Equatable {
  /// One rating.
  public struct Rating: Sendable, Equatable {
    /// The index in ``RatingTable/stimuli``.
    public let stimulus: Int
    /// The index in ``RatingTable/subjects``.
    public let subject: Int
    /// What the subject said.
    public let value: Double
  }

  /// The names of the stimuli, in order of first appearance.
  public let stimuli: [String]
  /// The names of the subjects, in order of first appearance.
  public let subjects: [String]
  /// The ratings, in their given order.
  public let ratings: [Rating]

  /// Creates a table from one entry per rating.
  ///
  /// - Throws: ``SubjectiveError`` for a value that is not finite, a subject who rates a stimulus
  ///   twice, or an empty table.
  public init(
    _ entries: some Sequence<(stimulus: String, subject: String, value: Double)>
  ) throws(SubjectiveError) {
    var stimuli = NameIndex()
    var subjects = NameIndex()
    var seen: Set<RatingPair> = []
    var ratings: [Rating] = []
    for entry in entries {
      guard entry.value.isFinite else {
        throw .notFinite(stimulus: entry.stimulus, subject: entry.subject, value: entry.value)
      }
      let pair = RatingPair(stimulus: stimuli[entry.stimulus], subject: subjects[entry.subject])
      guard seen.insert(pair).inserted else {
        throw .ratedTwice(stimulus: entry.stimulus, subject: entry.subject)
      }
      ratings.append(Rating(stimulus: pair.stimulus, subject: pair.subject, value: entry.value))
    }
    guard !ratings.isEmpty else { throw .noRatings }
    self.stimuli = stimuli.names
    self.subjects = subjects.names
    self.ratings = ratings
  }

  /// The plain mean of each stimulus and its standard error, as most reports give them.
  ///
  /// The error is the sample deviation over the root of the number of ratings; NaN for a single
  /// rating.
  public func meanScores() -> [RatedScore] {
    meanScores(of: ratings.map { ($0.stimulus, $0.value) })
  }

  /// The plain mean of the differences to each stimulus's reference, subject by subject.
  ///
  /// `perfect + unit * (rating - rating of the reference)`, averaged over the subjects who rated
  /// both. With `perfect` 100 and `unit` 25 this is the DMOS of the public Netflix set.
  ///
  /// - Parameter references: Of each stimulus, the index of its reference, or `nil` for none.
  /// - Returns: One score per stimulus; NaN without a reference or without a subject who rated both.
  /// - Precondition: There is an entry for every stimulus.
  public func meanDifferences(
    references: [Int?], perfect: Double = 100, unit: Double = 25
  ) -> [RatedScore] {
    precondition(references.count == stimuli.count, "one reference entry per stimulus")
    var values = [[Int: Double]](repeating: [:], count: stimuli.count)
    for rating in ratings { values[rating.stimulus][rating.subject] = rating.value }
    let differences = ratings.compactMap { rating -> (Int, Double)? in
      guard let reference = references[rating.stimulus],
        let other = values[reference][rating.subject]
      else { return nil }
      return (rating.stimulus, perfect + unit * (rating.value - other))
    }
    return meanScores(of: differences)
  }

  private func meanScores(of values: [(stimulus: Int, value: Double)]) -> [RatedScore] {
    var lists = [[Double]](repeating: [], count: stimuli.count)
    for entry in values { lists[entry.stimulus].append(entry.value) }
    return zip(stimuli, lists).map { name, list in
      let count = Double(list.count)
      let mean = list.reduce(0, +) / count
      let squares = list.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = (squares / (count - 1) / count).squareRoot()
      return RatedScore(stimulus: name, value: mean, standardError: error)
    }
  }
}

/// A stimulus's score with its uncertainty.
public struct RatedScore: Sendable, Equatable, Codable {
  /// The stimulus.
  public let stimulus: String
  /// The score.
  public let value: Double
  /// One standard error of the score.
  public let standardError: Double

  /// Creates a score.
  public init(stimulus: String, value: Double, standardError: Double) {
    self.stimulus = stimulus
    self.value = value
    self.standardError = standardError
  }

  /// The interval that covers the true score in 95 % of panels, the score being nearly normal.
  public var interval95: ClosedRange<Double> {
    let half = 1.959964 * abs(standardError)
    return value - half...value + half
  }
}

/// Who rated what.
private struct RatingPair: Hashable {
  let stimulus: Int
  let subject: Int
}

/// Names with their indices in order of first appearance.
private struct NameIndex {
  private(set) var names: [String] = []
  private var indices: [String: Int] = [:]

  subscript(name: String) -> Int {
    mutating get {
      if let index = indices[name] { return index }
      indices[name] = names.count
      names.append(name)
      return names.count - 1
    }
  }
}

/// Why ratings give no scores.
public enum SubjectiveError: Error, Equatable, CustomStringConvertible {
  /// There is no rating at all.
  case noRatings
  /// A rating is NaN or infinite.
  case notFinite(stimulus: String, subject: String, value: Double)
  /// A subject rated a stimulus twice.
  case ratedTwice(stimulus: String, subject: String)
  /// Some stimuli share no subject with the others, so that nothing ties their scales together.
  case disconnected(stimulus: String)
  /// Splitting a panel needs more subjects.
  case tooFewSubjects(count: Int, required: Int)

  /// One sentence: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .noRatings: "There are no ratings; check the rating columns."
    case .notFinite(let stimulus, let subject, let value):
      "The rating of \(stimulus) by subject \(subject) is \(value); remove it or leave it empty."
    case .ratedTwice(let stimulus, let subject):
      "Subject \(subject) rated \(stimulus) twice; keep one rating."
    case .disconnected(let stimulus):
      "No chain of subjects links \(stimulus) with the first stimulus, so their scores have no "
        + "common scale; fit the tests one by one."
    case .tooFewSubjects(let count, let required):
      "There are \(count) subjects, and at least \(required) are needed."
    }
  }
}
