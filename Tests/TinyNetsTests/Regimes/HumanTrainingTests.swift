import Processor
import Testing

@testable import TinyNets

@Suite struct HumanTrainingTests {
  private let splits = (0..<4).map { part in
    ClipSplit(
      training: (0..<40).filter { $0 % 4 != part }, tested: (0..<40).filter { $0 % 4 == part })
  }

  private func inner(_ split: ClipSplit) -> [ClipSplit] {
    (0..<3).map { part in
      ClipSplit(
        training: split.training.enumerated().filter { $0.offset % 3 != part }.map(\.element),
        tested: split.training.enumerated().filter { $0.offset % 3 == part }.map(\.element))
    }
  }

  private func parent(_ clips: ClipSet, activation: Activation = .silu) throws -> Network {
    var network = Network(
      architecture: try Architecture("3-8-8-1", activation: activation), seed: 1)
    network.fitScales(to: clips, of: Array(0..<clips.count))
    return network
  }

  @Test(arguments: Array(HumanRegime.known.keys.sorted()))
  func everyRegimePredictsEveryTestedClip(name: String) throws {
    let clips = try syntheticClips(count: 40, rowsPerClip: 2, seed: 3, noise: 2)
    let regime = try HumanRegime(name)
    let training = try HumanTraining(
      regime, parent: parent(clips, activation: regime.requiredActivation ?? .silu), clips: clips,
      rising: [true, false, false], seed: 2)
    let split = splits[0]
    let result = try training.train(on: split, inner: inner(split))
    #expect(result.scores.count == split.tested.count)
    #expect(result.scores.allSatisfy { (0...100).contains($0) })
    #expect(Set(result.calibrationClips) == Set(split.training))
    #expect(result.calibrationScores.count == split.training.count)
    #expect(regime.deviations.contains(result.deviation))
    let again = try training.train(on: split, inner: inner(split))
    #expect(again.scores == result.scores && again.calibrationScores == result.calibrationScores)
  }

  @Test func aParentThatIsRightIsLeftAlone() throws {
    var clips = ClipSet(inputs: 3)
    let model = try parent(syntheticClips(count: 40, seed: 3))
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<40 {
      let row = (0..<3).map { _ in generator.uniform(-1, 1) }
      let score = model(row)[0]
      try clips.append(features: row, target: score + 4 * generator.normal(), weight: 1)
    }
    let training = try HumanTraining(
      HumanRegime("hybrid"), parent: model, clips: clips, rising: [true, true, true])
    let result = try training.train(on: splits[1], inner: inner(splits[1]))
    #expect(result.deviation <= 1)
  }

  @Test func aWrongParentIsCorrected() throws {
    let clips = try syntheticClips(count: 40, seed: 3)
    let training = try HumanTraining(
      HumanRegime("hybrid"), parent: parent(clips), clips: clips, rising: [true, true, true])
    let result = try training.train(on: splits[1], inner: inner(splits[1]))
    let start = training.parent.scores(of: clips)
    func error(_ scores: [Double]) -> Double {
      zip(scores, splits[1].tested).reduce(0) { sum, pair in
        let error = pair.0 - clips.targets[pair.1]
        return sum + error * error
      }
    }
    #expect(error(result.scores) < 0.3 * error(splits[1].tested.map { start[$0] }))
    #expect(result.deviation > 1)
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func aMonotoneNetworkNeverFalls(seed: UInt64) throws {
    let clips = try syntheticClips(count: 40, seed: seed, noise: 10)
    let training = try HumanTraining(
      HumanRegime(.subjective(isMonotone: true), deviations: [20]),
      parent: parent(clips, activation: .relu), clips: clips, rising: [true, true, false],
      seed: seed)
    let network = try #require(
      try training.train(on: splits[0], inner: inner(splits[0])).network)
    var generator = SeededGenerator(seed: seed + 50)
    var rises = 0
    for _ in 0..<300 {
      var row = (0..<3).map { _ in generator.uniform(-2, 2) }
      let before = network(row)[0]
      row[generator.index(below: 2)] += generator.uniform(0, 1)
      let after = network(row)[0]
      #expect(after >= before - 1e-4)
      if after > before + 1e-3 { rises += 1 }
    }
    #expect(rises > 30, "\(rises)")
  }

  @Test func aMonotoneNetworkNeedsReLU() throws {
    let clips = try syntheticClips(count: 40, seed: 1)
    #expect(throws: TrainingError.self) {
      try HumanTraining(
        HumanRegime("subjective+monotone"), parent: parent(clips), clips: clips,
        rising: [true, true, true])
    }
  }

  @Test func unknownRegimesAreRefused() throws {
    #expect(throws: TrainingError.self) { try HumanRegime("hybird") }
    #expect(try HumanRegime("hybrid").needsParent)
    #expect(try !HumanRegime("subjective").needsParent)
  }

  @Test func clipsMustBeWhole() throws {
    var clips = ClipSet(inputs: 3)
    #expect(throws: DatasetError.self) { try clips.append(features: [1, 2], target: 1, weight: 1) }
    #expect(throws: DatasetError.self) {
      try clips.append(features: [1, 2, .nan], target: 1, weight: 1)
    }
    #expect(throws: DatasetError.self) {
      try clips.append(features: [1, 2, 3], target: 1, weight: 0)
    }
    #expect(clips.count == 0)
  }
}
