import CResources
import Evaluation

extension Sidecar {
  /// The JSON Schema (2020-12) of sidecars, as text.
  public static var schemaText: String {
    let resource = tv_resource_named("model.schema.json")
    return String(
      decoding: UnsafeBufferPointer(start: resource.bytes, count: resource.count), as: UTF8.self)
  }

  /// The model card in Markdown, made of nothing but this sidecar.
  public func modelCard() -> String {
    var text = "# \(id)\n\n\(summary)\n"
    text += "\n<!-- Written by `tinyvmaf models card \(id)` from the sidecar; do not edit. -->\n"
    text += section("At a glance", TextTable(title: "", header: ["", ""], rows: facts))
    text += section(
      "Features",
      TextTable(
        title: "", header: ["feature", "mean", "scale", "domain"],
        rows: features.map { feature in
          [
            feature.title, feature.mean.map(Self.short) ?? "", feature.scale.map(Self.short) ?? "",
            feature.domain.map { "\(Self.short($0.lower)) to \(Self.short($0.upper))" } ?? "",
          ]
        }))
    text += section(
      "Files",
      TextTable(
        title: "", header: ["file", "precision", "bytes", "SHA-256"],
        rows: files.map { [$0.name, $0.precision.rawValue, "\($0.size)", "`\($0.sha256)`"] }))
    text += section("Measured", measurements)
    if let interval { text += "\n" + sentence(on: interval) + "\n" }
    text += section("Leave one source out", folds)
    text += section("Golden points", golden)
    text += section("Lower precision against fp32", parity)
    text += training.paragraphs
    for part in card { text += "\n## \(part.title)\n\n\(part.text)\n" }
    return text
  }

  private func section(_ title: String, _ table: TextTable) -> String {
    table.rows.isEmpty ? "" : "\n## \(title)\n\n" + table.markdown()
  }

  private var facts: [[String]] {
    var rows = [
      ["one score per", kind == .frame ? "frame" : "video"],
      ["score", score.unit + (score.higherIsBetter ? ", higher is better" : ", lower is better")],
    ]
    if let range = score.range {
      rows.append(["range", "\(Self.short(range.lower)) to \(Self.short(range.upper))"])
    }
    if let teacher {
      rows.append(["teacher", "`\(teacher.name)` (SHA-256 `\(teacher.sha256.prefix(12))…`)"])
      if !teacher.sameFunctionAs.isEmpty {
        rows.append(["holds as well for", teacher.sameFunctionAs.joined(separator: ", ")])
      }
    }
    let shape = [weights.architecture, weights.activation].compactMap(\.self)
    rows.append(["network", shape.joined(separator: ", ")])
    rows.append(["parameters", "\(weights.parameters)"])
    if let digest = weights.sha256 { rows.append(["digest of the weights", "`\(digest)`"]) }
    rows.append(["input", inputs.map(\.title).joined(separator: ", ")])
    rows.append(["output", outputs.map(\.title).joined(separator: ", ")])
    rows.append(["licence", license])
    rows.append(["written by", tool])
    return rows
  }

  private var measurements: TextTable {
    TextTable(
      title: "",
      header: [
        "rows", "count", "sources", "seen in training", "PLCC", "SROCC", "RMSE", "max error",
      ],
      rows: evaluation.sets.map { set in
        [
          "\(set.name), against \(set.target)", "\(set.accuracy.rows) \(set.unit.rawValue)s",
          "\(set.sources)", set.isHeldOut ? "no" : "yes", correlation(set.accuracy.plcc),
          correlation(set.accuracy.srocc),
          Self.short(set.accuracy.rmse) + interval(.rmse, of: set),
          Self.short(set.accuracy.maxError),
        ]
      })
  }

  private func interval(_ statistic: Statistic, of set: Evaluation.RowSet) -> String {
    guard let found = set.intervals.first(where: { $0.statistic == statistic }) else { return "" }
    return " (\(Self.short(found.lower)) to \(Self.short(found.upper)))"
  }

