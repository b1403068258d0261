import Foundation
import Processor
import Testing

@testable import TinyNets

@Suite struct TrainerTests {
  /// Rows of a smooth function of two features, from two sources.
  static func rows(_ count: Int, seed: UInt64 = 1) throws -> Dataset {
    var generator = SeededGenerator(seed: seed)
    var dataset = Dataset(featureNames: ["a", "b"], targetNames: ["score"])
    for source in ["first", "second"] {
      let features = (0..<count).map { _ in generator.uniform(-1, 1) }
      var targets: [Double] = []
      for row in 0..<count / 2 {
        let (a, b) = (features[2 * row], features[2 * row + 1])
        targets.append(60 + 20 * a - 15 * a * b)
      }
      try dataset.append(
        features: Array(features.prefix(targets.count * 2)), targets: targets, group: source)
    }
    return dataset
  }

  static func options(_ method: OptimizerSettings.Method, steps: Int) -> TrainingOptions {
    TrainingOptions(
      steps: steps, batchSize: 16, schedule: .init(peak: 0.02, warmUpSteps: min(5, steps)),
      optimizer: .init(method, preconditionerInterval: 3), seed: 3, gradientLimit: 1,
      reportInterval: 5)
  }

  static let shape = "2-6-4-1"

  @Test(arguments: [
    (OptimizerSettings.Method.adam, 1_500), (.soap, 400), (.levenbergMarquardt, 60),
  ])
  func overfitsATinySet(_ method: OptimizerSettings.Method, _ steps: Int) throws {
    let rows = try Self.rows(8)
    var options = Self.options(method, steps: steps)
    options.batchSize = rows.count
    options.gradientLimit = nil
    let trainer = try Trainer(Architecture("2-16-1"), training: rows, options: options)
    let outcome = try trainer.run()
    #expect(outcome == .finished)
    #expect(trainer.network.rootMeanSquareError(on: rows) < 0.05)
  }

  @Test(arguments: OptimizerSettings.Method.allCases)
  func weightsDoNotDependOnTheInstructionSet(_ method: OptimizerSettings.Method) throws {
    let rows = try Self.rows(40)
    let results = try InstructionSet.supported.map { set in
      let trainer = try Trainer(
        Architecture(Self.shape), training: rows,
        options: Self.options(method, steps: method == .levenbergMarquardt ? 2 : 8), on: set)
      try trainer.run()
      return trainer.network.parameters.map(\.bitPattern)
    }
    for result in results { #expect(result == results[0]) }
    let start = Network(architecture: try Architecture(Self.shape), seed: 3)
    #expect(results[0] != start.parameters.map(\.bitPattern))
  }

  @Test func weightsDoNotDependOnTheThreads() throws {
    let rows = try Self.rows(200)
    var options = Self.options(.soap, steps: 3)
    options.batchSize = 700  // three chunks
    let results = try [1, 2, 3, 16].map { threads in
      let trainer = try Trainer(
        Architecture(Self.shape), training: rows, options: options, threads: threads)
      try trainer.run()
      return trainer.network
    }
    for result in results { #expect(result == results[0]) }
  }

  @Test(arguments: OptimizerSettings.Method.allCases, [1, 7, 10])
  func resumedRunEndsWithTheSameBytes(_ method: OptimizerSettings.Method, _ stop: Int) throws {
    let (training, heldOut) = try Self.rows(40).split(holdingOut: ["second"])
    var options = Self.options(method, steps: 20)
    options.reportInterval = 1
    options.averageDecay = 0.9
    options.optimizer.weightDecay = 0.01
    options.patience = 15
    func trainer() throws -> Trainer {
      try Trainer(
        Architecture(Self.shape), training: training, heldOut: heldOut, options: options)
    }
    let whole = try trainer()
    try whole.run()

    struct Interruption: Error {}
    let path = NetworkTests.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let interrupted = try trainer()
    #expect(throws: Interruption.self) {
      try interrupted.run { progress in
        guard progress.step == stop else { return }
        try interrupted.checkpoint(notes: ["stage": "2"]).write(to: path)
        throw Interruption()
      }
    }
    let checkpoint = try Checkpoint(contentsOf: path)
    #expect(checkpoint == interrupted.checkpoint(notes: ["stage": "2"]))
    let resumed = try Trainer(resuming: checkpoint, training: training, heldOut: heldOut)
    #expect(resumed.step == stop)
    try resumed.run()
    #expect(resumed.step == whole.step)
    #expect(try resumed.network.safeTensors().encoded() == whole.network.safeTensors().encoded())
    #expect(resumed.bestRMSE == whole.bestRMSE)
  }

  @Test func refusesForeignCheckpoints() throws {
    let rows = try Self.rows(10)
    let trainer = try Trainer(
      Architecture(Self.shape), training: rows, options: Self.options(.adam, steps: 4))
    try trainer.run()
    let checkpoint = trainer.checkpoint()
    #expect(throws: TrainingError.self) {
      try Trainer(resuming: checkpoint, training: Self.rows(10, seed: 2))
    }
    let path = NetworkTests.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try trainer.network.write(to: path)
    #expect(throws: NetworkError.self) { try Checkpoint(contentsOf: path) }
    let finished = try Trainer(resuming: checkpoint, training: rows)
    #expect(try finished.run() == .finished)
    #expect(finished.network == trainer.network)
  }

