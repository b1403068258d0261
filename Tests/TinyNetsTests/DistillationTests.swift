import Foundation
import Testing
import _TestSupport

@testable import TinyNets

@Suite struct DistillationTests {
  /// A cheap teacher of the same kind.
  static let teacher: @Sendable ([Double]) -> Double = { f in
    110 * f[0] * f[3] + 10 * f[1] - 0.1 * f[5]
  }

  @Test func rowsDependOnTheSeedAlone() throws {
    let sampler = try DistillationSampler()
    let count = 9_000  // three blocks
    let one = try sampler.dataset(count: count, seed: 5, threads: 1, teacher: Self.teacher)
    let many = try sampler.dataset(count: count, seed: 5, threads: 3, teacher: Self.teacher)
    #expect(one == many)
    #expect(one.count == count)
    let other = try sampler.dataset(count: 10, seed: 6, teacher: Self.teacher)
    #expect(Array(one.features.prefix(60)) != other.features)
    let short = try sampler.dataset(count: 10, seed: 5, teacher: Self.teacher)
    #expect(Array(one.features.prefix(60)) == short.features)
  }

  @Test(arguments: DistillationSampler.Region.allCases)
  func regionsStayWhereTheyBelong(_ region: DistillationSampler.Region) throws {
    let domain = FeatureDomain.vmaf
    let real = [0.9, 0.5, 0.8, 0.85, 0.9, 3.0]
    let sampler = try DistillationSampler(mix: [region: 1], realRows: real)
    let rows = sampler.rows(count: 300, seed: 1)
    for row in rows {
      #expect(row.count == 6)
      for k in 0..<6 {
        let bounds = domain.physical[k]
        let slack = region == .beyond ? bounds.width / 8 : bounds.width / 12
        let margin = [.beyond, .unitBox, .corners].contains(region) ? slack : 0
        #expect(row[k] >= bounds.lower - margin, "feature \(k)")
        #expect(row[k] <= bounds.upper + max(slack, 0.5 * bounds.width), "feature \(k)")
      }
      switch region {
      case .identity: #expect(row.prefix(5).allSatisfy { abs($0 - 1) < 0.31 })
      case .zeros: #expect(row[1...4].allSatisfy { $0 < 0.61 })
      case .unitBox:
        for k in 0..<6 {
          let unit = domain.unit[k]
          #expect(row[k] >= unit.lower - 0.09 * unit.width)
          #expect(row[k] <= unit.upper + 0.09 * unit.width)
        }
      default: break
      }
    }
    #expect(Set(rows).count > (region == .real ? 100 : 299))
  }

  @Test func standardMixCoversTheRegions() throws {
    let sampler = try DistillationSampler()
    let rows = sampler.rows(count: 4_000, seed: 1)
    #expect(rows.contains { $0[0] < 0 })
    #expect(rows.contains { $0[5] > 120 })
    #expect(rows.contains { $0[5] == 0 })
    #expect(rows.contains { $0[1...4].allSatisfy { $0 < 0.1 } })
    #expect(rows.contains { $0.prefix(5).allSatisfy { abs($0 - 1) < 0.02 } })
  }

  @Test func goldenPointsAreNotSampled() throws {
    // Of the shipped recipes' own rows, the first blocks.
    let sampler = try DistillationSampler()
    let rows = try sampler.dataset(count: 20_000, seed: 1) { _ in 0 }.features
    for point in try goldenFrames() {
      let features = point.features.map { Float($0) }
      for start in stride(from: 0, to: rows.count, by: 6)
      where abs(rows[start] - features[0]) < 1e-4 && abs(rows[start + 1] - features[1]) < 1e-4 {
        #expect(Array(rows[start..<start + 6]) != features)
      }
    }
  }

  @Test func unitBoxIsTheTeachersOwn() throws {
    let teacher = try PlainTeacher("vmaf_v0.6.1")
    for (k, bounds) in FeatureDomain.vmaf.unit.enumerated() {
      let own = teacher.unitBounds(ofCanonicalFeature: k)
      #expect(abs(bounds.lower - own.lower) < 1e-3)
      #expect(abs(bounds.upper - own.upper) < 1e-3)
    }
  }

