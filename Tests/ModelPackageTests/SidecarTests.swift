import Evaluation
import Foundation
import ModelPackage
import Testing

@Suite struct SidecarTests {
  /// A sidecar with every part that there is.
  static let full = {
    let observations = try? Observations(
      targets: [1, 2, 3], predictions: [1, 2, 4], sources: ["a", "a", "b"])
    return Sidecar(
      id: "tiny-test", kind: .frame, summary: "For tests.", license: "BSD-2-Clause-Patent",
      tool: "tinyvmaf 0.1.0",
      files: [
        .init(
          name: "tiny-test.onnx", precision: .fp32, sha256: String(repeating: "0a", count: 32),
          size: 10)
      ],
      weights: .init(architecture: "2x4", activation: "silu", parameters: 53, sha256: nil),
      inputs: [.init(name: "features", shape: ["N", "2"])],
      outputs: [.init(name: "vmaf", shape: ["N"])],
      features: [
        .init(name: "integer_adm2", mean: 0.75, scale: 4, domain: .init(0, 1.1)),
        .init(name: "integer_motion2", options: ["motion_max_val": "50"]),
      ],
      score: .init(unit: "DMOS", range: .init(0, 100)),
      teacher: .init(
        name: "vmaf_v0.6.1", sha256: String(repeating: "1b", count: 32),
        sameFunctionAs: ["vmaf_v0.6.1neg"]),
      training: .init(
        recipe: .object(["steps": .number(3), "seed": .whole(.max)]),
        recipeSHA256: String(repeating: "2c", count: 32),
        data: [
          .init(name: "clips", sha256: String(repeating: "3d", count: 32), rows: 9, sources: 3)
        ], seeds: [1, .max]),
      evaluation: .init(
        sets: observations.map { rows in
          [
            .init(
              name: "rows", target: "dmos", sha256: String(repeating: "4e", count: 32),
              unit: .clip, sources: 2, isHeldOut: true, accuracy: Accuracy(rows), intervals: [])
          ]
        } ?? [],
        golden: [.init(name: "still", features: [1, 0], target: 97.5, score: 97.25)],
        parity: [
          .init(precision: .fp16, rows: "rows", count: 3, rmse: 0.01, maxError: 0.1, budget: 0.02)
        ]),
      interval: .init(
        level: 0.9, method: "split conformal", unit: "DMOS", videos: 70,
        steps: [.init(from: 0, lower: -9, upper: 8), .init(from: 50, lower: -4, upper: 3)]),
      card: [.init(title: "Limits", text: "A \"quoted\"\nline.")])
  }()

  @Test func roundTripKeepsEverything() throws {
    let bytes = try Self.full.json()
    let again = try Sidecar(json: bytes, source: "test")
    #expect(again == Self.full)
    #expect(try again.json() == bytes)
    #expect(try again.contentDigest() == Self.full.contentDigest())
  }

  @Test func theDigestCoversAllButTheFiles() throws {
    var other = Self.full
    other.files[0].size = 11
    #expect(try other.contentDigest() == Self.full.contentDigest())
    other.evaluation.golden[0].score += 1e-12
    #expect(try other.contentDigest() != Self.full.contentDigest())
  }

  @Test func theLargestGoldenErrorFollowsFromThePoints() {
    #expect(Self.full.evaluation.maxGoldenError == 0.25)
  }

