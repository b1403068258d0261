#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The options of one extractor: a value type plus the table that ties its properties to
/// libvmaf's option names.
protocol FeatureOptions: Hashable, Sendable {
  /// All options at libvmaf's defaults.
  init()
  /// The options by name.
  static var table: [FeatureOption<Self>] { get }
}

/// One option of an extractor: its name in libvmaf, its place in `Options`, its legal values.
struct FeatureOption<Options: FeatureOptions>: Sendable {
  enum Storage: Sendable {
    case flag(any WritableKeyPath<Options, Bool> & Sendable)
    case integer(any WritableKeyPath<Options, Int> & Sendable, ClosedRange<Int>)
    case number(any WritableKeyPath<Options, Double> & Sendable, ClosedRange<Double>)
  }

  /// The full name, as written on a command line and in a model.
  let name: String
  /// The abbreviation in the names of outputs, or `nil` for an option that never shows there.
  let alias: String?
  let storage: Storage

  init(_ name: String, _ alias: String?, _ storage: Storage) {
    self.name = name
    self.alias = alias
    self.storage = storage
  }
}

extension FeatureOption {
  /// The part of an output's name that tells this option, or `nil` at the default value.
  func namePart(in options: Options) -> String? {
    guard let alias else { return nil }
    let defaults = Options()
    switch storage {
    case .flag(let path):
      return options[keyPath: path] == defaults[keyPath: path] ? nil : "_\(alias)"
    case .integer(let path, _):
      let value = options[keyPath: path]
      return value == defaults[keyPath: path] ? nil : "_\(alias)_\(value)"
    case .number(let path, _):
      let value = options[keyPath: path]
      return value == defaults[keyPath: path] ? nil : "_\(alias)_\(generalFormat(value))"
    }
  }

  /// Reads a value written as text into `options`; returns what is allowed where it is not legal.
  func set(_ text: String, in options: inout Options) -> String? {
    switch storage {
    case .flag(let path):
      switch text {
      case "true": options[keyPath: path] = true
      case "false": options[keyPath: path] = false
      default: return "be true or false"
      }
    case .integer(let path, let range):
      // `atoi`: leading digits count, so that 1080.5 is 1080, as in libvmaf. The guard keeps
      // values that `atoi` leaves undefined out.
      let value = abs(atof(text)) <= 1e9 ? Int(atoi(text)) : Int.max
      guard value != 0 || text.first == "0", range.contains(value) else {
        return "be a whole number from \(range.lowerBound) to \(range.upperBound)"
      }
      options[keyPath: path] = value
    case .number(let path, let range):
      let value = atof(text)
      guard value != 0 || text.first == "0", range.contains(value) else {
        let lower = generalFormat(range.lowerBound)
        guard range.upperBound < .greatestFiniteMagnitude else {
          return "be a number of at least \(lower)"
        }
        return "be a number from \(lower) to \(generalFormat(range.upperBound))"
      }
      options[keyPath: path] = value
    }
    return nil
  }
}

extension FeatureOptions {
  /// The suffix of the names of all outputs; empty when every value-changing option is at its
  /// default.
  var nameSuffix: String {
    Self.table.sorted { $0.name < $1.name }.compactMap { $0.namePart(in: self) }.joined()
  }

  /// Creates options from names and values as text.
  ///
  /// Unknown names are ignored, as libvmaf does, with a sentence added to `warnings`.
  init(
    _ values: [FeatureOptionValue], of extractor: String, warnings: inout [String]
  ) throws(FeatureExtractorError) {
    self.init()
    for value in values {
      guard let option = Self.table.first(where: { $0.name == value.name }) else {
        let known = Self.table.map(\.name).joined(separator: ", ")
        warnings.append(
          "Option \"\(value.name)\" of feature extractor \"\(extractor)\" is unknown and was "
            + "ignored; it has \(known).")
        continue
      }
      if let rule = option.set(value.text, in: &self) {
        throw .badValue(extractor: extractor, option: value.name, value: value.text, rule: rule)
      }
    }
  }
}

/// The name and value of an option as text, with libvmaf's normalisation of numbers applied.
public struct FeatureOptionValue: Hashable, Sendable {
  /// The full option name, for example `adm_enhn_gain_limit`.
  public let name: String
  /// The value: `true`, `false`, or a number in the shortest form of C's `%g`.
  public let text: String

  /// Creates an option from text; a text that begins with a number is taken as that number,
  /// read in single precision and printed with six significant digits, as libvmaf does.
  public init(name: String, text: String) {
    self.name = name
    self.text = Self.normalized(text)
  }

  /// Creates a numeric option.
  public init(name: String, value: Double) { self.init(name: name, text: "\(value)") }

  /// Creates a boolean option.
  public init(name: String, value: Bool) {
    self.name = name
    self.text = value ? "true" : "false"
  }

  private static func normalized(_ text: String) -> String {
    text.withCString { start in
      var end: UnsafeMutablePointer<CChar>?
      let value = strtof(start, &end)
      if let end, UnsafePointer(end) == start { return text }
      return generalFormat(Double(value))
    }
  }
}

/// The number as C prints it with `%g`: six significant digits, no trailing zeros.
func generalFormat(_ value: Double) -> String {
  withVaList([value]) { arguments in
    var buffer = [CChar](repeating: 0, count: 32)
    let count = Int(vsnprintf(&buffer, buffer.count, "%g", arguments))
    return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
