import Processor
import Testing

@testable import TinyNets

/// Training of clip encoders on simulated panels with a known truth.
@Suite struct ClipTrainerTests {
  /// Clips whose score is that of their last quarter, in two tests with maps of their own.
  private static func recencyClips(count: Int) throws -> ClipSet {
    let student = try ClipEncoderTests.student()
    var generator = SeededGenerator(seed: 77)
    var clips = ClipSet(inputs: 6)
    for index in 0..<count {
      let frames = 8 + generator.index(below: 9)
      let features = (0..<frames * 6).map { _ in generator.normal() }
      let scores = student.predict(features.map { Float($0) }).map(Double.init)
      let late = scores.suffix(frames / 4)
      let score = late.reduce(0, +) / Double(late.count)
      let isFirst = index % 2 == 0
      try clips.append(
        features: features, target: isFirst ? 20 + 0.8 * score : 8 + score, weight: 1,
        test: isFirst ? 0 : 1)
    }
    return clips
  }

  private static func options(penalty: Double, steps: Int = 150) -> ClipTrainingOptions {
    ClipTrainingOptions(
      steps: steps, batchClips: 10, framesPerClip: 16,
      schedule: .init(peak: 1e-2, warmUpSteps: 10), penalty: penalty, mapInterval: 25, seed: 3)
  }

  private static func train(
    _ clips: ClipSet, _ options: ClipTrainingOptions, threads: Int = 1,
    on set: InstructionSet = .best
  ) throws -> (trainer: ClipTrainer, shares: [Double]) {
    let student = try ClipEncoderTests.student()
    let frames = try ClipFrames(features: clips.features, student: student)
    var encoder = try ClipEncoder(
      frameStudent: student, architecture: ClipArchitecture("5-4-8-2-1-8"), seed: 6)
    let all = Array(0..<clips.count)
    encoder.fitScales(to: clips, of: all, frames: frames)
    let trainer = try ClipTrainer(
      encoder, clips: clips, of: all, frames: frames, options: options, threads: threads, on: set)
    var shares: [Double] = []
    try trainer.run { _, share in shares.append(share) }
    return (trainer, shares)
  }

  @Test func learnsWhatTheEndCounts() throws {
    let clips = try Self.recencyClips(count: 60)
    let (_, shares) = try Self.train(clips, Self.options(penalty: 0, steps: 300))
    let first = try #require(shares.first)
    let last = try #require(shares.last)
    #expect(first > 0.3)
    #expect(last < 0.5 * first)
  }

  @Test func aLargePenaltyGivesTheMeanBack() throws {
    let clips = try Self.recencyClips(count: 20)
    let (trainer, _) = try Self.train(clips, Self.options(penalty: 1e4))
    let student = try ClipEncoderTests.student()
    let frames = try ClipFrames(features: clips.features, student: student)
    let scores = try trainer.encoder.scores(of: clips, Array(0..<clips.count), frames: frames)
    for (rows, score) in zip(clips.rows, scores) {
      let mean = frames.scores[rows].reduce(0.0) { $0 + Double($1) } / Double(rows.count)
      #expect(abs(score - mean) < 0.1)
    }
  }

  @Test func testsGetTheirOwnMaps() throws {
    var clips = ClipSet(inputs: 6)
    let student = try ClipEncoderTests.student()
    var generator = SeededGenerator(seed: 5)
    for index in 0..<16 {
      let features = (0..<24).map { _ in generator.normal() }
      let scores = student.predict(features.map { Float($0) }).map(Double.init)
      let mean = scores.reduce(0, +) / 4
      try clips.append(
        features: features, target: index < 8 ? 20 + 0.5 * mean : mean - 10, weight: 100,
        test: index < 8 ? 0 : 1)
    }
    let (trainer, _) = try Self.train(clips, Self.options(penalty: 1e4, steps: 25))
    #expect(abs(trainer.maps[0].slope - 0.5) < 0.03)
    #expect(abs(trainer.maps(0, test: 0) - 20) < 2)
    #expect(abs(trainer.maps[1].slope - 1) < 0.03)
    #expect(abs(trainer.maps(0, test: 1) + 10) < 2)
    var fixed = Self.options(penalty: 1e4, steps: 25)
    fixed.mapsTests = false
    #expect(try Self.train(clips, fixed).trainer.maps == TestMaps(count: 2))
  }

  @Test func resultDependsOnNothingButOptions() throws {
    let clips = try Self.recencyClips(count: 14)
    let options = Self.options(penalty: 0.01, steps: 12)
    let one = try Self.train(clips, options).trainer.encoder
    let three = try Self.train(clips, options, threads: 3).trainer.encoder
    #expect(one == three)
    for set in InstructionSet.supported {
      #expect(try Self.train(clips, options, threads: 2, on: set).trainer.encoder == one)
    }
    var other = options
    other.seed = 4
    #expect(try Self.train(clips, other).trainer.encoder != one)
  }

  @Test func impossibleRunsAreRefused() throws {
    let clips = try Self.recencyClips(count: 4)
    for change in [
      { (options: inout ClipTrainingOptions) in options.steps = 0 },
      { $0.batchClips = 0 }, { $0.framesPerClip = 0 }, { $0.penalty = -1 },
      { $0.schedule.peak = .nan }, { $0.mapInterval = 0 }, { $0.schedule.warmUpSteps = 999 },
    ] {
      var options = Self.options(penalty: 0)
      change(&options)
      #expect(throws: ClipError.self) { try Self.train(clips, options) }
    }
    #expect(throws: ClipError.self) {
      try Self.train(ClipSet(inputs: 6), Self.options(penalty: 0))
    }
    var equal = ClipSet(inputs: 6)
    for _ in 0..<3 { try equal.append(features: [1, 2, 3, 4, 5, 6], target: 5, weight: 1) }
    #expect(throws: ClipError.self) { try Self.train(equal, Self.options(penalty: 0)) }
  }
}
