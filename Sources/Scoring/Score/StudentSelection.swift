import Features
public import VMAFModel

/// Which student scores, and how.
///
/// The first part names it: `tiny`, `tiny:3x128`, an id such as `tiny-dmos` (with or without
/// `version=`), `FILE.onnx` or `path=FILE.onnx`. After it, separated by colons, may come `name=` (the
/// name of the score, the model's id unless given) and `extractor.option=value` for every feature
/// of that extractor, as in libvmaf's grammar: `tiny:name=neg:adm.adm_enhn_gain_limit=1`.
public struct StudentSelection: Hashable, Sendable {
  /// Where the student comes from.
  public enum Source: Hashable, Sendable {
    /// A model of the registry.
    case identifier(String)
    /// A model file.
    case path(String)
  }

  /// Where the student comes from.
  public var source: Source
  /// The printed name of the score, or `nil` for the model's id.
  public var name: String?
  /// Options for features, on top of what the model itself says.
  public var overloads: [ModelSpecification.Overload] = []

  /// The student that `tiny` stands for.
  public static let defaultIdentifier = "tiny-2x64"
  /// The endings of students' files.
  static let fileExtensions = [".onnx", ".safetensors"]

  /// Creates a selection without any options.
  public init(source: Source, name: String? = nil) {
    self.source = source
    self.name = name
  }

  /// Reads a selection.
  ///
  /// - Returns: `nil` when the first part does not name a student.
  /// - Throws: ``StudentError`` when it does and the rest is not in the grammar.
  public init?(_ text: String) throws(StudentError) {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
    guard let head = parts.popFirst().map(String.init) else { return nil }
    let prefixes = ["path=", "version="]
    let prefix = prefixes.first { head.hasPrefix($0) } ?? ""
    let value = String(head.dropFirst(prefix.count))
    if prefix != "version=", Self.fileExtensions.contains(where: value.hasSuffix) {
      source = .path(value)
    } else if prefix != "path=", value == "tiny" {
      if let shape = parts.first, !shape.isEmpty, !shape.contains("=") {
        guard let identifier = Student.identifier(of: "tiny-\(shape)") else {
          throw .unknownModel(named: "tiny:\(shape)", among: [])
        }
        source = .identifier(identifier)
        parts = parts.dropFirst()
      } else {
        source = .identifier(Self.defaultIdentifier)
      }
    } else if prefix != "path=", let identifier = Student.identifier(of: value) {
      source = .identifier(identifier)
    } else {
      return nil
    }
    for part in parts { try addOption(part, in: text) }
  }

  private mutating func addOption(_ part: Substring, in text: String) throws(StudentError) {
    let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2, !words[1].isEmpty else {
      throw .badSelection(
        text, problem: "\"\(part)\" is neither name=NAME nor extractor.option=value")
    }
    if words[0] == "name" {
      name = String(words[1])
      return
    }
    let names = words[0].split(separator: ".", omittingEmptySubsequences: false)
    guard names.count == 2, let kind = FeatureExtractor.Kind(rawValue: String(names[0])) else {
      throw .badSelection(text, problem: "\"\(words[0])\" is no option of a feature extractor")
    }
    overloads.append(
      .init(
        extractor: kind,
        option: FeatureOptionValue(name: String(names[1]), text: String(words[1]))))
  }
}

extension StudentSelection: CustomStringConvertible {
  /// The selection in its grammar, the same text for the same model and options.
  public var description: String {
    var parts: [String]
    switch source {
    case .identifier(let identifier): parts = [identifier]
    case .path(let path): parts = ["path=\(path)"]
    }
    if let name { parts.append("name=\(name)") }
    parts += overloads.map { "\($0.extractor.rawValue).\($0.option.name)=\($0.option.text)" }
    return parts.joined(separator: ":")
  }
}
