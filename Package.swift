// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "tinyvmaf",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "tinyvmaf", targets: ["tinyvmaf"]),
    .library(name: "Processor", targets: ["Processor"]),
    .library(name: "PixelKernels", targets: ["PixelKernels"]),
    .library(name: "VideoIO", targets: ["VideoIO"]),
    .library(name: "Alignment", targets: ["Alignment"]),
    .library(name: "Features", targets: ["Features"]),
    .library(name: "VMAFModel", targets: ["VMAFModel"]),
    .library(name: "TinyNets", targets: ["TinyNets"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "Corpus", targets: ["Corpus"]),
    .library(name: "FeatureStore", targets: ["FeatureStore"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "StillImages", targets: ["StillImages"]),
    .library(name: "ModelPackage", targets: ["ModelPackage"]),
    .library(name: "Scoring", targets: ["Scoring"]),
    .library(name: "MCPServer", targets: ["MCPServer"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.90.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
  ],
  targets: [
    // MARK: - Leaves
    .target(name: "CKernels"),
    .target(name: "DurableFiles"),
    .target(name: "CResources", exclude: ["gates", "golden", "models", "schemas", "students"]),
    .target(name: "Processor", dependencies: ["CKernels"]),
    .target(name: "PixelKernels", dependencies: ["CKernels", "Processor"]),
    .target(name: "TinyNets", dependencies: ["CKernels", "DurableFiles", "Processor"]),
    .target(name: "Evaluation"),
    .target(name: "StillImages"),

    // MARK: - From video to score
    .target(
      name: "VideoIO",
      dependencies: [
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(
          name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux])),
      ]),
    .target(name: "Alignment", dependencies: ["VideoIO"]),
    .target(name: "GoldenClips", dependencies: ["CResources", "VideoIO"]),
    .target(name: "Features", dependencies: ["PixelKernels", "Processor", "VideoIO"]),
    .target(
      name: "VMAFModel",
      dependencies: ["CResources", "Features", .product(name: "Crypto", package: "swift-crypto")]),

    // MARK: - From corpus to table
    .target(
      name: "Corpus",
      dependencies: [
        "VideoIO", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(
          name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux])),
      ]),
    .target(
      name: "FeatureStore",
      dependencies: [
        "DurableFiles", "Features", .product(name: "Crypto", package: "swift-crypto"),
      ]),

    // MARK: - Models that travel
    .target(
      name: "ModelPackage",
      dependencies: [
        "CResources", "DurableFiles", "Evaluation", "Features", "Processor", "TinyNets",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
        .product(
          name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux])),
      ],
      exclude: ["ONNX/Wire/onnx.proto"]),

    // MARK: - Surfaces
    .target(name: "Reports", dependencies: ["Evaluation", "Features", "StillImages"]),
    .target(
      name: "Scoring",
      dependencies: [
        "Alignment", "CResources", "Corpus", "Evaluation", "FeatureStore", "Features",
        "GoldenClips", "ModelPackage", "PixelKernels", "Processor", "StillImages", "TinyNets",
        "VMAFModel", "VideoIO",
      ]),
    .target(
      name: "MCPServer",
      dependencies: [
        "Corpus", "Evaluation", "FeatureStore", "Features", "GoldenClips", "ModelPackage",
        "Processor", "Reports", "Scoring", "StillImages", "VMAFModel", "VideoIO",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    .executableTarget(
      name: "tinyvmaf",
      dependencies: [
        "Alignment", "Corpus", "DurableFiles", "Evaluation", "FeatureStore", "Features",
        "MCPServer", "ModelPackage", "Processor", "Reports", "Scoring", "StillImages", "TinyNets",
        "VMAFModel", "VideoIO",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // MARK: - Tests
    .target(
      name: "_TestSupport", dependencies: ["GoldenClips", "PixelKernels"],
      path: "Tests/_TestSupport"),
    .testTarget(
      name: "PixelKernelsTests",
      dependencies: ["CKernels", "PixelKernels", "Processor", "_TestSupport"]),
    .testTarget(name: "AlignmentTests", dependencies: ["Alignment", "VideoIO", "_TestSupport"]),
    .testTarget(name: "VideoIOTests", dependencies: ["VideoIO", "_TestSupport"]),
    .testTarget(
      name: "FeaturesTests",
      dependencies: ["Features", "PixelKernels", "Processor", "VideoIO", "_TestSupport"]),
    .testTarget(
      name: "VMAFModelTests", dependencies: ["Features", "VMAFModel", "_TestSupport"]),
    .testTarget(
      name: "TinyNetsTests",
      dependencies: ["DurableFiles", "Processor", "TinyNets", "_TestSupport"]),
    .testTarget(name: "DurableFilesTests", dependencies: ["DurableFiles"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "_TestSupport"]),
    .testTarget(name: "StillImagesTests", dependencies: ["StillImages"]),
    .testTarget(
      name: "ModelPackageTests",
      dependencies: [
        "DurableFiles", "Evaluation", "Features", "ModelPackage", "Processor", "TinyNets",
        "_TestSupport",
      ]),
    .testTarget(name: "CorpusTests", dependencies: ["Corpus", "VideoIO", "_TestSupport"]),
    .testTarget(
      name: "FeatureStoreTests",
      dependencies: ["DurableFiles", "FeatureStore", "Features", "_TestSupport"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Evaluation", "Features", "Reports", "StillImages", "_TestSupport"]),
    .testTarget(
      name: "ScoringTests",
      dependencies: [
        "Alignment", "Corpus", "Evaluation", "FeatureStore", "Features", "ModelPackage",
        "Processor", "Scoring",
        "StillImages", "TinyNets", "VMAFModel", "VideoIO", "_TestSupport",
      ]),
    .testTarget(
      name: "MCPServerTests",
      dependencies: [
        "FeatureStore", "Features", "MCPServer", "Reports", "Scoring", "VideoIO",
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ]),
  ],
  cLanguageStandard: .c17
)

// Every Swift target is built with the same strictness.
let cTargets: Set = ["CKernels", "CResources"]
for target in package.targets where !cTargets.contains(target.name) {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
