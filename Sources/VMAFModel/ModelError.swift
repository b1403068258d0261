/// Why a model cannot be used.
public enum ModelError: Error, Hashable, CustomStringConvertible {
  /// A model specification is not written as it must be.
  case badSpecification(String, problem: String)
  /// There is no built-in model of that name.
  case unknownVersion(String, suggestion: String?)
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The file is larger than any model can be.
  case tooLarge(path: String, limit: Int)
  /// The contents are not a usable model; the problem is a clause such as "it is not JSON".
  case invalid(source: String, problem: String)

  /// One sentence: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .badSpecification(let text, let problem):
      return "Model \"\(text)\" cannot be understood: \(problem)."
    case .unknownVersion(let name, let suggestion):
      if let suggestion {
        return "There is no built-in model \"\(name)\"; did you mean \"\(suggestion)\"?"
      }
      let known = EmbeddedModel.versions.joined(separator: ", ")
      return "There is no built-in model \"\(name)\"; available are \(known), and any libvmaf "
        + "model file with path=FILE."
    case .unreadable(let path, let reason):
      return "The model file \"\(path)\" cannot be read: \(reason)."
    case .tooLarge(let path, let limit):
      return "The model file \"\(path)\" is larger than \(limit / (1 << 20)) MiB, which no VMAF "
        + "model is."
    case .invalid(let source, let problem):
      return "The model \"\(source)\" cannot be used: \(problem)."
    }
  }
}
