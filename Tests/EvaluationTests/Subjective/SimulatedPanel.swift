@testable import Evaluation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Raters with known truth.
struct SimulatedPanel {
  var scores: [Double]
  var biases: [Double]
  var inconsistencies: [Double]
  /// Of each stimulus, what its content adds to the noise.
  var ambiguities: [Double]
  /// The share of ratings that are missing.
  var missing = 0.0

  init(stimuli: Int, subjects: Int, seed: UInt64) {
    var generator = TestGenerator(seed: seed)
    scores = (0..<stimuli).map { _ in 1 + 4 * generator.uniform() }
    biases = (0..<subjects).map { _ in 0.8 * (generator.uniform() - 0.5) }
    inconsistencies = (0..<subjects).map { _ in 0.3 + 0.6 * generator.uniform() }
    ambiguities = [Double](repeating: 0, count: stimuli)
  }

  func ratings(seed: UInt64) throws -> RatingTable {
    var generator = TestGenerator(seed: seed)
    func normal() -> Double {
      let radius = (-2 * log(max(generator.uniform(), 1e-300))).squareRoot()
      return radius * cos(2 * Double.pi * generator.uniform())
    }
    var entries: [(stimulus: String, subject: String, value: Double)] = []
    for (stimulus, score) in scores.enumerated() {
      for subject in biases.indices {
        let v = inconsistencies[subject]
        let a = ambiguities[stimulus]
        let value = score + biases[subject] + (v * v + a * a).squareRoot() * normal()
        if generator.uniform() >= missing {
          entries.append(("clip\(stimulus)", "subject\(subject)", value))
        }
      }
    }
    return try RatingTable(entries)
  }

  /// The scores in the gauge of the model, in which biases add up to zero.
  var gaugedScores: [Double] {
    let mean = biases.reduce(0, +) / Double(biases.count)
    return scores.map { $0 + mean }
  }
}
