import Testing

@testable import Evaluation

@Suite struct PanelReliabilityTests {
  @Test func matchesTheNoiseOfThePanel() throws {
    var panel = SimulatedPanel(stimuli: 200, subjects: 20, seed: 3)
    panel.inconsistencies = [Double](repeating: 1, count: 20)
    let reliability = try PanelReliability(panel.ratings(seed: 4), splits: 200)
    // Scores are uniform over four points, variance 16 / 12; a mean of 20 ratings adds 1 / 20.
    let expected = (16.0 / 12) / (16.0 / 12 + 1.0 / 20)
    #expect(abs(reliability.plcc.reliability - expected) < 0.01)
    #expect(reliability.plcc.ceiling == reliability.plcc.reliability.squareRoot())
    #expect(reliability.plcc.splitHalf < reliability.plcc.reliability)
    #expect(reliability.stimuli == 200 && reliability.subjects == 20)
  }

  @Test func isTheSameForTheSameSeed() throws {
    let table = try SimulatedPanel(stimuli: 10, subjects: 8, seed: 1).ratings(seed: 2)
    let references: [Int?] = [nil] + (1..<10).map { _ in 0 }
    let first = try PanelReliability(table, references: references, splits: 50, seed: 7)
    #expect(first == (try PanelReliability(table, references: references, splits: 50, seed: 7)))
    #expect(first != (try PanelReliability(table, references: references, splits: 50, seed: 8)))
    #expect(first.stimuli == 9)
  }

  @Test func needsFourSubjects() throws {
    let table = try SimulatedPanel(stimuli: 5, subjects: 3, seed: 1).ratings(seed: 2)
    #expect(throws: SubjectiveError.tooFewSubjects(count: 3, required: 4)) {
      try PanelReliability(table)
    }
  }

  @Test func meanDifferencesFollowTheFormula() throws {
    let table = try RatingTable([
      (stimulus: "ref", subject: "x", value: 5), (stimulus: "ref", subject: "y", value: 4),
      (stimulus: "dis", subject: "x", value: 2), (stimulus: "dis", subject: "y", value: 3),
      (stimulus: "dis", subject: "z", value: 1),
    ])
    let scores = table.meanDifferences(references: [nil, 0])
    #expect(scores[0].value.isNaN)
    #expect(scores[1].value == 50)
    #expect(scores[1].standardError == 25)
  }
}
