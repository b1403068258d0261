import Processor
import VideoIO

/// `list_models`: what can be given as `model`.
struct ListModelsTool: Tool {
  let workspace: Workspace

  let definition = ToolDefinition(
    name: "list_models", title: "Models",
    description: """
      The models that vmaf_score takes: exact VMAF models (teachers) and small neural networks \
      that stand in for them (students). Use describe_model for the card of one.
      """,
    input: [],
    output: [
      .required(
        "models",
        .list(
          of: .object(
            [
              .required("name", .string("What to give as \"model\".")),
              .required("kind", .choice(["teacher", "student"], "Exact model or student.")),
              .required("summary", .string("What it is for.")),
              .required("resource", .string("Address of its card.")),
            ], ""), "All models, the default first."))
    ])

  func call(_ arguments: ToolArguments, _ progress: ProgressReporter) async throws -> ToolResult {
    ToolResult([
      "models": .array(
        workspace.models.all.map { card in
          [
            "name": .string(card.name), "kind": .string(card.kind),
            "summary": .string(card.summary), "resource": .string(card.entry.uri),
          ]
        })
    ])
  }
}

/// `describe_model`: the card of a model.
struct DescribeModelTool: Tool {
  let workspace: Workspace

  let definition = ToolDefinition(
    name: "describe_model", title: "Model card",
    description: """
      What is known about a model: what it is for, the features that it takes, who taught it, how \
      far it is from its teacher, and the hash of its file.
      """,
    aliases: [(name: "name", of: "model")], example: ["model": "vmaf_v0.6.1neg"],
    input: [.required("model", .string("A name from list_models."))],
    output: [.required("card", Schema(kind: .map(.anything), description: "The card."))])

  func call(_ arguments: ToolArguments, _ progress: ProgressReporter) async throws -> ToolResult {
    let name = try arguments.required("model")
    guard let card = workspace.models.find(name) else {
      let known = workspace.models.all.map(\.name).joined(separator: ", ")
      throw ToolFailure("There is no model \"\(name)\"; known are \(known).")
    }
    return ToolResult(["card": try card.json()])
  }
}

/// `list_backends`: what this machine can compute with.
struct ListBackendsTool: Tool {
  let workspace: Workspace

  let definition = ToolDefinition(
    name: "list_backends", title: "Backends",
    description: """
      The kernels that this machine can run, the folders that files are read from, the limits of \
      the server, and whether FFmpeg is there. All backends give the same scores, bit for bit.
      """,
    input: [],
    output: [
      .required(
        "backends",
        .list(
          of: .object(
            [
              .required("name", .string("What to give as \"backend\".")),
              .required("available", .boolean("Whether this processor has it.")),
              .required("best", .boolean("Whether \"auto\" chooses it.")),
            ], ""), "All kernels, slowest first.")),
      .required("folders", .list(of: .string(""), "Files below these folders can be read.")),
      .required("ffmpeg", .boolean("Whether encoded files can be read.")),
      .required(
        "limits",
        .object(
          [
            .required("frames", .integer(1...Int.max, "Frames of a video in one call.")),
            .required("seconds", .number("Seconds that one call may take.")),
            .required("concurrent_calls", .integer(1...Int.max, "Calls that run at a time.")),
            .required("threads", .integer(1...Int.max, "Threads of each call.")),
            .required("distorted", .integer(1...Int.max, "Distorted videos in one call.")),
          ], "The server's limits.")),
    ])

  func call(_ arguments: ToolArguments, _ progress: ProgressReporter) async throws -> ToolResult {
    let limits = workspace.limits
    return ToolResult([
      "backends": .array(
        InstructionSet.allCases.map { set in
          [
            "name": .string(set.rawValue), "available": .bool(set.isSupported),
            "best": .bool(set == .best),
          ]
        }),
      "folders": .array(workspace.folders.paths.map(JSONValue.string)),
      "ffmpeg": .bool(workspace.decoders.ffmpeg != nil),
      "limits": [
        "frames": .integer(limits.frames), "seconds": .number(limits.seconds),
        "concurrent_calls": .integer(limits.concurrentCalls), "threads": .integer(limits.threads),
        "distorted": .integer(limits.ladder),
      ],
    ])
  }
}
