import Features
import Scoring
import StillImages
import VideoIO

/// `worst_frames`: where quality is lost, in numbers and pictures.
struct WorstFramesTool: Tool {
  let workspace: Workspace

  let definition = ToolDefinition(
    name: "worst_frames", title: "Worst frames",
    description: """
      The frames with the lowest scores, with their features and, as pictures, the reference, the \
      distorted frame and their difference (amplified, so that small errors can be seen). Use it to \
      see why a score is low: blur, blocks, banding, noise, or frames that do not belong together.
      """,
    aliases: ScoreJob.aliases + [(name: "n", of: "count")],
    example: ["reference": "/videos/source.mkv", "distorted": "/videos/encode.mp4", "count": 2],
    input: ScoreJob.properties(ladder: 1) + [
      .optional("count", .integer(1...8, "How many frames.", default: 3)),
      .optional(
        "apart",
        .integer(
          1...100_000,
          "Frames that lie closer together than this count as one moment, of which "
            + "the worst is taken.", default: 12)),
      .optional("pictures", .boolean("Whether to return pictures.", default: true)),
      .optional(
        "picture_width",
        .integer(
          64...1920, "The largest width of a picture; the whole frame is shown.", default: 640)),
      .optional(
        "gain", .integer(1...64, "How much the difference is amplified.", default: 8)),
    ],
    output: [
      .required("reference", .string("The resolved path of the reference.")),
      .required("distorted", .string("The resolved path of the distorted video.")),
      .required("model", .string("The model that the frames are chosen by.")),
      .required("score", .number("The mean score of the video.")),
      .required(
        "frames",
        .list(
          of: .object(
            [
              .required("frame", .integer(0...Int.max, "The number of the frame, from 0.")),
              .required("score", .number("Its score.")),
              .optional("seconds", .number("Its time.")),
              .required("features", .map(of: .number(""), "Its features.")),
              .required(
                "pictures",
                .list(
                  of: .choice(Picture.allCases.map(\.rawValue), ""),
                  "What its pictures show; they follow this text in the same order.")),
            ], ""), "The worst frame first.")),
      .required("findings", .list(of: .string(""), "Notes and warnings about the inputs.")),
    ])

  /// What a picture shows.
  private enum Picture: String, CaseIterable {
    case reference
    case distorted
    case difference
  }

  func call(_ arguments: ToolArguments, _ progress: ProgressReporter) async throws -> ToolResult {
    let job = try ScoreJob(arguments, in: workspace)
    let run = try await job.run(progress)
    guard let result = run.results.first,
      let scores = run.scores(of: result).first(where: { !$0.values.isEmpty })
    else { throw ToolFailure("The model scores whole videos, not frames; give another one.") }
    let rows = Self.worstRows(
      scores.values, frames: result.table.frames, count: arguments.integer("count") ?? 3,
      apart: arguments.integer("apart") ?? 1)
    var findings = run.findings.map(spokenForTools)
    var pictures: [[[UInt8]]] = rows.map { _ in [] }
    if arguments.flag("pictures") {
      let width = arguments.integer("picture_width") ?? 640
      let numbers = rows.map { result.table.frames[$0] }
      let gain = arguments.integer("gain") ?? 8
      pictures = try await self.pictures(of: numbers, job.request, width: width, gain: gain)
      let kept = keep(pictures)
      if kept < pictures.count {
        findings.append(
          "note: pictures of the last \(pictures.count - kept) frames are left out, as the result "
            + "would be too large; give a smaller \"picture_width\".")
        for index in kept..<pictures.count { pictures[index] = [] }
      }
    }
    let entries = zip(rows, pictures).map { row, pictures in
      Self.json(row, of: result, scores, run.frameRate, hasPictures: !pictures.isEmpty)
    }
    return ToolResult(
      [
        "reference": .string(run.reference), "distorted": .string(result.distorted),
        "model": .string(scores.model.source), "score": .number(scores.score.clipScore),
        "frames": .array(entries), "findings": .array(findings.map(JSONValue.string)),
      ], attachments: pictures.joined().map(ToolResult.Attachment.image))
  }

  private static func json(
    _ row: Int, of result: ScoreResult, _ scores: ModelFigures, _ rate: FrameRate?,
    hasPictures: Bool
  ) -> JSONValue {
    let frame = result.table.frames[row]
    var entry: JSONObject = ["frame": .integer(frame), "score": .number(scores.values[row])]
    if let rate {
      entry["seconds"] = .number(Rounding.decimals(Double(frame) / rate.framesPerSecond, 3))
    }
    entry["features"] = .object(
      JSONObject(
        result.table.columns.filter { $0.name != scores.score.column && $0.values[row].isFinite }
          .map { ($0.name.rawValue, .number($0.values[row])) }))
    let names = hasPictures ? Picture.allCases.map { JSONValue.string($0.rawValue) } : []
    entry["pictures"] = .array(names)
    return .object(entry)
  }

  /// The rows with the lowest scores, none closer to a worse one than `apart` frames.
  static func worstRows(_ scores: [Double], frames: [Int], count: Int, apart: Int) -> [Int] {
    var chosen: [Int] = []
    for row in scores.indices.sorted(by: { (scores[$0], $0) < (scores[$1], $1) }) {
      guard chosen.count < count else { break }
      if chosen.allSatisfy({ abs(frames[$0] - frames[row]) >= apart }) { chosen.append(row) }
    }
    return chosen
  }

  /// The pictures of frames as PNG, three for each.
  private func pictures(
    of frames: [Int], _ request: ScoreRequest, width: Int, gain: Int
  ) async throws -> [[[UInt8]]] {
    try await workspace.work {
      var images = FrameImages(request, maximumSize: (width, width * 4))
      images.gain = gain
      return try await images.comparisons(of: [frames])[0].map { comparison in
        try Task.checkCancellation()
        return [comparison.reference, comparison.distorted, comparison.difference].map { $0.png() }
      }
    }
  }

  /// The number of frames of which the pictures fit a result.
  private func keep(_ pictures: [[[UInt8]]]) -> Int {
    var total = 0
    for (index, images) in pictures.enumerated() {
      // As text of 64 characters they are a third longer.
      total += images.reduce(0) { $0 + $1.count } * 4 / 3
      if total > workspace.limits.resultBytes { return index }
    }
    return pictures.count
  }
}
