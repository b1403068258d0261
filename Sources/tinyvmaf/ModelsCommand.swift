import ArgumentParser
import DurableFiles
import Evaluation
import ModelPackage
import Scoring
import TinyNets

/// `tinyvmaf models`: the registry of small models.
struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "List, describe, check, add and remove students.",
    discussion: """
      Students are in the binary, in the folders of TINYVMAF_MODELS and in the user's own folder, to \
      which add copies. Every file is checked against its sidecar whenever it is loaded.

      EXAMPLES:
        tinyvmaf models list
        tinyvmaf models show tiny
        tinyvmaf models verify
        tinyvmaf models add packages/mine.onnx
        tinyvmaf score ref.y4m dis.y4m --model mine
      """,
    subcommands: [
      List.self, Show.self, Verify.self, Predict.self, Add.self, Remove.self, Card.self,
      Schema.self, Digest.self,
    ])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "A line for each model, with its place.")

    @Flag(help: "As JSON.")
    var json = false

    mutating func run() throws {
      let entries = ModelRegistry().entries
      if json {
        Terminal.out(
          String(decoding: JSONValue.array(entries.map(\.json)).bytes, as: UTF8.self))
        return
      }
      let rows = entries.map { entry in
        switch entry.sidecar {
        case .success(let sidecar):
          [
            entry.id, "\(sidecar.weights.parameters)", sidecar.score.unit,
            sidecar.teacher?.name ?? "–", "\(entry.location)",
          ]
        case .failure: [entry.id, "–", "–", "unusable", "\(entry.location)"]
        }
      }
      Terminal.out(
        Figures.text(
          TextTable(
            title: "Students (tiny is \(StudentSelection.defaultIdentifier))",
            header: ["id", "parameters", "score", "teacher", "place"], rows: rows)))
      for entry in entries {
        if case .failure(let error) = entry.sidecar { Terminal.noteLine("warning: \(error)") }
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "What is known about a model: its sidecar.")

    @OptionGroup var model: ModelArgument

    @Flag(help: "As JSON: the sidecar itself.")
    var json = false

    mutating func run() throws {
      let sidecar = try model.sidecar()
      Terminal.out(
        json ? String(decoding: try sidecar.json(), as: UTF8.self) : sidecar.modelCard())
    }
  }

  struct Card: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "card", abstract: "The model card in Markdown, made of the sidecar.")

    @OptionGroup var model: ModelArgument

    mutating func run() throws { Terminal.out(try model.sidecar().modelCard()) }
  }

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema", abstract: "The JSON Schema of sidecars.")

    mutating func run() throws { Terminal.out(Sidecar.schemaText) }
  }

  struct Digest: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "digest",
      abstract: "The SHA-256 of a network's numbers alone, whatever file holds them.",
      discussion: "The same weights have one digest as safetensors and as ONNX.")

    @Argument(help: "A model's id, or a .safetensors or .onnx file.")
    var model: String

    mutating func run() throws {
      let network = try ModelArgument.network(model)
      Terminal.out("\(network.weightsDigest)\n")
    }
  }
}

/// The model that a subcommand works on.
struct ModelArgument: ParsableArguments {
  @Argument(help: "A model's id, or a package's .onnx or .json file.")
  var model: String

  /// The sidecar of the model.
  func sidecar() throws -> Sidecar {
    if model.hasSuffix(".json") {
      try Failure.requireFile(model)
      return try Sidecar(
        json: FileContents.read(model, limit: Sidecar.maximumSize), source: model)
    }
    guard let sidecar = try Self.load(model).sidecar else {
      throw ModelPackageError.missingSidecar(model)
    }
    return sidecar
  }

  /// Loads a model by its id, its short name or from its file.
  static func load(_ model: String) throws -> PackagedModel {
    if model.hasSuffix(".onnx") {
      try Failure.requireFile(model)
      return try PackagedModel(contentsOf: model)
    }
    return try ModelRegistry().load(identifier(model))
  }

  /// The network of a model or of a file of weights.
  static func network(_ model: String) throws -> Network {
    if model.hasSuffix(".safetensors") {
      try Failure.requireFile(model)
      return try Network(contentsOf: model)
    }
    guard let network = try load(model).graph.network else {
      throw Failure.Message(
        text: "\(model) is no network of this project: only those have weights of their own.",
        code: Failure.badData)
    }
    return network
  }

  /// The id that a name stands for.
  static func identifier(_ name: String) throws -> String {
    guard case .identifier(let id) = try StudentSelection(name)?.source else {
      throw StudentError.unknownModel(named: name, among: [])
    }
    return id
  }
}

extension ModelRegistry.Entry {
  /// What `models list --json` says of the model.
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(id), "location": .string("\(location)"),
    ]
    switch sidecar {
    case .success(let sidecar):
      members["summary"] = .string(sidecar.summary)
      members["kind"] = .string(sidecar.kind.rawValue)
      members["unit"] = .string(sidecar.score.unit)
      members["parameters"] = .number(Double(sidecar.weights.parameters))
      members["teacher"] = sidecar.teacher.map { .string($0.name) } ?? .null
      members["sha256"] = .string(sidecar.files[0].sha256)
    case .failure(let error):
      members["error"] = .string("\(error)")
    }
    return .object(members)
  }
}
