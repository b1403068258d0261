import Benchmark
import ModelPackage
import TinyNets
import VMAFModel

/// Training steps and predictions of students, and predictions of their teacher, on one thread.
///
/// An iteration does a thousand steps or a million rows, so that clocks are precise; the tool
/// shows figures per step and per row (`--scale` shows those of an iteration).
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.cpuTotal, .wallClock, .throughput], timeUnits: .nanoseconds, warmupIterations: 1,
    maxDuration: .seconds(5), maxIterations: 20)

  for name in ["2x64", "3x128"] {
    for method in [OptimizerSettings.Method.adam, .soap] { registerTraining(name, method) }
    registerInference(name)
  }
  registerTeacher()
  registerLatency()
}

/// Forward and backward pass and update, in batches of 1,024 rows.
private func registerTraining(_ name: String, _ method: OptimizerSettings.Method) {
  var configuration = Benchmark.defaultConfiguration
  configuration.scalingFactor = .kilo
  Benchmark(
    "train \(name) with \(method.rawValue), 1024 rows a step", configuration: configuration
  ) { (benchmark: Benchmark, rows: Dataset) throws in
    let steps = benchmark.scaledIterations.count
    let trainer = try Trainer(
      Architecture(name), training: rows,
      options: TrainingOptions(
        steps: steps, batchSize: 1_024, optimizer: OptimizerSettings(method), seed: 1,
        reportInterval: steps))
    benchmark.startMeasurement()
    blackHole(try trainer.run())
    benchmark.stopMeasurement()
  } setup: {
    try trainingRows(65_536)
  }
}

/// Predictions in one large batch.
private func registerInference(_ name: String) {
  var configuration = Benchmark.defaultConfiguration
  configuration.scalingFactor = .mega
  Benchmark("predict with \(name), a row", configuration: configuration) {
    (benchmark: Benchmark, rows: Dataset) throws in
    let model = try ModelRegistry().load("tiny-\(name)")
    let features = Array(rows.features.prefix(benchmark.scaledIterations.count * 6))
    benchmark.startMeasurement()
    blackHole(try model.graph.predict(rows: features))
    benchmark.stopMeasurement()
  } setup: {
    try trainingRows(1_000_000)
  }
}

/// The support vector regression of the default model, frame by frame.
private func registerTeacher() {
  var configuration = Benchmark.defaultConfiguration
  configuration.scalingFactor = .kilo
  Benchmark("predict with vmaf_v0.6.1, a frame", configuration: configuration) {
    (benchmark: Benchmark, rows: [[Double]]) throws in
    let regressor = try QualityModel().regressor
    benchmark.startMeasurement()
    for index in benchmark.scaledIterations { blackHole(regressor.predict(rows[index])) }
    benchmark.stopMeasurement()
  } setup: {
    var generator = SeededGenerator(seed: 1)
    return (0..<1_000).map { _ in (0..<6).map { _ in generator.uniform() } }
  }
}

/// Rows of six features, uniform over the unit box, and a smooth target.
private func trainingRows(_ count: Int) throws -> Dataset {
  var generator = SeededGenerator(seed: 1)
  var features: [Double] = []
  var targets: [Double] = []
  for _ in 0..<count {
    let row = (0..<6).map { _ in generator.uniform() }
    features += row
    targets.append(100 * row.reduce(0) { $0 + $1 * $1 } / 6)
  }
  var dataset = Dataset(featureNames: (0..<6).map { "feature\($0)" })
  try dataset.append(features: features, targets: targets, group: "uniform")
  return dataset
}
