import Features
import Scoring
import VideoIO

/// `vmaf_score`: the scores of one or several videos.
struct ScoreTool: Tool {
  let workspace: Workspace
  let definition: ToolDefinition

  init(_ workspace: Workspace) {
    self.workspace = workspace
    definition = Self.definition(workspace.limits)
  }

  func call(_ arguments: ToolArguments, _ progress: ProgressReporter) async throws -> ToolResult {
    let precision = arguments.string("precision") ?? arguments.integer("precision").map { "\($0)" }
    guard let rounding = Rounding(precision ?? "max") else {
      throw ToolFailure("\"precision\" must be 1 to 17, max or legacy.")
    }
    guard let pooling = Pooling(name: arguments.string("pooling") ?? "mean") else {
      throw ToolFailure("\"pooling\" is unknown.")
    }
    let job = try ScoreJob(arguments, in: workspace)
    let run = try await job.run(progress)
    let worst = arguments.integer("worst") ?? 5

    var links: [ToolResult.Attachment] = []
    let results = run.results.map { result -> JSONValue in
      let kept = workspace.results.add(
        reference: run.reference, distorted: result.distorted,
        report: run.report(of: result, version: workspace.version))
      links.append(.link(kept.resource))
      return json(result, of: run, pooling, worst: worst, resource: kept.uri, rounding)
    }
    var values: JSONObject = [
      "reference": .string(run.reference), "video": .object(run.video),
      "frames": .integer(run.results.first?.frameCount ?? 0),
    ]
    if let main = run.results.first.flatMap({ run.scores(of: $0).first }) {
      values["model"] = .string(main.model.source)
      values["score"] = rounding(main.figure(pooling))
    }
    values["results"] = .array(results)
    values["findings"] = .array(run.findings.map { .string(spokenForTools($0)) })
    return ToolResult(values, attachments: links)
  }

  private func json(
    _ result: ScoreResult, of run: ScoreRun, _ pooling: Pooling, worst: Int, resource: String,
    _ rounding: Rounding
  ) -> JSONValue {
    let scores = run.scores(of: result)
    var members: JSONObject = ["distorted": .string(result.distorted)]
    members["scores"] = .array(
      scores.map { score in
        var members: JSONObject = [
          "name": .string(score.model.name), "model": .string(score.model.source),
          "kind": .string(score.model.kind.rawValue), "unit": .string(score.model.unit),
          "score": rounding(score.figure(pooling)),
        ]
        members["out_of_domain_frames"] = score.score.outOfDomainFrames.map(JSONValue.integer)
        members["interval"] = score.score.interval.map { interval in
          [
            "level": .number(interval.level), "low": rounding(interval.low),
            "high": rounding(interval.high), "unit": .string(interval.unit),
            "method": .string(interval.method),
          ]
        }
        if !score.values.isEmpty {
          members["pooled"] = .object(
            JSONObject(
              (Pooling.standard + Pooling.lowPercentiles).compactMap { way in
                way(score.values).map { (way.name, rounding($0)) }
              }))
        }
        return .object(members)
      })
    if let main = scores.first(where: { !$0.values.isEmpty }) {
      let rows = main.values.indices.sorted { (main.values[$0], $0) < (main.values[$1], $1) }
      members["worst_frames"] = .array(
        rows.prefix(worst).map { row in
          let frame = result.table.frames[row]
          var entry: JSONObject = [
            "frame": .integer(frame), "score": rounding(main.values[row]),
          ]
          if let rate = run.frameRate {
            entry["seconds"] = .number(Rounding.decimals(Double(frame) / rate.framesPerSecond, 3))
          }
          return .object(entry)
        })
    }
    members["resource"] = .string(resource)
    return .object(members)
  }
}

/// What one model says of one video.
struct ModelFigures {
  /// The model.
  let model: ScoredModel
  /// What it says of the whole video.
  let score: ModelScore
  /// A score per frame; empty for a model that scores whole videos.
  let values: [Double]

  /// The score of the video.
  func figure(_ pooling: Pooling) -> Double {
    // A model's own way of pooling is not the mean of its frames.
    pooling == .mean ? score.clipScore : pooling(values) ?? score.clipScore
  }
}

extension ScoreRun {
  /// What the models say, in the order of the request.
  func scores(of result: ScoreResult) -> [ModelFigures] {
    zip(models, result.scores).map { model, score in
      ModelFigures(
        model: model, score: score, values: score.column.flatMap { result.table[$0] } ?? [])
    }
  }

  /// The videos' format.
  var video: JSONObject {
    var members: JSONObject = [
      "width": .integer(format.width), "height": .integer(format.height),
      "pixel_format": .string(format.pixelFormat.chroma.rawValue),
      "bit_depth": .integer(format.pixelFormat.bitDepth),
    ]
    members["frame_rate"] = frameRate.map {
      .number(Rounding.decimals($0.framesPerSecond, 6))
    }
    return members
  }
}

/// How many digits a client wants.
struct Rounding {
  private enum Rule {
    case none
    case decimals(Int)
    case digits(Int)
  }
  private let rule: Rule

  /// Reads `max`, `legacy` (six decimals) or a number of digits from 1 to 17.
  init?(_ choice: String) {
    switch choice {
    case "max": rule = .none
    case "legacy": rule = .decimals(6)
    default:
      guard let count = Int(choice), (1...17).contains(count) else { return nil }
      rule = .digits(count)
    }
  }

  func callAsFunction(_ value: Double) -> JSONValue {
    guard value.isFinite else { return .null }
    switch rule {
    case .none: return .number(value)
    case .decimals(let count): return .number(Self.decimals(value, count))
    case .digits(let count):
      guard value != 0, count < 16 else { return .number(value) }
      var magnitude = 0
      var rest = abs(value)
      while rest >= 10 {
        rest /= 10
        magnitude += 1
      }
      while rest < 1 {
        rest *= 10
        magnitude -= 1
      }
      return .number(Self.decimals(value, count - 1 - magnitude))
    }
  }

  /// The value with at most so many decimals; negative counts round before the point.
  static func decimals(_ value: Double, _ count: Int) -> Double {
    var factor = 1.0
    for _ in 0..<min(abs(count), 300) { factor *= 10 }
    let scaled = count >= 0 ? value * factor : value / factor
    guard abs(scaled) < 9e15 else { return value }
    let rounded = scaled.rounded(.toNearestOrEven)
    return count >= 0 ? rounded / factor : rounded * factor
  }
}
