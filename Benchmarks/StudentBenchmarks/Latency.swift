import Benchmark
import ModelPackage
import TinyNets

/// One row at a time, as a live encoder asks: our own code, and the same model in ONNX Runtime.
///
/// The second half needs `TINYVMAF_ONNXRUNTIME`, the path of its shared library; both run on one
/// thread.
func registerLatency() {
  var configuration = Benchmark.defaultConfiguration
  configuration.scalingFactor = .kilo
  let row: [Float] = [0.9, 0.5, 0.8, 0.85, 0.9, 4]
  for name in ["2x64", "3x128", "4x256"] {
    Benchmark("one row with \(name), native", configuration: configuration) {
      (benchmark: Benchmark, network: Network) in
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations { blackHole(network.predict(row)) }
      benchmark.stopMeasurement()
    } setup: {
      try ModelRegistry.builtInNetwork("tiny-\(name)")
    }
    guard let library = try? ONNXRuntimeLibrary() else { continue }
    Benchmark("one row with \(name), ONNX Runtime", configuration: configuration) {
      (benchmark: Benchmark, session: ONNXRuntimeSession) throws in
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations { blackHole(try session.predict(rows: row, features: 6)) }
      benchmark.stopMeasurement()
    } setup: {
      let model = try ModelRegistry.builtInNetwork("tiny-\(name)").onnx()
      return try ONNXRuntimeSession(model: model, library: library)
    }
  }
}
