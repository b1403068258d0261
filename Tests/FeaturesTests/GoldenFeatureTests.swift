import Features
import Foundation
import Processor
import Testing
import VideoIO
import _TestSupport

/// Every committed figure of libvmaf's scalar path, through the whole pipeline.
@Suite struct GoldenFeatureTests {
  /// Clips small enough for an unoptimised build; the others run in release.
  static let clips = SyntheticClip.golden.filter { isOptimizedBuild || $0.width < 340 }

  @Test(arguments: clips)
  func synthetic(_ clip: SyntheticClip) async throws {
    let expected = try #require(try GoldenTable.synthetic().clips[clip.name])
    for set in InstructionSet.supported {
      let features = try await Self.extract(
        SyntheticSource(clip, side: .reference), SyntheticSource(clip, side: .distorted),
        instructionSet: set)
      Self.expect(features.table, equals: expected, "\(clip.name) \(set)")
    }
  }

  @Test(
    .enabled(if: GoldenTable.mediaDirectory != nil, "Netflix's golden media are not here"),
    arguments: isOptimizedBuild
      ? [
        "src01_8bit_first3", "src01_10bit", "src01_12bit", "src01_16bit", "src01_8bit_self",
        "dark_scene",
      ] : ["src01_8bit_first3"])
  func media(_ name: String) async throws {
    let directory = try #require(GoldenTable.mediaDirectory)
    let expected = try #require(try GoldenTable.netflix().clips[name])
    let format = VideoFormat(
      width: expected.width, height: expected.height,
      pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: expected.bitdepth))
    for set in InstructionSet.supported {
      let sources = try [expected.ref, expected.dis].map { file in
        try RawVideoReader(path: directory.appending(path: #require(file)).path, format: format)
      }
      let features = try await Self.extract(sources[0], sources[1], instructionSet: set)
      Self.expect(features.table, equals: expected, "\(name) \(set)")
    }
  }

  @Test(
    .enabled(if: isOptimizedBuild, "1080p clips run in release builds"),
    arguments: PatternSource.golden.keys.sorted())
  func pattern(_ name: String) async throws {
    let expected = try #require(try GoldenTable.netflix().clips[name])
    let patterns = try #require(PatternSource.golden[name])
    for set in InstructionSet.supported {
      let features = try await Self.extract(
        PatternSource(patterns.reference), PatternSource(patterns.distorted), instructionSet: set)
      Self.expect(features.table, equals: expected, "\(name) \(set)")
    }
  }

  /// Features with and without the enhancement gain limit, in one pass.
  static func extract(
    _ reference: any FrameSource, _ distorted: any FrameSource, instructionSet: InstructionSet
  ) async throws -> ExtractedFeatures {
    let specifications = [
      "adm", "motion", "vif", "adm=adm_enhn_gain_limit=1", "vif=vif_enhn_gain_limit=1",
    ]
    var warnings: [String] = []
    let extractors = try specifications.map {
      try FeatureExtractor(specification: $0, warnings: &warnings)
    }
    #expect(warnings.isEmpty)
    let extraction = FeatureExtraction(
      plan: FeaturePlan(extractors), threads: 2, instructionSet: instructionSet)
    return try await extraction.run(reference: reference, distorted: [distorted])[0]
  }

  static func expect(_ table: FeatureTable, equals clip: GoldenTable.Clip, _ context: String) {
    for (name, values) in clip.perFrame where !name.hasPrefix("vmaf") {
      guard let computed = table[FeatureName(name)] else {
        Issue.record("\(context): there is no column \(name)")
        continue
      }
      for (frame, (value, expected)) in zip(computed, values).enumerated() {
        #expect(
          abs(value - expected) <= 1e-12 * abs(expected), "\(context): \(name) of frame \(frame)")
      }
      #expect(computed.count == values.count)
    }
  }
}
