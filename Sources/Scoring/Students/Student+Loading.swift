import DurableFiles
import ModelPackage
import TinyNets
import VMAFModel

extension Student {
  /// The ids of the students that travel in the binary.
  public static var embeddedIdentifiers: [String] { Network.embeddedNames.map { "tiny-\($0)" } }

  /// The id that a person means by a name: an id as it is, or a built-in student's without its
  /// `tiny-`; `nil` when there is no such student.
  static func identifier(of name: String) -> String? {
    if name == "tiny" { return StudentSelection.defaultIdentifier }
    return [name, "tiny-\(name)"].first(where: embeddedIdentifiers.contains)
  }

  /// Loads a student by its id or from its file.
  ///
  /// - Throws: ``StudentError`` or the file's error.
  public init(_ nameOrPath: String) throws {
    guard let selection = try StudentSelection(nameOrPath) else {
      throw StudentError.unknownModel(named: nameOrPath, among: [])
    }
    try self.init(selection)
  }

  /// Loads the student that a selection names.
  ///
  /// - Throws: ``StudentError`` or the file's error.
  public init(_ selection: StudentSelection) throws {
    switch selection.source {
    case .identifier(let identifier):
      guard Self.embeddedIdentifiers.contains(identifier) else {
        throw StudentError.unknownModel(named: identifier, among: [])
      }
      let network = try Network.embedded(named: String(identifier.dropFirst("tiny-".count)))
      try self.init(
        network, name: identifier, source: identifier, overloads: selection.overloads,
        domains: FeatureDomain.vmaf.physical.map { $0.lower...$0.upper })
    case .path(let path):
      let network = try Network(contentsOf: path)
      let file = path.split(separator: "/").last.map(String.init) ?? path
      let stem = file.split(separator: ".").dropLast().joined(separator: ".")
      try self.init(
        network, name: network.metadata["name"] ?? stem, source: path,
        overloads: selection.overloads, domains: [])
    }
  }

  private init(
    _ network: Network, name: String, source: String, overloads: [ModelSpecification.Overload],
    domains: [ClosedRange<Double>]
  ) throws(StudentError) {
    self.init(
      name: name, source: source, teacher: network.metadata["teacher"],
      inputs: try StudentInput.canonicalSix(
        domains: domains, overloads: overloads, student: source),
      regression: network)
  }
}

extension StudentError {
  /// There is no model of that name; says which one may have been meant.
  ///
  /// - Parameters:
  ///   - name: What was asked for.
  ///   - others: Names of models that are no students.
  static func unknownModel(named name: String, among others: [String]) -> StudentError {
    let students = ["tiny"] + Student.embeddedIdentifiers
    return .unknownModel(
      name, suggestion: ModelSpecification.suggestion(for: name, among: others + students),
      known: students + others)
  }
}
