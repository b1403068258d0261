import Features

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The JSON form of a model: `{"model_dict": …}`, or several of them under "0", "1", ….
enum ModelFile {
  /// Larger files are refused; the largest published model has 0.5 MB.
  static let byteLimit = 16 << 20

  /// Reads a whole file of at most ``byteLimit`` bytes.
  static func read(path: String) throws(ModelError) -> [UInt8] {
    guard let file = fopen(path, "rb") else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      bytes += chunk.prefix(count)
      guard bytes.count <= byteLimit else { throw .tooLarge(path: path, limit: byteLimit) }
      if count < chunk.count { break }
    }
    guard ferror(file) == 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    return bytes
  }

  /// Decodes all members of a model file: one, or the members of a bootstrap model in order.
  ///
  /// - Parameters:
  ///   - bytes: The JSON text.
  ///   - source: The name for error sentences.
  static func members(_ bytes: [UInt8], source: String) throws(ModelError) -> [Contents] {
    do {
      let file = try JSONDecoder().decode(Members.self, from: Data(bytes))
      return file.members
    } catch let error as DecodingError {
      throw .invalid(source: source, problem: problem(error))
    } catch {
      throw .invalid(source: source, problem: "it is not JSON")
    }
  }

  private static func problem(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        .drop { $0 == "." }.description
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(place(context.codingPath + [key])) is missing"
    case .valueNotFound(_, let context), .typeMismatch(_, let context):
      return context.codingPath.isEmpty
        ? "it is not a JSON object" : "\(place(context.codingPath)) has the wrong type"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "it is not JSON" : "\(place(context.codingPath)) has no legal value"
    @unknown default: return "it is not a model in libvmaf's JSON form"
    }
  }
}

extension ModelFile {
  /// The `model_dict` of one member.
  struct Contents: Decodable {
    let featureNames: [String]
    let featureOptions: [[String: OptionValue]]?
    let normType: String
    let slopes: [Double]?
    let intercepts: [Double]?
    let scoreClip: [Double]?
    let scoreTransform: Transform?
    let modelType: String?
    let model: String

    private enum CodingKeys: String, CodingKey {
      case featureNames = "feature_names"
      case featureOptions = "feature_opts_dicts"
      case normType = "norm_type"
      case slopes, intercepts
      case scoreClip = "score_clip"
      case scoreTransform = "score_transform"
      case modelType = "model_type"
      case model
    }
  }

  /// The `score_transform` of a member.
  struct Transform: Decodable {
    let enabled: Bool?
    let p0: Double?
    let p1: Double?
    let p2: Double?
    let knots: [[Double]]?
    let outLTEIn: OptionValue?
    let outGTEIn: OptionValue?

    private enum CodingKeys: String, CodingKey {
      case enabled, p0, p1, p2, knots
      case outLTEIn = "out_lte_in"
      case outGTEIn = "out_gte_in"
    }
  }

  /// A boolean, number or text.
  enum OptionValue: Decodable {
    case flag(Bool)
    case number(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    /// Whether this is true, written as JSON's value or as text.
    var isTrue: Bool {
      switch self {
      case .flag(let flag): flag
      case .text(let text): text == "true"
      case .number: false
      }
    }

    /// The value as an option of a feature extractor.
    func option(named name: String) -> FeatureOptionValue {
      switch self {
      case .flag(let flag): FeatureOptionValue(name: name, value: flag)
      case .number(let number): FeatureOptionValue(name: name, value: number)
      case .text(let text): FeatureOptionValue(name: name, text: text)
      }
    }
  }

  private struct Member: Decodable {
    let modelDict: Contents

    private enum CodingKeys: String, CodingKey { case modelDict = "model_dict" }
  }

  /// The top level of the file.
  private struct Members: Decodable {
    let members: [Contents]

    private struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      guard container.contains(Key(stringValue: "0")) else {
        members = [try Member(from: decoder).modelDict]
        return
      }
      var members: [Contents] = []
      while container.contains(Key(stringValue: "\(members.count)")) {
        let key = Key(stringValue: "\(members.count)")
        members.append(try container.decode(Member.self, forKey: key).modelDict)
      }
      self.members = members
    }
  }
}
