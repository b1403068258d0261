// swift-tools-version: 6.2
import PackageDescription

// A package of its own: only builds for fuzzing (`make fuzz`) link libFuzzer.
let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "tinyvmaf", path: "..")],
  targets: [
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "CFuzzer",
        .product(name: "FeatureStore", package: "tinyvmaf"),
        .product(name: "ModelPackage", package: "tinyvmaf"),
        .product(name: "TinyNets", package: "tinyvmaf"),
        .product(name: "VMAFModel", package: "tinyvmaf"),
        .product(name: "VideoIO", package: "tinyvmaf"),
      ]),
  ]
)