  @Test(arguments: [
    ("\"id\"", "\"ID\""), ("\"unit\"", "\"units\""), ("\"tool\"", "\"tool\": \"x\", \"tooll\""),
    ("\"lower\": 0,", "\"lower\": 0, \"lowest\": 0,"), ("\"kind\": \"frame\"", "\"kind\": \"x\""),
    ("tinyvmaf.model/1", "tinyvmaf.model/2"), ("tiny-test.onnx", "../tiny-test.onnx"),
    ("tiny-test.onnx", "/tmp/x.onnx"), ("tiny-test.onnx", "tiny-test.bin"),
    ("\"id\": \"tiny-test\"", "\"id\": \"../tiny\""), ("\"id\": \"tiny-test\"", "\"id\": \"Tiny\""),
    ("\"size\": 10", "\"size\": 0"), ("\"size\": 10", "\"size\": 100000000000"),
    ("0a0a", "0A0a"), ("\"N\", \"2\"", "\"N\", \"3\""), ("\"rmse\": 0.01", "\"rmse\": 0.5"),
    ("\"level\": 0.9", "\"level\": 1"), ("\"upper\": 1.1", "\"upper\": -1"),
    ("\"features\": [1, 0]", "\"features\": [1]"),
  ])
  func whatIsWrongIsRefused(_ from: String, _ to: String) throws {
    let text = String(decoding: try Self.full.json(), as: UTF8.self)
    let changed = text.replacingOccurrences(of: from, with: to)
    #expect(changed != text)
    let error = #expect(throws: ModelPackageError.self) {
      try Sidecar(json: Array(changed.utf8), source: "here.json")
    }
    #expect(error?.description.contains("here.json") == true)
  }

  /// Every text that is no sidecar fails with a sentence and nothing else.
  @Test func damagedTextNeverCrashes() throws {
    let bytes = try Self.full.json()
    for index in stride(from: 0, to: bytes.count, by: 7) {
      var damaged = bytes
      damaged[index] ^= UInt8(1 << (index % 8))
      _ = try? Sidecar(json: damaged, source: "x")
      _ = try? Sidecar(json: Array(bytes[..<index]), source: "x")
    }
    #expect(throws: ModelPackageError.self) { try Sidecar(json: [], source: "x") }
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: ModelPackageError.self) { try Sidecar(json: Array(deep.utf8), source: "x") }
  }

  @Test(arguments: ["a", "tiny-2x64", "a.b_c-d", "t0"])
  func identifiers(_ text: String) { #expect(Sidecar.isIdentifier(text)) }

  @Test(arguments: [
    "", "A", "0a", "a/b", "a..b", "..", "a\u{0}", "é", "a.", "-a", "a b",
    String(repeating: "a", count: 65),
  ])
  func textsThatAreNoIdentifiers(_ text: String) { #expect(!Sidecar.isIdentifier(text)) }

  @Test func theCardSaysWhatTheSidecarSays() {
    let card = Self.full.modelCard()
    for part in [
      "# tiny-test", "For tests.", "DMOS, higher is better", "vmaf_v0.6.1neg", "0 to 1.1",
      "integer_motion2 (motion_max_val=50)", "clips (9 rows of 3 sources)", "90 %",
      "## Limits\n\nA \"quoted\"\nline.", "| fp16 | rows | 3 | 0.01 | 0.1 | 0.02 |",
    ] {
      #expect(card.contains(part), "\(part)")
    }
  }
}

@Suite struct CalibratedIntervalTests {
  @Test(arguments: [
    (-5.0, -14.0, 3.0), (0, -9, 8), (49.9, 40.9, 57.9), (50, 46, 53), (90, 86, 93),
  ])
  func offsetsFollowTheScore(_ score: Double, _ low: Double, _ high: Double) throws {
    let ends = try #require(SidecarTests.full.interval).ends(around: score)
    #expect(abs(ends.lower - low) < 1e-9 && abs(ends.upper - high) < 1e-9)
  }
}

@Suite struct JSONValueTests {
  @Test func textIsStable() throws {
    let text = """
      {
        "a": [1, 2.5, -3e-07, "x", null, true],
        "b": {},
        "c": [
          {
            "d": 18446744073709551615
          }
        ],
        "e": "line\\nbreak \\"\\\\ \\u0001 é"
      }

      """
    let value = try JSONValue(json: Array(text.utf8))
    #expect(String(decoding: value.bytes, as: UTF8.self) == text)
  }
}
