import Evaluation
import Scoring

/// `compare_models`: several models on the same rows, ranked.
struct CompareModelsTool: Tool {
  let workspace: Workspace

  let definition = ToolDefinition(
    name: "compare_models", title: "Compare models",
    description: """
      Measures several models on the rows of a feature store or table against a target (a teacher's \
      or human scores) and ranks them by RMSE: PLCC, SROCC, KROCC, RMSE, the largest error and bias, \
      with intervals bootstrapped over sources, and how far each is from the best one. Models whose \
      intervals of the difference contain 0 cannot be told apart.
      """,
    example: ["models": ["tiny", "tiny:3x128"], "features": "/videos/features"],
    input: [
      .required(
        "models", .strings(1...16, "The models: students such as tiny, or exact models."))
    ] + FeatureRows.properties + [.replicates],
    output: [
      .required("target", .string("The column that they are compared with.")),
      .required("split", .string("Which sources count.")),
      .required("ranked", .list(of: .object(Self.members, ""), "The models, the best first.")),
      .required(
        "errors",
        .list(
          of: .object(
            [
              .required("model", .string("The model.")),
              .required("message", .string("Why it could not be measured.")),
            ], ""), "Models that could not be measured.")),
    ])

  private static let members =
    Schema.Property.accuracy + [
      .optional(
        "difference_from_best",
        .object(
          ["plcc", "srocc", "rmse"].map { .optional($0, .difference) },
          "Its figure minus the best model's, with intervals."))
    ]

  func call(_ arguments: ToolArguments, _ progress: ProgressReporter) async throws -> ToolResult {
    let part = FeatureRows.Part(rawValue: arguments.string("split") ?? "all") ?? .all
    let replicates = arguments.integer("replicates") ?? 1000
    let folders = workspace.folders
    let names = arguments.strings("models")
    return try await workspace.work {
      let rows = try FeatureRows(arguments, part: part, in: folders)
      let bootstrap = replicates > 0 ? try SourceBootstrap(replicates: replicates) : nil
      var measured: [(name: String, observations: Observations, rmse: Double)] = []
      var errors: [JSONValue] = []
      for (index, name) in names.enumerated() {
        try Task.checkCancellation()
        do {
          let model = try ModelCatalog.selections([name], in: folders)[0]
          let observations = try rows.observations(of: model)
          measured.append((name, observations, Accuracy(observations).rmse))
        } catch {
          errors.append(["model": .string(name), "message": .string("\(error)")])
        }
        progress.report(Double(index + 1), of: Double(names.count), "\(name) measured")
      }
      guard let best = measured.min(by: { $0.rmse < $1.rmse }) else {
        let reasons = errors.compactMap { $0["message"]?.string }
        throw ToolFailure(reasons.first ?? "There is no model.")
      }
      var ranked: [JSONValue] = []
      for entry in measured.sorted(by: { ($0.rmse, $0.name) < ($1.rmse, $1.name) }) {
        try Task.checkCancellation()
        var members = try Accuracy.json(entry.observations, model: entry.name, bootstrap)
        if entry.name != best.name, let bootstrap, entry.observations.sourceNames.count > 1 {
          let comparison = try PairedComparison(
            entry.observations, named: entry.name, with: best.observations, named: best.name,
            bootstrap: bootstrap)
          members["difference_from_best"] = .object(comparison.json)
        }
        ranked.append(.object(members))
      }
      return ToolResult([
        "target": .string(arguments.string("target") ?? ""), "split": .string(part.rawValue),
        "ranked": .array(ranked), "errors": .array(errors),
      ])
    }
  }
}

/// `eval_model_on_split`: one model on a part of the sources.
struct EvaluateModelTool: Tool {
  let workspace: Workspace

  let definition = ToolDefinition(
    name: "eval_model_on_split", title: "Evaluate a model",
    description: """
      Measures one model on the rows of a feature store or table, by default on the test sources of \
      a split by content: correlations, errors and bias with intervals bootstrapped over sources, \
      and the errors source by source. Ask for the split that the model was not trained on.
      """,
    example: ["model": "tiny", "features": "/videos/features", "split": "test"],
    input: [.required("model", .string("The model: a student such as tiny, or an exact model."))]
      + FeatureRows.properties.map { property in
        property.name == "split"
          ? .optional("split", property.schema.with(default: "test")) : property
      } + [.replicates],
    output: Schema.Property.accuracy + [
      .required("target", .string("The column that it is compared with.")),
      .required("split", .string("Which sources count.")),
      .required("unit", .choice(["frame", "clip"], "What a row is.")),
      .required(
        "sources",
        .list(
          of: .object(
            [
              .required("source", .string("The source.")),
              .required("rows", .integer(0...Int.max, "Its rows.")),
              .required("rmse", .number("Root mean square error.")),
              .required("bias", .number("Mean error: above 0 where the model scores too high.")),
              .required("max_error", .number("The largest absolute error.")),
            ], ""), "The errors of each source.")),
    ])

