/// Scores recovered from single ratings by a model of the subjects.
///
/// A rating of stimulus j (of content c) by subject i is taken as
///
///     u = score(j) + bias(i) + noise,    noise ~ N(0, inconsistency(i)^2 + ambiguity(c)^2)
///
/// with biases that add up to zero. A careless subject gets a large inconsistency and so little
/// weight, instead of being kept or thrown out; a strict or lenient one only shifts. The ambiguity
/// of contents is optional. This is the model of Z. Li and C. G. Bampis, "Recover subjective quality
/// scores from noisy measurements", DCC 2017, and of ITU-T P.910 (2022), annex E.
///
/// Scores and biases are those of maximum likelihood, variances those of *restricted* maximum
/// likelihood: each squared residual is enlarged by the share that its own score and bias took out
/// of it. Plain maximum likelihood believes the subject who happens to agree with the scores, which
/// then agree with that subject; with ten subjects its 95 % intervals hold half of the truth. The
/// parameters are set to their optimum given the others in turn until no score moves; standard
/// errors come from the inverse of the Hessian of the log-likelihood.
///
/// ```swift
/// let model = try SubjectModel(ratings)
/// model.scores[0].interval95
/// model.inconsistencies.max()  // the most careless subject
/// ```
public struct SubjectModel: Sendable, Equatable {
  /// The stimuli's scores, on the scale of the ratings.
  public let scores: [RatedScore]
  /// The subjects' names.
  public let subjects: [String]
  /// What each subject adds to every score.
  public let biases: [Double]
  /// The standard deviation of each subject's noise.
  public let inconsistencies: [Double]
  /// The standard deviation that each content adds; empty unless asked for.
  public let ambiguities: [String: Double]
  /// The log-likelihood at the optimum.
  public let logLikelihood: Double
  /// The number of rounds that the fit took.
  public let rounds: Int

  private let covariance: ScoreCovariance

  /// The most rounds of alternation.
  static let maximumRounds = 20_000

  /// Fits the model.
  ///
  /// A subject's inconsistency is kept above a twentieth of the pooled deviation, since a subject
  /// who agrees with the scores by chance would otherwise take them over.
  ///
  /// - Parameters:
  ///   - ratings: The ratings.
  ///   - contents: Of each stimulus, its content, to fit one ambiguity per content; `nil` for none.
  /// - Throws: ``SubjectiveError/disconnected(stimulus:)`` where the scores have no common scale.
  /// - Precondition: `contents` has an entry for every stimulus.
  public init(_ ratings: RatingTable, contents: [String]? = nil) throws(SubjectiveError) {
    precondition(contents?.count ?? ratings.stimuli.count == ratings.stimuli.count)
    try Self.checkConnected(ratings)
    var fit = SubjectModelFit(ratings, contents: contents)
    rounds = fit.climb(atMost: Self.maximumRounds)
    let covariance = fit.scoreCovariance()
    self.covariance = covariance
    scores = ratings.stimuli.indices.map { index in
      RatedScore(
        stimulus: ratings.stimuli[index], value: fit.scores[index],
        standardError: covariance(index, index).squareRoot())
    }
    subjects = ratings.subjects
    biases = fit.biases
    inconsistencies = fit.subjectVariances.map { $0.squareRoot() }
    ambiguities = Dictionary(
      uniqueKeysWithValues: zip(
        fit.contentNames, fit.contentVariances.map { $0.squareRoot() }))
    logLikelihood = fit.logLikelihood
  }

  /// Differences to each stimulus's reference: `perfect + unit * (score - reference's score)`.
  ///
  /// The standard error counts what the two scores share.
  ///
  /// - Parameter references: Of each stimulus, the index of its reference, or `nil` for none.
  /// - Returns: One score per stimulus, `nil` without a reference.
  /// - Precondition: There is an entry for every stimulus.
  public func differences(
    references: [Int?], perfect: Double = 100, unit: Double = 25
  ) -> [RatedScore?] {
    precondition(references.count == scores.count, "one reference entry per stimulus")
    return scores.indices.map { index in
      references[index].map { reference in
        let variance =
          covariance(index, index) + covariance(reference, reference)
          - 2 * covariance(index, reference)
        return RatedScore(
          stimulus: scores[index].stimulus,
          value: perfect + unit * (scores[index].value - scores[reference].value),
          standardError: abs(unit) * max(variance, 0).squareRoot())
      }
    }
  }

  /// Ratings whose stimuli and subjects fall apart into islands have no common scale.
  private static func checkConnected(_ table: RatingTable) throws(SubjectiveError) {
    // Stimuli first, then subjects, in one forest of roots.
    var parents = Array(0..<table.stimuli.count + table.subjects.count)
    func root(_ node: Int) -> Int {
      var node = node
      while parents[node] != node {
        parents[node] = parents[parents[node]]
        node = parents[node]
      }
      return node
    }
    for rating in table.ratings {
      parents[root(rating.stimulus)] = root(table.stimuli.count + rating.subject)
    }
    let first = root(0)
    for index in table.stimuli.indices where root(index) != first {
      throw .disconnected(stimulus: table.stimuli[index])
    }
  }
}
