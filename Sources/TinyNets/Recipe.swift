import DurableFiles

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// How a student is made, as committed beside it: one recipe, one teacher and one command give the
/// same bytes again.
public struct Recipe: Sendable, Hashable, Codable {
  /// What the student learns from.
  public enum Regime: String, Sendable, Hashable, Codable {
    /// A teacher's scores of sampled (and real) rows.
    case distil
  }

  /// The rows to sample.
  public struct Sampling: Sendable, Hashable, Codable {
    /// The number of training rows.
    public var rows: Int
    /// The number of rows to measure on while training, from another stream.
    public var heldOutRows: Int
    /// Equal seeds give equal rows.
    public var seed: UInt64
    /// The share of each region of the feature space.
    public var mix: [DistillationSampler.Region: Double]

    /// Creates a description of the rows.
    public init(
      rows: Int, heldOutRows: Int = 20_000, seed: UInt64 = 1,
      mix: [DistillationSampler.Region: Double] = DistillationSampler.standardMix
    ) {
      self.rows = rows
      self.heldOutRows = heldOutRows
      self.seed = seed
      self.mix = mix
    }
  }

  /// The student's name, such as `2x64`.
  public var name: String
  /// One sentence on what it is for.
  public var summary: String
  /// What it learns from.
  public var regime: Regime
  /// The name of the teacher.
  public var teacher: String
  /// Other teachers with the same function of the features, for which the student holds as well.
  public var sameFunctionAs: [String]
  /// The shape, as ``Architecture/init(_:activation:)`` reads it.
  public var architecture: String
  /// What the hidden layers apply.
  public var activation: Activation
  /// The teacher's clip, applied at inference.
  public var range: FeatureDomain.Bounds
  /// The rows.
  public var sampling: Sampling
  /// The training runs, one after the other; each goes on with the network of the one before.
  public var stages: [TrainingOptions]

  /// Creates a recipe.
  public init(
    name: String, summary: String = "", regime: Regime = .distil, teacher: String,
    sameFunctionAs: [String] = [], architecture: String, activation: Activation = .silu,
    range: FeatureDomain.Bounds = .init(0, 100), sampling: Sampling, stages: [TrainingOptions]
  ) {
    self.name = name
    self.summary = summary
    self.regime = regime
    self.teacher = teacher
    self.sameFunctionAs = sameFunctionAs
    self.architecture = architecture
    self.activation = activation
    self.range = range
    self.sampling = sampling
    self.stages = stages
  }

  /// The longest recipe that is read, in bytes.
  public static let maximumSize = 1 << 20

  /// Reads a recipe's JSON and checks it.
  ///
  /// - Throws: ``RecipeError``, or the error of the part that does not hold.
  public init(json: Data) throws {
    guard json.count <= Self.maximumSize else {
      throw RecipeError.malformed(
        "it has \(json.count) bytes, at most \(Self.maximumSize) are read")
    }
    do {
      let decoder = JSONDecoder()
      self = try decoder.decode(Recipe.self, from: json)
      let given = try decoder.decode(JSONTree.self, from: json)
      let known = try decoder.decode(JSONTree.self, from: self.json())
      if let key = given.firstKey(missingIn: known) {
        throw RecipeError.malformed("there is no option '\(key)'")
      }
    } catch let error as DecodingError {
      throw RecipeError.malformed(Self.reason(error))
    }
    try validate()
  }

  /// Reads a recipe from a file and checks it.
  public init(contentsOf path: String) throws {
    try self.init(json: Data(FileContents.read(path, limit: Self.maximumSize)))
  }

  /// The recipe as JSON, always the same bytes.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return try encoder.encode(self)
  }

  /// Checks everything that can be wrong before anything is computed.
  ///
  /// - Throws: ``RecipeError``, ``ArchitectureError``, ``SamplerError`` or ``TrainingError``.
  public func validate() throws {
    let shape = try Architecture(architecture, activation: activation)
    guard shape.inputs == FeatureDomain.vmaf.names.count, shape.outputs == 1 else {
      throw RecipeError.invalid(
        "the architecture '\(architecture)' must have \(FeatureDomain.vmaf.names.count) inputs "
          + "and one output")
    }
    guard !name.isEmpty, !teacher.isEmpty else {
      throw RecipeError.invalid("the name and the teacher must not be empty")
    }
    guard range.lower < range.upper else {
      throw RecipeError.invalid("the range must go from low to high")
    }
    guard (1...100_000_000).contains(sampling.rows), (0...10_000_000).contains(sampling.heldOutRows)
    else { throw RecipeError.invalid("the numbers of rows must be positive and below 100 million") }
    for (region, share) in sampling.mix where !(share >= 0 && share.isFinite) {
      throw SamplerError.invalidShare(region, share)
    }
    guard !stages.isEmpty else { throw RecipeError.invalid("there must be at least one stage") }
    for stage in stages { try stage.validate(parameterCount: shape.parameterCount) }
  }

  private static func reason(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "the top" : path.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "'\(key.stringValue)' is missing at \(place(context.codingPath))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "the value at \(place(context.codingPath)) is of another type than expected"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "it is no JSON" : "the value at \(place(context.codingPath)) is not one of those known"
    @unknown default:
      return "it cannot be decoded"
    }
  }
}

/// Why a recipe cannot be followed.
public enum RecipeError: Error, Equatable, CustomStringConvertible {
  /// The text is no recipe.
  case malformed(String)
  /// A value cannot be.
  case invalid(String)

  /// One sentence for a person: what is wrong and where.
  public var description: String {
    switch self {
    case .malformed(let reason): return "the recipe cannot be read: \(reason)"
    case .invalid(let reason): return "the recipe cannot be followed: \(reason)"
    }
  }
}
