public import VMAFModel

/// Which model scores, as written after `-m` or `--model`: a teacher or a student.
///
/// Everything that libvmaf's grammar allows is a teacher and stays what it was; see
/// `ModelSpecification`. A student is `tiny` (the default student), `tiny:3x128`, a model's id in
/// the registry such as `tiny-2x64`, or a file that ends in `.onnx` or `.safetensors`, bare or after
/// `path=`. See ``StudentSelection`` for what may follow.
public enum ModelSelection: Hashable, Sendable {
  /// A support vector regression in libvmaf's JSON form.
  case teacher(ModelSpecification)
  /// A small network.
  case student(StudentSelection)

  /// libvmaf's default model.
  public static let `default` = ModelSelection.teacher(.default)

  /// Reads a selection.
  ///
  /// - Throws: `ModelError` or ``StudentError`` for text that is not in either grammar and for a
  ///   name that no model has.
  public init(_ text: String) throws {
    if let student = try StudentSelection(text) {
      self = .student(student)
      return
    }
    do {
      self = .teacher(try ModelSpecification(text))
    } catch ModelError.unknownVersion(let name, _) {
      throw StudentError.unknownModel(named: name, among: EmbeddedModel.versions + ["phone"])
    }
  }
}

extension ModelSelection: CustomStringConvertible {
  /// The selection in its grammar, the same text for the same model and options.
  public var description: String {
    switch self {
    case .teacher(let specification): specification.description
    case .student(let selection): selection.description
    }
  }
}
