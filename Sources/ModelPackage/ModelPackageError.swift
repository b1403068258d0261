/// Why a model package cannot be used, added or removed.
public enum ModelPackageError: Error, Hashable, CustomStringConvertible {
  /// There is no model of that id.
  case unknown(String, known: [String])
  /// A text cannot be the id of a model.
  case badIdentifier(String)
  /// A sidecar does not hold what it must; the problem is a clause.
  case malformedSidecar(String, problem: String)
  /// There is no sidecar beside a model file.
  case missingSidecar(String)
  /// A file is not the one that its sidecar names; the problem is a clause.
  case tampered(String, problem: String)
  /// A file that a sidecar names is not there.
  case missingFile(String, sidecar: String)
  /// A model of that id is there already.
  case alreadyThere(String, location: String)
  /// A model of the binary cannot be replaced or removed.
  case isBuiltIn(String)
  /// There is no folder for a user's models.
  case noUserFolder
  /// A signature does not hold or cannot be checked; the problem is a clause.
  case signature(String, problem: String)
  /// A model has no file of that precision.
  case noPrecision(String, Sidecar.Precision)

  /// One sentence: what is wrong and what to do.
  public var description: String {
    switch self {
    case .unknown(let name, let known):
      return "There is no model \"\(name)\"; available are \(known.joined(separator: ", "))."
    case .badIdentifier(let text):
      return
        "\"\(text.prefix(80))\" cannot be a model's id: use 1 to 64 lower-case letters, digits, "
        + "dots, dashes and underscores after a letter."
    case .malformedSidecar(let source, let problem):
      return "The sidecar \"\(source)\" cannot be used: \(problem)."
    case .missingSidecar(let path):
      return "There is no sidecar beside \"\(path)\"; put the model's NAME.json there."
    case .tampered(let path, let problem):
      return "\"\(path)\" is refused: \(problem)."
    case .missingFile(let path, let sidecar):
      return "\"\(path)\" is not there, and \(sidecar) names it; get the whole package again."
    case .alreadyThere(let id, let location):
      return "There is a model \"\(id)\" in \(location) already; remove it first or add --replace."
    case .isBuiltIn(let id):
      return "\"\(id)\" is part of the binary and cannot be replaced or removed; use another id."
    case .noUserFolder:
      return "There is no folder for models: neither HOME nor XDG_DATA_HOME is set."
    case .signature(let path, let problem):
      return "The signature of \"\(path)\" does not hold: \(problem)."
    case .noPrecision(let id, let precision):
      return "The model \"\(id)\" has no \(precision.rawValue) file."
    }
  }
}
