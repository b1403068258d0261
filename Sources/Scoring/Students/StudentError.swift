/// Why a student cannot be trained or used.
public enum StudentError: Error, Hashable, CustomStringConvertible {
  /// The model needs a feature that students do not have.
  case unsuitableTeacher(String, feature: String)
  /// There is no model of that name.
  case unknownModel(String, suggestion: String?, known: [String])
  /// A selection is not written as it must be.
  case badSelection(String, problem: String)
  /// The model is there but cannot score; the problem is a clause.
  case unusable(String, problem: String)
  /// Folds need rows, and the recipe or the store gives none.
  case noRows(String)

  /// One sentence: what is wrong and what to do.
  public var description: String {
    switch self {
    case .unsuitableTeacher(let model, let feature):
      return "\(model) cannot be a teacher: it needs \(feature), and students have only the six "
        + "features of vmaf_v0.6.1."
    case .unknownModel(let name, let suggestion, let known):
      if let suggestion { return "There is no model \"\(name)\"; did you mean \"\(suggestion)\"?" }
      return "There is no model \"\(name)\"; available are \(known.joined(separator: ", ")), and "
        + "any model file with path=FILE."
    case .badSelection(let text, let problem):
      return "Model \"\(text)\" cannot be understood: \(problem)."
    case .unusable(let model, let problem):
      return "The model \"\(model)\" cannot be used: \(problem)."
    case .noRows(let reason): return "There are no rows to evaluate on: \(reason)."
    }
  }
}