  @Test func stopsEarlyWithTheBestWeights() throws {
    let (training, heldOut) = try Self.rows(40).split(holdingOut: ["second"])
    var options = Self.options(.adam, steps: 1_000)
    // A learning rate that never falls makes the held-out error rise and fall.
    options.schedule = .init(peak: 0.1, warmUpSteps: 0, finalShare: 1)
    options.patience = 3
    let trainer = try Trainer(
      Architecture(Self.shape), training: training, heldOut: heldOut, options: options)
    var errors: [Double] = []
    let outcome = try trainer.run { errors.append($0.heldOutRMSE ?? .nan) }
    #expect(outcome == .stoppedEarly)
    #expect(trainer.step < 1_000)
    let best = try #require(errors.min())
    #expect(trainer.network.rootMeanSquareError(on: heldOut) == best)
    #expect(errors.count - (errors.firstIndex(of: best) ?? 0) == 4)
  }

  @Test func cancellationStopsAndCanBeContinued() async throws {
    let rows = try Self.rows(10)
    let options = Self.options(.adam, steps: 1_000_000)
    let task = Task {
      let trainer = try Trainer(Architecture(Self.shape), training: rows, options: options)
      let outcome = try trainer.run { progress in
        if progress.step == 10 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return (outcome, trainer.step)
    }
    let (outcome, step) = try await task.value
    #expect(outcome == .cancelled)
    #expect(step == 10)
  }

  @Test func progressTellsWhereTheRunStands() throws {
    let rows = try Self.rows(10)
    let trainer = try Trainer(
      Architecture(Self.shape), training: rows, options: Self.options(.adam, steps: 12))
    var reports: [TrainingProgress] = []
    try trainer.run { reports.append($0) }
    #expect(reports.map(\.step) == [5, 10, 12])
    #expect(reports.allSatisfy { $0.steps == 12 && $0.heldOutRMSE == nil && $0.trainingRMSE > 0 })
    #expect(reports.last?.remainingSeconds == 0)
    let line = try reports[0].jsonLine()
    #expect(!line.contains("\n"))
    #expect(try JSONDecoder().decode(TrainingProgress.self, from: Data(line.utf8)) == reports[0])
  }

  @Test func saturatedErrorsCostNothing() throws {
    // All targets beyond the limit: a network whose outputs are beyond it too does not move.
    var rows = Dataset(featureNames: ["a"], targetNames: ["score"])
    try rows.append(features: [0, 1, 2, 3], targets: [150, 150, 150, 150], group: "g")
    let network = try Network(
      architecture: Architecture("1-1"), parameters: [0, 130], outputScale: [1])
    var options = Self.options(.adam, steps: 3)
    options.saturation = .init(lower: -3, upper: 103)
    let trainer = try Trainer(network, training: rows, options: options)
    try trainer.run { #expect($0.trainingRMSE == 0) }
    #expect(trainer.network == network)
    options.saturation = .init(lower: -3, upper: 140)
    let other = try Trainer(network, training: rows, options: options)
    try other.run()
    #expect(other.network.parameters[1] > 130)
  }

  @Test func weightsAndOutputsCount() throws {
    // A row of weight zero has no influence; two outputs are learnt at once.
    var generator = SeededGenerator(seed: 8)
    let features = (0..<24).map { _ in generator.normal() }
    var rows = Dataset(featureNames: ["a", "b"], targetNames: ["x", "y"])
    try rows.append(
      features: features, targets: (0..<24).map { features[$0] * 3 + 1 }, group: "g")
    try rows.append(features: [0, 0], targets: [1e6, -1e6], group: "g", weights: [0])
    var options = Self.options(.soap, steps: 300)
    options.gradientLimit = nil
    let trainer = try Trainer(Architecture("2-2"), training: rows, options: options)
    try trainer.run()
    #expect(trainer.network.rootMeanSquareError(on: rows) < 0.05)
  }

  @Test func refusesWhatCannotBeLearnt() throws {
    let architecture = try Architecture(Self.shape)
    let options = Self.options(.adam, steps: 3)
    let empty = Dataset(featureNames: ["a", "b"])
    #expect(throws: DatasetError.empty) {
      try Trainer(architecture, training: empty, options: options)
    }
    var constant = Dataset(featureNames: ["a", "b"], targetNames: ["vmaf"])
    try constant.append(features: [1, 2, 3, 4], targets: [7, 7], group: "g")
    #expect(throws: DatasetError.constantTarget("vmaf", value: 7)) {
      try Trainer(architecture, training: constant, options: options)
    }
    var weightless = Dataset(featureNames: ["a", "b"])
    try weightless.append(features: [1, 2, 3, 4], targets: [7, 8], group: "g", weights: [0, 0])
    #expect(throws: DatasetError.noWeight) {
      try Trainer(architecture, training: weightless, options: options)
    }
    #expect(throws: DatasetError.shapeMismatch(features: 2, targets: 1, architecture: "6-16-16-1"))
    {
      try Trainer(Architecture("2x16"), training: Self.rows(4), options: options)
    }
    var patient = options
    patient.patience = 1
    #expect(throws: TrainingError.patienceWithoutHeldOut) {
      try Trainer(architecture, training: Self.rows(4), options: patient)
    }
    let (training, heldOut) = try Self.rows(4).split(holdingOut: ["second"])
    #expect(throws: DatasetError.empty) {
      try Trainer(
        architecture, training: training, heldOut: heldOut.rows(inGroups: []), options: options)
    }
  }

  @Test func refusesImpossibleOptions() throws {
    let rows = try Self.rows(4)
    let changes: [(inout TrainingOptions) -> Void] = [
      { $0.steps = 0 }, { $0.batchSize = 0 }, { $0.batchSize = .max }, { $0.schedule.peak = .nan },
      { $0.schedule.peak = -1 }, { $0.schedule.warmUpSteps = 99 }, { $0.schedule.finalShare = 2 },
      { $0.optimizer.beta1 = 1 }, { $0.optimizer.beta2 = .nan }, { $0.optimizer.epsilon = 0 },
      { $0.optimizer.weightDecay = -1 }, { $0.optimizer.preconditionerInterval = 0 },
      { $0.optimizer.damping = 0 }, { $0.gradientLimit = 0 }, { $0.averageDecay = 1 },
      { $0.saturation = .init(lower: 1, upper: 1) }, { $0.reportInterval = 0 },
    ]
    for (index, change) in changes.enumerated() {
      var options = Self.options(.adam, steps: 9)
      change(&options)
      #expect(throws: TrainingError.self, "change \(index)") {
        try Trainer(Architecture(Self.shape), training: rows, options: options)
      }
    }
    #expect(throws: TrainingError.self) {
      try Trainer(
        Architecture("2-64-64-1"), training: rows,
        options: Self.options(.levenbergMarquardt, steps: 9))
    }
  }

  @Test func divergenceIsNamed() throws {
    var options = Self.options(.adam, steps: 2_000)
    options.schedule = .init(peak: 1e30, warmUpSteps: 0, finalShare: 1)
    let trainer = try Trainer(
      Architecture(Self.shape), training: Self.rows(10), options: options)
    #expect {
      try trainer.run()
    } throws: {
      "\($0)".contains("training diverged at step")
    }
  }
}
