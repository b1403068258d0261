import Features
import Scoring
import TinyNets
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
    /// More members of the card.
    let details: JSONObject

    /// The card as JSON.
    var json: JSONValue {
      var members: JSONObject = [
        "name": .string(name), "kind": .string(kind), "summary": .string(summary),
      ]
      for (name, value) in details.members { members[name] = value }
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
  func find(_ name: String) -> Card? { all.first { $0.name == name } }

  private var teachers: [Card] {
    (EmbeddedModel.versions + ["phone"]).compactMap { name in
      guard let specification = try? ModelSpecification(name),
        let model = try? QualityModel(specification)
      else { return nil }
      return Card(
        name: name, kind: "teacher", summary: Self.summaries[name] ?? "",
        details: [
          "content_sha256": .string(model.contentHash),
          "features": .array(model.featureNames.map { .string($0.rawValue) }),
          "score_range": [0, 100],
        ])
    }
  }

  private var students: [Card] {
    Student.embeddedNames.compactMap { name in
      guard let student = try? Student(name) else { return nil }
      var details: JSONObject = [
        "features": .array(FeatureName.canonicalSix.map { .string($0.rawValue) }),
        "parameters": .integer(student.network.parameters.count), "score_range": [0, 100],
      ]
      details["teacher"] = student.teacher.map(JSONValue.string)
      return Card(
        name: name, kind: "student",
        summary: "A neural network that gives the scores of its teacher.", details: details)
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
  static func selections(
    _ texts: [String], in folders: AllowedFolders
  ) throws -> [ModelSpecification] {
    var names: Set<String> = []
    return try texts.map { text in
      var model = try ModelSpecification(text)
      if case .path(let path) = model.source { model.source = .path(try folders.resolve(path)) }
      if !names.insert(model.name).inserted {
        // Several models at once, of which nobody gave a name.
        switch model.source {
        case .version(let version): model.name = model.enablesTransform ? "phone" : version
        case .path(let path): model.name = path.split(separator: "/").last.map(String.init) ?? path
        }
        names.insert(model.name)
      }
      return model
    }
  }
}
