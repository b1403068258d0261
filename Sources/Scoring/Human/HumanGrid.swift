import DurableFiles
import TinyNets

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What a sweep over human-score models tries: every target with every regime, architecture and
/// seed.
///
/// ```json
/// {
///   "schema": "tinyvmaf.human-grid/1",
///   "name": "nflx",
///   "data": ["nflx_public.json"],
///   "targets": ["dmos"],
///   "regimes": ["distil", "subjective", "hybrid"],
///   "architectures": ["2x16", "2x64"],
///   "seeds": [1, 2, 3, 4, 5]
/// }
/// ```
public struct HumanGrid: Sendable, Codable, Equatable {
  /// The layout this version reads.
  public static let currentSchema = "tinyvmaf.human-grid/1"

  /// ``currentSchema``.
  public var schema: String
  /// The name of the sweep.
  public var name: String
  /// Descriptions of the data, relative to the grid; the first is evaluated, the others only help
  /// to train.
  public var data: [String]
  /// The targets of the evaluated data.
  public var targets: [String]
  /// The regimes.
  public var regimes: [String]
  /// The shapes of the networks.
  public var architectures: [String]
  /// The seeds.
  public var seeds: [UInt64]
  /// The teacher of parents and baselines; `vmaf_v0.6.1` unless given.
  public var teacher: String?
  /// The training steps of a parent; 3,000 unless given.
  public var parentSteps: Int?
  /// The most inner splits of subjective regimes, which train a network for each; 4 unless given.
  public var subjectiveInnerSplits: Int?

  /// One training of the sweep: all folds of one model under one seed.
  public struct Cell: Sendable, Codable, Equatable {
    /// The place in the plan, from 0.
    public let index: Int
    /// The target.
    public let target: String
    /// The regime.
    public let regime: String
    /// The shape.
    public let architecture: String
    /// The seed.
    public let seed: UInt64

    /// The name of the cell and of its result.
    public var name: String { "\(target).\(regime).\(architecture).seed\(seed)" }
  }

  /// The cells in their order: targets, then regimes, architectures and seeds.
  public var cells: [Cell] {
    var cells: [Cell] = []
    for target in targets {
      for regime in regimes {
        for architecture in architectures {
          for seed in seeds {
            cells.append(
              Cell(
                index: cells.count, target: target, regime: regime, architecture: architecture,
                seed: seed))
          }
        }
      }
    }
    return cells
  }

  /// The largest grid that is read, in bytes.
  public static let maximumSize = 1 << 20

  /// Reads a grid and checks it.
  ///
  /// - Throws: ``HumanDataError``, `FileError`, `TrainingError`, `ArchitectureError`.
  public init(contentsOf path: String) throws {
    let bytes = try FileContents.read(path, limit: Self.maximumSize)
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw HumanDataError.malformed(path: path, reason: decodingReason(error))
    }
    func require(_ holds: Bool, _ reason: String) throws(HumanDataError) {
      guard holds else { throw .malformed(path: path, reason: reason) }
    }
    try require(
      schema == Self.currentSchema, "its schema is \(schema), and \(Self.currentSchema) is read")
    let lists = [data.count, targets.count, regimes.count, architectures.count, seeds.count]
    try require(!lists.contains(0), "data, targets, regimes, architectures and seeds need entries")
    try require(
      Set(cells.map(\.name)).count == cells.count, "an entry of a list occurs twice")
    try require((1...1_000_000).contains(parentSteps ?? 1), "parentSteps must be positive")
    try require(subjectiveInnerSplits ?? 2 > 1, "subjectiveInnerSplits must be at least 2")
    for target in targets {
      try require(
        !target.contains("/") && !target.isEmpty, "a target's name must not have a slash")
    }
    for regime in regimes { _ = try HumanRegime(regime) }
    for architecture in architectures { _ = try Architecture(architecture) }
  }

  /// The grid as JSON, always the same bytes.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
