#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The parameters of a ``SubjectModel`` on their way to the optimum.
struct SubjectModelFit {
  private let ratings: [RatingTable.Rating]
  /// Of each stimulus, the index of its content.
  private let contents: [Int]
  let contentNames: [String]
  var scores: [Double]
  var biases: [Double]
  var subjectVariances: [Double]
  /// Empty without ambiguities of contents.
  var contentVariances: [Double]
  private let leastVariance: Double

  init(_ table: RatingTable, contents: [String]?) {
    ratings = table.ratings
    let names = contents.map { Set($0).sorted() } ?? []
    contentNames = names
    self.contents = contents?.map { name in names.firstIndex(of: name) ?? 0 } ?? []
    biases = [Double](repeating: 0, count: table.subjects.count)
    let means = table.meanScores().map(\.value)
    scores = means
    var squares = 0.0
    for rating in table.ratings {
      let residual = rating.value - means[rating.stimulus]
      squares += residual * residual
    }
    // Ratings that all agree still need a positive variance to divide by.
    let pooled = max(squares / Double(table.ratings.count), 1e-12)
    leastVariance = pooled / 400
    subjectVariances = [Double](repeating: pooled, count: table.subjects.count)
    contentVariances = [Double](repeating: pooled / 4, count: names.count)
  }

  /// Alternates until no score moves any more; returns the number of rounds.
  mutating func climb(atMost maximum: Int) -> Int {
    let tolerance = 1e-10 * subjectVariances[0].squareRoot()
    for round in 1...maximum {
      updateBiases()
      updateVariances()
      let old = scores
      updateScores()
      var largest = 0.0
      for (a, b) in zip(old, scores) { largest = max(largest, abs(a - b)) }
      if largest <= tolerance { return round }
    }
    return maximum
  }

  private func variance(of rating: RatingTable.Rating) -> Double {
    subjectVariances[rating.subject]
      + (contents.isEmpty ? 0 : contentVariances[contents[rating.stimulus]])
  }

  private func residual(of rating: RatingTable.Rating) -> Double {
    rating.value - scores[rating.stimulus] - biases[rating.subject]
  }

  private mutating func updateBiases() {
    var sums = [Double](repeating: 0, count: biases.count)
    var weights = sums
    for rating in ratings {
      let weight = 1 / variance(of: rating)
      sums[rating.subject] += weight * (rating.value - scores[rating.stimulus])
      weights[rating.subject] += weight
    }
    for index in biases.indices { biases[index] = sums[index] / weights[index] }
    // The gauge: what all biases share belongs to the scores.
    let mean = biases.reduce(0, +) / Double(biases.count)
    for index in biases.indices { biases[index] -= mean }
    for index in scores.indices { scores[index] += mean }
  }

  private mutating func updateScores() {
    var sums = [Double](repeating: 0, count: scores.count)
    var weights = sums
    for rating in ratings {
      let weight = 1 / variance(of: rating)
      sums[rating.stimulus] += weight * (rating.value - biases[rating.subject])
      weights[rating.stimulus] += weight
    }
    for index in scores.indices { scores[index] = sums[index] / weights[index] }
  }

  /// Each variance becomes the mean squared residual of its ratings, enlarged by what scores and
  /// biases took out of it; the EM step divides a rating's noise between its subject and its content
  /// in the ratio of their variances.
  private mutating func updateVariances() {
    var ofSubject = [Double](repeating: 0, count: biases.count)
    var subjectCounts = ofSubject
    var subjectWeights = ofSubject
    var ofContent = [Double](repeating: 0, count: contentVariances.count)
    var contentCounts = ofContent
    var stimulusWeights = [Double](repeating: 0, count: scores.count)
    for rating in ratings {
      let weight = 1 / variance(of: rating)
      subjectWeights[rating.subject] += weight
      stimulusWeights[rating.stimulus] += weight
    }
    for rating in ratings {
      let residual = residual(of: rating)
      let subject = subjectVariances[rating.subject]
      let total = variance(of: rating)
      // How far the rating pulls its own score and bias; a lone rating pulls them all the way.
      let leverage =
        1 / (total * stimulusWeights[rating.stimulus])
        + 1 / (total * subjectWeights[rating.subject])
      let square = residual * residual / max(1 - leverage, 0.1)
      let share = subject / total
      ofSubject[rating.subject] += share * share * square + subject * (1 - share)
      subjectCounts[rating.subject] += 1
      guard !contents.isEmpty else { continue }
      let content = contents[rating.stimulus]
      let rest = 1 - share
      ofContent[content] += rest * rest * square + (total - subject) * (1 - rest)
      contentCounts[content] += 1
    }
    for index in ofSubject.indices {
      subjectVariances[index] = max(ofSubject[index] / subjectCounts[index], leastVariance)
    }
    for index in ofContent.indices {
      contentVariances[index] = ofContent[index] / contentCounts[index]
    }
  }

  /// The log-likelihood of all ratings.
  var logLikelihood: Double {
    ratings.reduce(0) { sum, rating in
      let variance = variance(of: rating)
      let residual = residual(of: rating)
      return sum - 0.5 * (log(2 * Double.pi * variance) + residual * residual / variance)
    }
  }

  /// The covariance of the scores from the observed information.
  ///
  /// The information's block of the scores is diagonal, so they are eliminated first; what is left
  /// are biases (the last one minus the sum of the others) and the logarithms of the subjects'
  /// deviations. Variances at their floor and those of contents are held fixed.
  func scoreCovariance() -> ScoreCovariance {
    let subjects = biases.count
    let free = subjects - 1
    let noise = subjectVariances.indices.filter { subjectVariances[$0] > leastVariance }
    var place = [Int?](repeating: nil, count: subjects)
    for (index, subject) in noise.enumerated() { place[subject] = free + index }
    let size = free + noise.count
    var diagonal = [Double](repeating: 0, count: scores.count)
    var mixed = [[Double]](
      repeating: [Double](repeating: 0, count: size), count: scores.count)
    var rest = SymmetricMatrix(size: size)

    for rating in ratings {
      let s = variance(of: rating)
      let r = residual(of: rating)
      let v = subjectVariances[rating.subject]
      // The derivatives of the rating's residual by the free biases.
      let bias: [(index: Int, slope: Double)] =
        rating.subject < free
        ? [(rating.subject, 1)] : (0..<free).map { ($0, -1) }
      diagonal[rating.stimulus] += 1 / s
      for (a, slope) in bias {
        mixed[rating.stimulus][a] += slope / s
        for (b, other) in bias where b <= a { rest[a, b] += slope * other / s }
      }
      guard let k = place[rating.subject] else { continue }
      // s = v + content, d s / d log sqrt(v) = 2 v.
      let cross = 2 * v * r / (s * s)
      mixed[rating.stimulus][k] += cross
      for (a, slope) in bias { rest[k, a] += slope * cross }
      let first = 1 / (2 * s) - r * r / (2 * s * s)
      let second = r * r / (s * s * s) - 1 / (2 * s * s)
      rest[k, k] += 4 * v * first + 4 * v * v * second
    }
    return ScoreCovariance(diagonal: diagonal, mixed: mixed, rest: rest)
  }
}
