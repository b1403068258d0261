import Features
import ModelPackage
import Scoring
import VMAFModel

/// The models that a client can name.
struct ModelCatalog: Sendable {
  /// What is known about a model.
  struct Card: Sendable {
    /// The name to give as `model`.
    let name: String
    /// `teacher` or `student`.
    let kind: String
    /// One sentence.
    let summary: String
    /// Loads the model and tells the rest of the card.
    let details: @Sendable () throws -> JSONObject

    /// The card as JSON.
    ///
    /// - Throws: The error of a model that cannot be loaded.
    func json() throws -> JSONValue {
      var members: JSONObject = [
        "name": .string(name), "kind": .string(kind), "summary": .string(summary),
      ]
      for (name, value) in try details().members { members[name] = value }
      return .object(members)
    }

    /// What clients see of the card.
    var entry: ResourceEntry {
      ResourceEntry(
        uri: "tinyvmaf://models/\(name)", name: name, title: "Model \(name)",
        description: summary, mimeType: "application/json")
    }
  }

  /// All models, the default first.
  var all: [Card] { teachers + students }

  /// The card of the model of that name, or `nil`.
  func find(_ name: String) -> Card? {
    let id = name == "tiny" ? StudentSelection.defaultIdentifier : name
    let names = [id, "tiny-\(id)", id.split(separator: ":").joined(separator: "-")]
    return names.lazy.compactMap { name in all.first { $0.name == name } }.first
  }

  private var teachers: [Card] {
    (EmbeddedModel.versions + ["phone"]).map { name in
      Card(
        name: name, kind: "teacher", summary: Self.summaries[name] ?? "",
        details: {
          let model = try QualityModel(ModelSpecification(name))
          return [
            "unit": "VMAF", "content_sha256": .string(model.contentHash),
            "features": .array(model.featureNames.map { .string($0.rawValue) }),
            "score_range": [0, 100],
          ]
        })
    }
  }

  private var students: [Card] {
    ModelRegistry().entries.map { entry in
      var summary = "A small neural network."
      if case .success(let sidecar) = entry.sidecar { summary = sidecar.summary }
      return Card(
        name: entry.id, kind: "student", summary: summary,
        details: {
          let package = try entry.sidecar.get().json()
          return ["package": try JSONParser.parse(package)]
        })
    }
  }

  private static let summaries = [
    "vmaf_v0.6.1": "The usual model: an HD television at three times its height.",
    "vmaf_v0.6.1neg":
      "Like vmaf_v0.6.1, but sharpening and contrast do not raise the score: for comparing codecs.",
    "vmaf_4k_v0.6.1": "A 4K television at one and a half times its height.",
    "vmaf_4k_v0.6.1neg": "Like vmaf_4k_v0.6.1, without gain from sharpening.",
    "phone": "vmaf_v0.6.1 as seen on a phone: scores are higher.",
  ]
}

extension ModelCatalog {
  /// The models that a client names; model files must lie in the allowed folders.
  ///
  /// Where several models would give their scores the same name, the later ones get their own.
  static func selections(
    _ texts: [String], in folders: AllowedFolders
  ) throws -> [ModelSelection] {
    var names: Set<String> = []
    return try texts.map { text in
      switch try ModelSelection(text) {
      case .teacher(var model):
        if case .path(let path) = model.source { model.source = .path(try folders.resolve(path)) }
        if !names.insert(model.name).inserted {
          model.name = Self.name(of: model)
          names.insert(model.name)
        }
        return .teacher(model)
      case .student(var student):
        if case .path(let path) = student.source {
          student.source = .path(try folders.resolve(path))
        }
        return .student(student)
      }
    }
  }

  private static func name(of model: ModelSpecification) -> String {
    switch model.source {
    case .version(let version): model.enablesTransform ? "phone" : version
    case .path(let path): path.split(separator: "/").last.map(String.init) ?? path
    }
  }
}
