import DurableFiles
public import TinyNets

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How one student of human scores is made, as committed beside it.
///
/// ```json
/// {
///   "schema": "tinyvmaf.human-recipe/1",
///   "name": "tiny-dmos",
///   "data": ["nflx_public.json"],
///   "target": "dmos",
///   "unit": "DMOS",
///   "regime": "hybrid",
///   "parent": "2x64"
/// }
/// ```
public struct HumanRecipe: Sendable, Codable, Equatable {
  /// The layout this version reads.
  public static let currentSchema = "tinyvmaf.human-recipe/1"
  /// The largest recipe that is read, in bytes.
  public static let maximumSize = 1 << 20

  /// ``currentSchema``.
  public var schema: String
  /// The student's name.
  public var name: String
  /// One sentence on what it is for.
  public var summary: String?
  /// Descriptions of the data, relative to the recipe; the first is evaluated.
  public var data: [String]
  /// The target of the first data, or its default one.
  public var target: String?
  /// The unit of the score, such as `DMOS`.
  public var unit: String
  /// The regime.
  public var regime: String
  /// The distilled student to begin with: an embedded one, or a file relative to the recipe.
  ///
  /// Of a subjective regime only the shape counts, and it may be any shape.
  public var parent: String
  /// The seed of random weights; 1 unless given.
  public var seed: UInt64?
  /// Candidates for how far the student may move, in points, or those of the regime.
  public var deviations: [Double]?

  /// Creates a recipe.
  public init(
    name: String, summary: String? = nil, data: [String], target: String? = nil,
    unit: String = "DMOS", regime: String = "hybrid", parent: String = "2x64",
    seed: UInt64? = nil, deviations: [Double]? = nil
  ) {
    schema = Self.currentSchema
    self.name = name
    self.summary = summary
    self.data = data
    self.target = target
    self.unit = unit
    self.regime = regime
    self.parent = parent
    self.seed = seed
    self.deviations = deviations
  }

  /// Reads a recipe.
  ///
  /// - Throws: ``HumanDataError``, `FileError`.
  public init(contentsOf path: String) throws {
    let bytes = try FileContents.read(path, limit: Self.maximumSize)
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw HumanDataError.malformed(path: path, reason: decodingReason(error))
    }
    guard schema == Self.currentSchema else {
      throw HumanDataError.malformed(
        path: path, reason: "its schema is \(schema), and \(Self.currentSchema) is read")
    }
    guard !name.isEmpty, !data.isEmpty else {
      throw HumanDataError.malformed(path: path, reason: "it needs a name and data")
    }
  }

  /// The regime with the recipe's deviations.
  ///
  /// - Throws: `TrainingError` for an unknown one.
  public func makeRegime() throws(TrainingError) -> HumanRegime {
    let known = try HumanRegime(regime)
    return HumanRegime(known.kind, deviations: deviations)
  }

  /// The recipe as JSON, always the same bytes.
  public func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(self))
  }
}
