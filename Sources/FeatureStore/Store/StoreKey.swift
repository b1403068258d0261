/// What a stored file depends on: if any of it differs, it is another file.
///
/// The names of source and pair belong to it, since the rows carry them and splits are made by
/// source; two identical files under two names are two pairs.
public struct StoreKey: Sendable, Hashable, Codable {
  /// Where the rows come from.
  public enum Origin: String, Sendable, Codable {
    /// Computed from two videos.
    case extracted
    /// Read from a table that somebody else computed.
    case imported
  }

  /// What one row is.
  public enum Unit: String, Sendable, Codable {
    /// A frame of a video.
    case frame
    /// A whole clip.
    case clip
  }

  /// A model whose scores are stored.
  public struct Teacher: Sendable, Hashable, Codable {
    /// The name, which is also the name of its column.
    public let name: String
    /// The SHA-256 of the model file.
    public let sha256: String

    /// Creates a teacher.
    public init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }

  /// Where the rows come from.
  public let origin: Origin
  /// What one row is.
  public let unit: Unit
  /// The content that the pair shows; empty for an imported table, whose rows name their own.
  public let source: String
  /// The distorted clip's name, unique within its source; for an imported table its name.
  public let pair: String
  /// The files the rows were computed from: reference and distorted, or the table.
  public let inputs: [InputDigest]
  /// The version of the extractors; raise it whenever a value changes.
  public let featureVersion: String
  /// Everything that was set and changes a value.
  public let options: [String: String]
  /// The models whose scores are stored, in column order.
  public let teachers: [Teacher]

  private enum CodingKeys: String, CodingKey {
    case origin, unit, source, pair, inputs, options, teachers
    case featureVersion = "feature_version"
  }

  /// Creates the key of an extracted pair.
  public init(
    source: String, pair: String, reference: InputDigest, distorted: InputDigest,
    featureVersion: String, options: [String: String], teachers: [Teacher]
  ) {
    self.init(
      origin: .extracted, unit: .frame, source: source, pair: pair,
      inputs: [reference, distorted], featureVersion: featureVersion, options: options,
      teachers: teachers)
  }

  init(
    origin: Origin, unit: Unit, source: String, pair: String, inputs: [InputDigest],
    featureVersion: String, options: [String: String], teachers: [Teacher]
  ) {
    self.origin = origin
    self.unit = unit
    self.source = source
    self.pair = pair
    self.inputs = inputs
    self.featureVersion = featureVersion
    self.options = options
    self.teachers = teachers
  }

  /// The pair within the store: source and name.
  public var identity: String { source.isEmpty ? pair : "\(source)/\(pair)" }

  /// The SHA-256 of the key's fields, 64 hexadecimal digits: the name of the stored file.
  public var digest: String {
    // Each string is preceded by its length, so that no two keys give the same text.
    var text = "tinyvmaf.store-key/1\n"
    let add = { (part: String) in text += "\(part.utf8.count):\(part)\n" }
    add(origin.rawValue)
    add(unit.rawValue)
    add(source)
    add(pair)
    add("\(inputs.count)")
    for input in inputs {
      add(input.sha256)
      add("\(input.size)")
    }
    add(featureVersion)
    add("\(options.count)")
    for (name, value) in options.sorted(by: { $0.key < $1.key }) {
      add(name)
      add(value)
    }
    add("\(teachers.count)")
    for teacher in teachers {
      add(teacher.name)
      add(teacher.sha256)
    }
    return sha256(Array(text.utf8))
  }
}