  private var folds: TextTable {
    let folds = evaluation.leaveOneSourceOut?.folds ?? []
    return TextTable(
      title: "", header: ["held out", "seed", "rows", "PLCC", "SROCC", "RMSE", "max error"],
      rows: folds.map { fold in
        [
          fold.source, "\(fold.seed)", "\(fold.accuracy.rows)", correlation(fold.accuracy.plcc),
          correlation(fold.accuracy.srocc), Self.short(fold.accuracy.rmse),
          Self.short(fold.accuracy.maxError),
        ]
      })
  }

  private var golden: TextTable {
    TextTable(
      title: "", header: ["point", "should be", "is"],
      rows: evaluation.golden.map {
        [$0.name, $0.target.map(fixed) ?? "", fixed($0.score)]
      })
  }

  private var parity: TextTable {
    TextTable(
      title: "", header: ["precision", "rows", "count", "RMSE", "max error", "budget"],
      rows: evaluation.parity.map {
        [
          $0.precision.rawValue, $0.rows, "\($0.count)", Self.short($0.rmse),
          Self.short($0.maxError), Self.short($0.budget),
        ]
      })
  }

  private func sentence(on interval: CalibratedInterval) -> String {
    "Prediction intervals: \(Self.short(100 * interval.level)) %, \(interval.method), found on "
      + "\(interval.videos) videos, in \(interval.unit)."
  }

  private func correlation(_ value: Double?) -> String {
    guard let value else { return "–" }
    // Six decimals would round 0.9999999 to one.
    return value > 0.999_999 && value < 1 ? "> 0.999999" : Self.rounded(value, digits: 6)
  }

  /// A score with four decimals.
  private func fixed(_ value: Double) -> String {
    guard abs(value) < 1e9 else { return "\(value)" }
    let units = Int((abs(value) * 10_000).rounded())
    let rest = String(units % 10_000)
    let zeros = String(repeating: "0", count: 4 - rest.count)
    return "\(value < 0 && units > 0 ? "-" : "")\(units / 10_000).\(zeros)\(rest)"
  }

  /// A number with three significant digits, or all of a whole one.
  static func short(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e9 { return "\(Int(value))" }
    var digits = 2
    var magnitude = abs(value)
    while magnitude < 1, digits < 12 {
      magnitude *= 10
      digits += 1
    }
    return rounded(value, digits: digits)
  }

  private static func rounded(_ value: Double, digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    guard value.isFinite, abs(value) * scale < 1e15 else { return "\(value)" }
    return "\((value * scale).rounded() / scale)"
  }
}

extension Sidecar.Feature {
  /// The name with the options that are not libvmaf's defaults.
  var title: String {
    let pairs = options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return pairs.isEmpty ? name : "\(name) (\(pairs.joined(separator: ", ")))"
  }
}

extension Sidecar.Tensor {
  /// Name, type and shape.
  var title: String { "`\(name)` \(type) [\(shape.joined(separator: ", "))]" }
}

extension Sidecar.Training {
  /// How the weights came to be, as a section of the card.
  var paragraphs: String {
    var sentences: [String] = []
    if data.isEmpty {
      sentences.append("No row of any video was trained on.")
    } else {
      let rows = data.map { "\($0.name) (\($0.rows) rows of \($0.sources) sources)" }
      sentences.append("Trained on \(rows.joined(separator: "; ")).")
    }
    if let recipeSHA256 {
      sentences.append(
        "The recipe is in the sidecar (SHA-256 `\(recipeSHA256)`) and gives these weights again.")
    }
    if !seeds.isEmpty {
      sentences.append("Seeds: \(seeds.map(String.init).joined(separator: ", ")).")
    }
    return "\n## Training\n\n" + sentences.joined(separator: " ") + "\n"
  }
}
