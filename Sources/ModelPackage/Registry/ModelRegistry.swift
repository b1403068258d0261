import DurableFiles
public import TinyNets

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// The models that can be named by their id: those of the binary, then folders of packages.
///
/// Folders are those of `TINYVMAF_MODELS` (separated by colons) and the user's own,
/// `$XDG_DATA_HOME/tinyvmaf/models` or `~/.local/share/tinyvmaf/models`, on macOS
/// `~/Library/Application Support/tinyvmaf/models`. The first place that has an id wins, so no file
/// can take the place of a built-in model. Nothing is cached: every load reads and checks the files.
public struct ModelRegistry: Sendable {
  /// Where a model is.
  public enum Location: Hashable, Sendable, CustomStringConvertible {
    /// In the binary.
    case builtIn
    /// In a folder.
    case folder(String)

    /// A word or a path for a person.
    public var description: String {
      switch self {
      case .builtIn: "built-in"
      case .folder(let path): path
      }
    }
  }

  /// A model of the registry, or what is wrong with its sidecar.
  public struct Entry: Sendable {
    /// The model's id.
    public let id: String
    /// Where it is.
    public let location: Location
    /// What is known about it.
    public let sidecar: Result<Sidecar, any Error>
  }

  /// The folders in the order of the search.
  public let folders: [String]
  /// The folder that models are added to, or `nil` when the environment names none.
  public let userFolder: String?

  /// Creates a registry.
  ///
  /// - Parameters:
  ///   - folders: Searched before the user's folder.
  ///   - userFolder: Where models are added.
  public init(folders: [String], userFolder: String?) {
    self.folders = folders + (userFolder.map { [$0] } ?? []).filter { !folders.contains($0) }
    self.userFolder = userFolder
  }

  /// The registry of an environment, that of this process unless given.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    let given = (environment["TINYVMAF_MODELS"] ?? "").split(separator: ":").map(String.init)
    self.init(folders: given, userFolder: Self.userFolder(environment))
  }

  private static func userFolder(_ environment: [String: String]) -> String? {
    // As the XDG specification has it, a path that is not absolute counts as not set.
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      return "\(data)/tinyvmaf/models"
    }
    guard let home = environment["HOME"], !home.isEmpty else { return nil }
    #if canImport(Darwin)
      return "\(home)/Library/Application Support/tinyvmaf/models"
    #else
      return "\(home)/.local/share/tinyvmaf/models"
    #endif
  }

  /// The ids of the models of the binary, smallest model first.
  public static var builtInIdentifiers: [String] { BuiltInModels.identifiers }

  /// The network of a model of the binary.
  ///
  /// - Parameter id: One of ``builtInIdentifiers``.
  /// - Throws: ``ModelPackageError/unknown(_:known:)`` for another id.
  public static func builtInNetwork(_ id: String) throws -> Network {
    guard let network = try BuiltInModels.load(id, precision: .fp32)?.graph.network else {
      throw ModelPackageError.unknown(id, known: builtInIdentifiers)
    }
    return network
  }

  /// The ids of all models: the binary's, then the folders', each by name.
  public var identifiers: [String] {
    var found = BuiltInModels.identifiers
    for folder in folders {
      for id in Self.identifiers(in: folder) where !found.contains(id) { found.append(id) }
    }
    return found
  }

  /// All models that have something to say, the ones that are hidden by others left out.
  public var entries: [Entry] { identifiers.compactMap { try? entry($0) } }

  /// A model by its id.
  ///
  /// - Throws: ``ModelPackageError/unknown(_:known:)``.
  public func entry(_ id: String) throws(ModelPackageError) -> Entry {
    if BuiltInModels.identifiers.contains(id) {
      let sidecar = Result {
        guard let (sidecar, _) = try BuiltInModels.sidecar(id) else {
          throw ModelPackageError.unknown(id, known: [])
        }
        return sidecar
      }
      return Entry(id: id, location: .builtIn, sidecar: sidecar)
    }
    guard let folder = folder(of: id) else { throw .unknown(id, known: identifiers) }
    return Entry(
      id: id, location: .folder(folder),
      sidecar: Result { try PackagedModel.readSidecar("\(folder)/\(id).json").0 })
  }

  /// Loads and checks a model.
  ///
  /// - Throws: ``ModelPackageError``, `FileError` or ``ONNXError``.
  public func load(
    _ id: String, precision: Sidecar.Precision = .fp32
  ) throws -> PackagedModel {
    if let model = try BuiltInModels.load(id, precision: precision) { return model }
    guard let folder = folder(of: id) else {
      throw ModelPackageError.unknown(id, known: identifiers)
    }
    return try PackagedModel(sidecarAt: "\(folder)/\(id).json", precision: precision)
  }

  /// The first folder that has a sidecar of that id; ids cannot name other folders.
  func folder(of id: String) -> String? {
    guard Sidecar.isIdentifier(id) else { return nil }
    return folders.first { FileContents.exists("\($0)/\(id).json") }
  }

  private static func identifiers(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") && !$0.hasSuffix(Signature.fileSuffix) }
      .map { String($0.dropLast(".json".count)) }
      .filter(Sidecar.isIdentifier).sorted()
  }
}