  func call(_ arguments: ToolArguments, _ progress: ProgressReporter) async throws -> ToolResult {
    let part = FeatureRows.Part(rawValue: arguments.string("split") ?? "test") ?? .test
    let replicates = arguments.integer("replicates") ?? 1000
    let folders = workspace.folders
    let name = try arguments.required("model")
    return try await workspace.work {
      let rows = try FeatureRows(arguments, part: part, in: folders)
      let model = try ModelCatalog.selections([name], in: folders)[0]
      let observations = try rows.observations(of: model)
      let unit = try rows.unit()
      let bootstrap = replicates > 0 ? try SourceBootstrap(replicates: replicates) : nil
      var members = try Accuracy.json(observations, model: name, bootstrap)
      members["target"] = .string(arguments.string("target") ?? "")
      members["split"] = .string(part.rawValue)
      members["unit"] = .string(unit.rawValue)
      let report = try EvaluationReport(
        model: name, target: "", unit: unit, observations: observations, bootstrap: nil)
      members["sources"] = .array(
        report.perSource.map { source in
          [
            "source": .string(source.source), "rows": .integer(source.rows),
            "rmse": .number(source.rmse), "bias": .number(source.bias),
            "max_error": .number(source.maxError),
          ]
        })
      return ToolResult(members)
    }
  }
}

// MARK: - Figures

extension Schema.Property {
  /// How often sources are drawn for intervals.
  fileprivate static let replicates = Schema.Property.optional(
    "replicates",
    .integer(
      0...100_000, "Bootstrap replicates for the intervals, at least 100; 0 for none.",
      default: 1000))

  /// How well a model does.
  fileprivate static let accuracy: [Schema.Property] =
    [
      .required("model", .string("The model.")),
      .required("rows", .integer(0...Int.max, "How many rows were compared.")),
      .optional("plcc", .number("Pearson's correlation.")),
      .optional("srocc", .number("Spearman's rank correlation.")),
      .optional("krocc", .number("Kendall's rank correlation.")),
      .required("rmse", .number("Root mean square error.")),
      .required("mae", .number("Mean absolute error.")),
      .required("max_error", .number("The largest absolute error.")),
      .required("bias", .number("Mean error: above 0 where the model scores too high.")),
      .optional(
        "intervals",
        .map(
          of: .list(of: .number(""), "", count: 2...2),
          "Ends of the 95 % intervals of some of the figures.")),
    ]
}

extension Schema {
  /// A difference with its interval.
  fileprivate static let difference = Schema.object(
    [
      .required("difference", .number("The difference.")),
      .required("low", .number("Lower end of its 95 % interval.")),
      .required("high", .number("Upper end.")),
      .required("p_value", .number("How likely such a difference is without any.")),
    ], "")

  /// The same shape with another default.
  fileprivate func with(default value: JSONValue) -> Schema {
    var copy = self
    copy.defaultValue = value
    return copy
  }
}

extension Accuracy {
  /// The figures of a model, with intervals where there are several sources.
  fileprivate static func json(
    _ observations: Observations, model: String, _ bootstrap: SourceBootstrap?
  ) throws -> JSONObject {
    let accuracy = Accuracy(observations)
    var members: JSONObject = ["model": .string(model), "rows": .integer(accuracy.rows)]
    members["plcc"] = accuracy.plcc.map(JSONValue.number)
    members["srocc"] = accuracy.srocc.map(JSONValue.number)
    members["krocc"] = accuracy.krocc.map(JSONValue.number)
    members["rmse"] = .number(accuracy.rmse)
    members["mae"] = .number(accuracy.mae)
    members["max_error"] = .number(accuracy.maxError)
    members["bias"] = .number(accuracy.bias)
    if let bootstrap, observations.sourceNames.count > 1 {
      let intervals = try bootstrap.intervals(
        of: [.plcc, .srocc, .rmse, .bias], over: observations)
      members["intervals"] = .object(
        JSONObject(
          intervals.map { ($0.statistic.rawValue, [.number($0.lower), .number($0.upper)]) }))
    }
    return members
  }
}

extension PairedComparison {
  /// The differences by statistic.
  fileprivate var json: JSONObject {
    JSONObject(
      differences.map { entry in
        (
          entry.statistic.rawValue,
          [
            "difference": .number(entry.difference), "low": .number(entry.lower),
            "high": .number(entry.upper), "p_value": .number(entry.pValue),
          ]
        )
      })
  }
}
