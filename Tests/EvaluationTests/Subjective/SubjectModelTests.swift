import Testing

@testable import Evaluation

@Suite struct SubjectModelTests {
  private func rootMeanSquare(_ a: [Double], _ b: [Double]) -> Double {
    (zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(a.count)).squareRoot()
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func recoversTruthDespiteOutliers(seed: UInt64) throws {
    var panel = SimulatedPanel(stimuli: 60, subjects: 24, seed: seed)
    for outlier in [3, 11, 20] { panel.inconsistencies[outlier] = 3 }
    let table = try panel.ratings(seed: seed + 100)
    let model = try SubjectModel(table)
    let truth = panel.gaugedScores
    let error = rootMeanSquare(model.scores.map(\.value), truth)
    let plain = rootMeanSquare(table.meanScores().map(\.value), truth)
    #expect(error < 0.8 * plain)
    #expect(error < 0.2)
    let careless = model.inconsistencies.indices.sorted {
      model.inconsistencies[$0] > model.inconsistencies[$1]
    }
    #expect(Set(careless.prefix(3)) == [3, 11, 20])
    let mean = panel.biases.reduce(0, +) / 24
    let kept = panel.biases.indices.filter { ![3, 11, 20].contains($0) }
    #expect(
      rootMeanSquare(kept.map { model.biases[$0] }, kept.map { panel.biases[$0] - mean }) < 0.15)
    #expect(abs(model.biases.reduce(0, +)) < 1e-9)
  }

  @Test func intervalsCoverTheTruth() throws {
    var covered = 0
    var total = 0
    for seed in UInt64(0)..<30 {
      var panel = SimulatedPanel(stimuli: 30, subjects: 18, seed: seed)
      panel.missing = 0.1
      let model = try SubjectModel(panel.ratings(seed: seed + 500))
      for (score, truth) in zip(model.scores, panel.gaugedScores) {
        total += 1
        if score.interval95.contains(truth) { covered += 1 }
      }
    }
    let share = Double(covered) / Double(total)
    #expect((0.91...0.975).contains(share), "\(share)")
  }

  @Test func likelihoodEndsFlatInScoresAndBiases() throws {
    let panel = SimulatedPanel(stimuli: 20, subjects: 10, seed: 5)
    let contents = (0..<20).map { "content\($0 % 4)" }
    var fit = SubjectModelFit(try panel.ratings(seed: 6), contents: contents)
    let rounds = fit.climb(atMost: SubjectModel.maximumRounds)
    #expect(rounds < SubjectModel.maximumRounds)
    func slope(_ change: (inout SubjectModelFit, Double) -> Void) -> Double {
      var up = fit
      var down = fit
      change(&up, 1e-5)
      change(&down, -1e-5)
      return (up.logLikelihood - down.logLikelihood) / 2e-5
    }
    for index in 0..<20 { #expect(abs(slope { $0.scores[index] += $1 }) < 1e-3) }
    for index in 0..<10 { #expect(abs(slope { $0.biases[index] += $1 }) < 1e-3) }
    var again = fit
    _ = again.climb(atMost: 1)
    for (a, b) in zip(again.subjectVariances, fit.subjectVariances) {
      #expect(abs(a / b - 1) < 1e-6)
    }
  }

  /// Few subjects must not be taken for more consistent than they are.
  @Test func inconsistenciesAreUnbiased() throws {
    var ratio = 0.0
    for seed in UInt64(0)..<20 {
      let panel = SimulatedPanel(stimuli: 40, subjects: 10, seed: seed)
      let model = try SubjectModel(panel.ratings(seed: seed + 70))
      for (found, truth) in zip(model.inconsistencies, panel.inconsistencies) {
        ratio += found * found / (truth * truth) / 200
      }
    }
    #expect((0.93...1.07).contains(ratio), "\(ratio)")
  }

  @Test func findsAmbiguousContents() throws {
    var panel = SimulatedPanel(stimuli: 60, subjects: 40, seed: 9)
    let contents = (0..<60).map { "content\($0 / 20)" }
    for index in 20..<40 { panel.ambiguities[index] = 1.2 }
    let model = try SubjectModel(panel.ratings(seed: 10), contents: contents)
    let found = try #require(model.ambiguities["content1"])
    #expect((1.0...1.4).contains(found), "\(found)")
    for other in ["content0", "content2"] {
      #expect(try #require(model.ambiguities[other]) < 0.4)
    }
  }

  @Test func differencesCountWhatScoresShare() throws {
    let panel = SimulatedPanel(stimuli: 12, subjects: 16, seed: 21)
    let model = try SubjectModel(panel.ratings(seed: 22))
    let references: [Int?] = [nil] + (1..<12).map { _ in 0 }
    let differences = model.differences(references: references)
    #expect(differences[0] == nil)
    for index in 1..<12 {
      let difference = try #require(differences[index])
      let expected = 100 + 25 * (model.scores[index].value - model.scores[0].value)
      #expect(abs(difference.value - expected) < 1e-9)
      let a = model.scores[index].standardError
      let b = model.scores[0].standardError
      #expect(difference.standardError < 25 * (a + b))
      #expect(difference.standardError > 25 * abs(a - b))
    }
  }

  @Test func aPerfectPanelHasNoNoise() throws {
    let entries = (0..<4).flatMap { clip in
      (0..<5).map { (stimulus: "\(clip)", subject: "\($0)", value: Double(clip)) }
    }
    let model = try SubjectModel(RatingTable(entries))
    #expect(model.scores.map(\.value) == [0, 1, 2, 3])
    #expect(model.scores.allSatisfy { $0.standardError < 1e-4 })
  }

  @Test func refusesIslandsAndDoubles() throws {
    let islands = try RatingTable([
      (stimulus: "a", subject: "x", value: 1), (stimulus: "b", subject: "y", value: 2),
    ])
    #expect(throws: SubjectiveError.disconnected(stimulus: "b")) { try SubjectModel(islands) }
    #expect(throws: SubjectiveError.ratedTwice(stimulus: "a", subject: "x")) {
      try RatingTable([
        (stimulus: "a", subject: "x", value: 1), (stimulus: "a", subject: "x", value: 2),
      ])
    }
    #expect(throws: SubjectiveError.notFinite(stimulus: "a", subject: "x", value: .infinity)) {
      try RatingTable([(stimulus: "a", subject: "x", value: .infinity)])
    }
    #expect(throws: SubjectiveError.noRatings) { try RatingTable([]) }
  }
}