  @Test func cancelledRunsHandTheirCheckpointBack() async throws {
    let task = Task {
      let distillation = try Distillation(Self.recipe())
      let rows = try distillation.sample(teacher: Self.teacher)
      let whole = try distillation.train(on: rows)
      var reports = 0
      let part = try distillation.train(on: rows) { _ in
        reports += 1
        if reports == 2 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return (distillation, rows, whole, part)
    }
    let (distillation, rows, whole, part) = try await task.value
    #expect(part.outcome == .cancelled)
    let checkpoint = try #require(part.checkpoint)
    #expect(checkpoint.step == 20)
    #expect(try distillation.train(on: rows, resuming: checkpoint).network == whole.network)
  }

  @Test func refusesImpossibleMixes() {
    #expect(throws: SamplerError.invalidShare(.zeros, -1)) {
      try DistillationSampler(mix: [.zeros: -1])
    }
    #expect(throws: SamplerError.emptyMix) { try DistillationSampler(mix: [:]) }
    #expect(throws: SamplerError.emptyMix) { try DistillationSampler(mix: [.zeros: 0]) }
    #expect(throws: SamplerError.noRealRows) { try DistillationSampler(mix: [.real: 1]) }
    #expect(throws: SamplerError.invalidRealRows) {
      try DistillationSampler(mix: [.real: 1], realRows: [1, 2, 3])
    }
    #expect(throws: SamplerError.invalidRealRows) {
      try DistillationSampler(mix: [.real: 1], realRows: [1, 2, 3, 4, 5, .nan])
    }
  }

  @Test func refusesTeachersThatGiveNoNumber() throws {
    let sampler = try DistillationSampler()
    #expect(throws: DatasetError.self) {
      try sampler.dataset(count: 10, seed: 1) { _ in .nan }
    }
  }

  static func recipe() -> Recipe {
    Recipe(
      name: "tiny", teacher: "plane", architecture: "6-6-1",
      sampling: .init(rows: 500, heldOutRows: 50, seed: 3),
      stages: [
        TrainingOptions(
          steps: 30, batchSize: 64, schedule: .init(peak: 0.02, warmUpSteps: 5), seed: 1,
          reportInterval: 10),
        TrainingOptions(
          steps: 3, batchSize: 100, schedule: .init(warmUpSteps: 0),
          optimizer: .init(.levenbergMarquardt), seed: 2, reportInterval: 1),
      ])
  }

  @Test func followsARecipe() throws {
    let distillation = try Distillation(Self.recipe())
    let rows = try distillation.sample(teacher: Self.teacher)
    #expect(rows.training.count == 500)
    #expect(rows.heldOut?.count == 50)
    #expect(rows.training.targets.contains { $0 > 100 })
    #expect(rows.heldOut?.targets.allSatisfy { (0...100).contains($0) } == true)
    var errors: [Double] = []
    let result = try distillation.train(on: rows) { errors.append($0.progress.heldOutRMSE ?? .nan) }
    #expect(result.outcome == .finished)
    #expect(errors.count == 6)
    #expect((errors.last ?? 99) < errors[0])
    #expect(result.network.range == 0...100)
    #expect(result.network.metadata["teacher"] == "plane")
    let again = try distillation.train(on: distillation.sample(threads: 2, teacher: Self.teacher))
    #expect(
      try again.network.safeTensors().encoded() == result.network.safeTensors().encoded())
  }

  @Test(arguments: [2, 3, 5])
  func continuesInAnyStage(_ stopAt: Int) throws {
    struct Interruption: Error {}
    let distillation = try Distillation(Self.recipe())
    let rows = try distillation.sample(teacher: Self.teacher)
    let whole = try distillation.train(on: rows)
    var kept: Checkpoint?
    var reports = 0
    #expect(throws: Interruption.self) {
      _ = try distillation.train(on: rows) { report in
        reports += 1
        if reports == stopAt {
          kept = report.checkpoint()
          throw Interruption()
        }
      }
    }
    let checkpoint = try #require(kept)
    let resumed = try distillation.train(on: rows, resuming: checkpoint)
    #expect(resumed.network == whole.network)
    var other = Self.recipe()
    other.stages[0].steps = 31
    other.stages[1].steps = 4
    #expect(throws: TrainingError.self) {
      try Distillation(other).train(on: rows, resuming: checkpoint)
    }
  }
}
