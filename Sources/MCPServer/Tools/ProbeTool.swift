import VideoIO

/// `probe`: what is known about videos before they are scored.
struct ProbeTool: Tool {
  let workspace: Workspace
  let definition: ToolDefinition

  init(_ workspace: Workspace) {
    self.workspace = workspace
    definition = ToolDefinition(
      name: "probe", title: "Probe videos",
      description: """
        What a video is (container, codec, size, frame rate, frame count, range, colour) and, with \
        a distorted video, what stands in the way of comparing the two: another size, frame rate, \
        number of frames, first time stamp, range or colour. Fast; nothing is decoded. Use it \
        before vmaf_score when a score would be a surprise.
        """,
      aliases: ScoreJob.aliases.filter { $0.of != "model" },
      example: ["reference": "/videos/source.mkv", "distorted": "/videos/encode.mp4"],
      input: [
        .required("reference", .string("Path of a video.")),
        .optional(
          "distorted",
          .strings(1...workspace.limits.ladder, "Path of a distorted video, or a list of them.")),
      ] + Schema.Property.rawVideo,
      output: [
        .required("videos", .list(of: Self.video, "The videos, the reference first.")),
        .required(
          "findings",
          .list(
            of: .object(
              [
                .required(
                  "severity",
                  .choice(
                    PreflightFinding.Severity.allCases.map(\.rawValue),
                    "refusal: cannot be scored; warning: the score may mislead; note: harmless.")),
                .required(
                  "topic",
                  .choice(PreflightFinding.Topic.allCases.map(\.rawValue), "What was compared.")),
                .required("path", .string("The video that stands out.")),
                .required("message", .string("What it is and what to do.")),
              ], ""), "What is worth knowing, the worst first.")),
        .required("scorable", .boolean("Whether vmaf_score would take these videos.")),
      ])
  }

  func call(_ arguments: ToolArguments, _ progress: ProgressReporter) async throws -> ToolResult {
    let reference = try workspace.folders.resolve(try arguments.required("reference"))
    let distorted = try arguments.strings("distorted").map { try workspace.folders.resolve($0) }
    let options = try workspace.inputOptions(arguments)
    let (probes, findings) = try await workspace.work {
      do throws(VideoError) {
        let first = try probeVideo(path: reference, options: options)
        var others: [VideoProbe] = []
        for path in distorted { others.append(try probeVideo(path: path, options: options)) }
        return ([first] + others, Preflight.findings(reference: first, distorted: others))
      } catch {
        throw ToolFailure(spokenForTools("\(error)"))
      }
    }
    return ToolResult([
      "videos": .array(probes.map { .object(Self.json($0)) }),
      "findings": .array(
        findings.map { finding in
          [
            "severity": .string(finding.severity.rawValue),
            "topic": .string(finding.topic.rawValue), "path": .string(finding.path),
            "message": .string(spokenForTools(finding.message)),
          ]
        }),
      "scorable": .bool(!findings.contains { $0.severity == .refusal }),
    ])
  }
}

extension ProbeTool {
  private static let video = Schema.object(
    [
      .required("path", .string("The resolved path.")),
      .required("container", .string("FFmpeg's name of the container, raw or yuv4mpegpipe.")),
      .required("codec", .string("FFmpeg's name of the codec.")),
      .required("width", .integer(1...Int.max, "Luma samples in a row.")),
      .required("height", .integer(1...Int.max, "Luma rows.")),
      .required("pixel_format", .string("400, 420, 422 or 444.")),
      .required("bit_depth", .integer(8...16, "Bits per sample.")),
      .optional("frame_rate", .number("Average frames per second.")),
      .optional("variable_frame_rate", .boolean("Whether the frame rate changes.")),
      .optional("frames", .integer(0...Int.max, "Frames, where the container states it.")),
      .optional("estimated_frames", .integer(0...Int.max, "Frames by duration and rate.")),
      .optional("duration", .number("Seconds.")),
      .optional("start_time", .number("Time stamp of the first frame in seconds.")),
      .optional("range", .choice(["limited", "full"], "Range of the samples.")),
      .optional("primaries", .string("Colour primaries.")),
      .optional("transfer", .string("Transfer characteristics.")),
      .optional("interlaced", .boolean("Whether frames consist of two fields.")),
      .optional("rotation", .integer(0...359, "Degrees to turn for display.")),
    ], "")

  private static func json(_ probe: VideoProbe) -> JSONObject {
    var members: JSONObject = [
      "path": .string(probe.path), "container": .string(probe.container),
      "codec": .string(probe.codec), "width": .integer(probe.format.width),
      "height": .integer(probe.format.height),
      "pixel_format": .string(probe.format.pixelFormat.chroma.rawValue),
      "bit_depth": .integer(probe.format.pixelFormat.bitDepth),
    ]
    members["frame_rate"] = probe.frameRate.map {
      .number(Rounding.decimals($0.framesPerSecond, 6))
    }
    if probe.baseFrameRate != nil {
      members["variable_frame_rate"] = .bool(probe.hasVariableFrameRate)
    }
    members["frames"] = probe.frameCount.map(JSONValue.integer)
    if probe.frameCount == nil {
      members["estimated_frames"] = probe.estimatedFrameCount.map(JSONValue.integer)
    }
    members["duration"] = probe.duration.map(JSONValue.number)
    members["start_time"] = probe.startTime.map(JSONValue.number)
    members["range"] = probe.range.map { .string($0.rawValue) }
    members["primaries"] = probe.primaries.map(JSONValue.string)
    members["transfer"] = probe.transfer.map(JSONValue.string)
    members["interlaced"] = probe.isInterlaced.map(JSONValue.bool)
    if probe.rotation != 0 { members["rotation"] = .integer(probe.rotation) }
    return members
  }
}
