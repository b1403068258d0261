// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that tinyvmaf itself does not depend on a benchmark library.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "tinyvmaf", path: ".."),
    // No traits: counting allocations needs jemalloc or an interposer, and kernels allocate nothing.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .benchmark("PixelBenchmarks", modules: ["PixelKernels", "Processor", "VideoIO"]),
    .benchmark("StudentBenchmarks", modules: ["ModelPackage", "TinyNets", "VMAFModel"]),
    .benchmark("FileBenchmarks", modules: ["FeatureStore", "VideoIO"]),
  ]
)

extension Target {
  /// An executable in the folder of its name that the benchmark plugin finds and runs.
  static func benchmark(_ name: String, modules: [String]) -> Target {
    .executableTarget(
      name: name,
      dependencies: [.product(name: "Benchmark", package: "benchmark")]
        + modules.map { .product(name: $0, package: "tinyvmaf") },
      path: name,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  }
}
