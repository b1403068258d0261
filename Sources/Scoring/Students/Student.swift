public import Features
public import TinyNets

/// A network that predicts a teacher's score from the canonical six features.
public struct Student: Sendable {
  /// The student's name, such as `2x64`.
  public let name: String
  /// The network.
  public let network: Network

  /// The names of the students that travel in the binary.
  public static var embeddedNames: [String] { Network.embeddedNames }

  /// Wraps a network.
  public init(name: String, network: Network) {
    self.name = name
    self.network = network
  }

  /// Loads an embedded student by its name, or one from a `.safetensors` file.
  ///
  /// - Throws: ``StudentError/unknownStudent(_:known:)`` or the file's error.
  public init(_ nameOrPath: String) throws {
    if nameOrPath.hasSuffix(".safetensors") {
      network = try Network(contentsOf: nameOrPath)
      let file = nameOrPath.split(separator: "/").last.map(String.init) ?? nameOrPath
      name = network.metadata["name"] ?? String(file.dropLast(".safetensors".count))
    } else {
      guard Self.embeddedNames.contains(nameOrPath) else {
        throw StudentError.unknownStudent(nameOrPath, known: Self.embeddedNames)
      }
      network = try Network.embedded(named: nameOrPath)
      name = nameOrPath
    }
  }

  /// The teacher that the student was distilled from, when its file says so.
  public var teacher: String? { network.metadata["teacher"] }

  /// The scores of rows of canonical features, one after the other.
  public func scores(ofRows features: [Double]) -> [Double] {
    network.predict(features.map(Float.init)).map(Double.init)
  }

  /// The scores of a table that has the canonical six features.
  ///
  /// - Returns: A column of the student's name, or `nil` when a feature is missing.
  public func scores(of table: FeatureTable) -> FeatureTable.Column? {
    let columns = FeatureName.canonicalSix.compactMap { table[$0] }
    guard columns.count == FeatureName.canonicalSix.count else { return nil }
    let rows = table.frames.indices.flatMap { row in columns.map { $0[row] } }
    return FeatureTable.Column(name: FeatureName(name), values: scores(ofRows: rows))
  }
}
