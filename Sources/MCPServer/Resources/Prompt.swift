/// A question that a person can have a model ask, with blanks to fill in.
struct Prompt: Sendable {
  /// A blank.
  struct Argument: Sendable {
    let name: String
    let description: String
    let isRequired: Bool
  }

  let name: String
  let title: String
  let description: String
  let arguments: [Argument]
  /// The question, with the values of the blanks.
  let text: @Sendable ([String: String]) -> String

  /// The prompt as the protocol lists it.
  func json(under revision: Revision) -> JSONValue {
    var members: JSONObject = ["name": .string(name)]
    if revision.hasStructuredContent { members["title"] = .string(title) }
    members["description"] = .string(description)
    members["arguments"] = .array(
      arguments.map { argument in
        [
          "name": .string(argument.name), "description": .string(argument.description),
          "required": .bool(argument.isRequired),
        ]
      })
    return .object(members)
  }

  /// The question as the protocol has it.
  ///
  /// - Throws: ``ProtocolError`` when a blank is missing or no text.
  func messages(with given: JSONObject) throws(ProtocolError) -> JSONObject {
    var values: [String: String] = [:]
    for (name, value) in given.members {
      guard arguments.contains(where: { $0.name == name }), let text = value.string else {
        throw ProtocolError(
          .invalidParameters,
          "The prompt \(self.name) takes texts: "
            + arguments.map(\.name).joined(separator: ", ") + ".")
      }
      values[name] = text
    }
    for argument in arguments where argument.isRequired && values[argument.name] == nil {
      throw ProtocolError(
        .invalidParameters, "The prompt \(name) needs \"\(argument.name)\".")
    }
    return [
      "description": .string(description),
      "messages": [
        ["role": "user", "content": ["type": "text", "text": .string(text(values))]]
      ],
    ]
  }
}

extension Prompt {
  /// All prompts.
  static let all = [compareEncodes, explainScore]

  private static let compareEncodes = Prompt(
    name: "compare_encodes", title: "Compare these encodes",
    description: "Which of several encodes looks best, and where each of them fails.",
    arguments: [
      Argument(name: "reference", description: "Path of the source video.", isRequired: true),
      Argument(
        name: "encodes", description: "Paths of the encodes, separated by commas.",
        isRequired: true),
      Argument(
        name: "goal", description: "What matters: for instance the smallest file above 93.",
        isRequired: false),
    ]
  ) { values in
    """
    Compare these encodes of \(values["reference"] ?? ""): \(values["encodes"] ?? "").
    \(values["goal"].map { "What matters: \($0)\n" } ?? "")
    1. Call probe for the reference and each encode, and stop at anything that makes scores \
    meaningless, such as another frame rate, frame count or size.
    2. Call vmaf_score once with all encodes as a list, and with the models vmaf_v0.6.1 and \
    vmaf_v0.6.1neg; an encode that is much better by the first only has been sharpened.
    3. Where two encodes are within 1 point by the mean, compare p5 and the minimum: viewers \
    remember bad moments.
    4. Call worst_frames for the best two, look at the pictures, and say what is visible.
    Answer with a table (encode, mean, p5, min, neg), a choice, and the reason in two sentences.
    """
  }

  private static let explainScore = Prompt(
    name: "explain_score", title: "Explain this score",
    description: "Why a video has the score that it has, and what would help.",
    arguments: [
      Argument(name: "reference", description: "Path of the source video.", isRequired: true),
      Argument(name: "distorted", description: "Path of the distorted video.", isRequired: true),
    ]
  ) { values in
    """
    Explain the VMAF score of \(values["distorted"] ?? "") against \(values["reference"] ?? "").
    1. Call probe first: most surprising scores come from frames that do not belong together.
    2. Call vmaf_score. Compare mean, p5 and min: is it bad all along, or in a few places?
    3. Call worst_frames and look at reference, distorted and difference. Name what is visible: \
    blur, blocks, banding, ringing, noise, frozen or shifted frames.
    4. The features say the same in numbers: low vif_scale0 is lost fine detail, low vif_scale3 \
    lost structure, low adm2 added or lost contrast, high motion2 fast content that hides both.
    Answer in plain words for somebody who does not know VMAF, with one thing to try next.
    """
  }
}
