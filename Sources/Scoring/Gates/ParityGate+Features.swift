import Evaluation
import Features
import Processor
import VMAFModel

extension ParityGate {
  /// One way through the feature pipeline.
  private struct Route {
    var set: InstructionSet
    var threads: Int
    /// Whether all distorted versions go with one pass over the reference.
    var isLadder: Bool

    var name: String {
      var text = "features: \(set.rawValue)"
      if threads > 1 { text += ", \(threads) threads" }
      if isLadder { text += ", ladder of \(ParityClip.rungCount)" }
      return text
    }

    static let reference = Route(set: .scalar, threads: 1, isLadder: false)
  }

  /// All routes but the reference's.
  private var routes: [Route] {
    let best = comparedSets.last ?? .scalar
    var routes = comparedSets.map { Route(set: $0, threads: 1, isLadder: false) }
    routes += [
      Route(set: best, threads: 2, isLadder: false),
      Route(set: best, threads: max(threads, 4), isLadder: false),
      Route(set: .scalar, threads: 2, isLadder: true),
    ]
    routes += comparedSets.map { Route(set: $0, threads: 1, isLadder: true) }
    routes.append(Route(set: best, threads: max(threads, 4), isLadder: true))
    return routes
  }

  /// What is computed: every extractor with every output that it has.
  private static let extractors = [
    "adm=debug=true", "motion=debug=true", "vif=debug=true", "psnr=enable_mse=true",
    "adm=adm_enhn_gain_limit=1", "vif=vif_enhn_gain_limit=1",
  ]
  private static let models = [
    "vmaf_v0.6.1", "version=vmaf_v0.6.1neg:name=vmaf_neg", "version=vmaf_4k_v0.6.1:name=vmaf_4k",
    "version=vmaf_v0.6.1:name=vmaf_phone:enable_transform",
  ]

  /// Every feature and score of every frame, along every route.
  ///
  /// - Returns: The findings, and the canonical six features of every frame for the students.
  func featureFindings(
    _ progress: Progress
  ) async throws -> (findings: Findings, rows: [[Double]]) {
    let clips = ParityContent.clips(isShort: isShort)
    let routes = routes
    let pipeline = try FeaturePipeline(extractors: Self.extractors, models: Self.models)
    var reference = ParityTrace()
    var lanes = routes.map { _ in ParityTrace() }
    var rows: [[Double]] = []
    for (index, description) in clips.enumerated() {
      progress(.features, index, clips.count)
      let clip = ParityClip(description)
      let expected = try await pipeline.tables(of: clip, along: .reference)
      reference.append(description.places, expected.columns)
      rows += expected.canonicalRows
      for (lane, route) in routes.enumerated() {
        let tables = try await pipeline.tables(of: clip, along: route)
        lanes[lane].append(description.places, tables.columns)
      }
    }
    var findings = Findings()
    let content = "\(clips.count) clips, \(reference.places.count) frames"
    for (route, trace) in zip(routes, lanes) {
      findings += try self.findings(
        lane: route.name, trace, against: reference, content: content)
    }
    findings.lanes += absentSets("features")
    return (findings, rows)
  }

  /// The reference's columns of a clip's first distorted version.
  func scalarColumns(of clip: ParityClip) async throws -> [FeatureTable.Column] {
    let pipeline = try FeaturePipeline(extractors: Self.extractors, models: Self.models)
    return try await pipeline.tables(of: clip, along: .reference).tables[0].columns
  }

  /// The features and scores of a clip's distorted versions.
  private struct FeaturePipeline {
    let plan: FeaturePlan
    let models: [QualityModel]

    init(extractors: [String], models: [String]) throws {
      var warnings: [String] = []
      plan = FeaturePlan(
        try extractors.map { try FeatureExtractor(specification: $0, warnings: &warnings) })
      self.models = try models.map { try QualityModel(ModelSpecification($0)) }
    }

    func tables(of clip: ParityClip, along route: Route) async throws -> Tables {
      let extraction = FeatureExtraction(
        plan: plan, threads: route.threads, instructionSet: route.set)
      let rungs = Array(clip.distorted.indices)
      var tables: [FeatureTable] = []
      for group in route.isLadder ? [rungs] : rungs.map({ [$0] }) {
        let extracted = try await extraction.run(
          reference: clip.referenceSource(), distorted: group.map { clip.distortedSource($0) })
        for features in extracted {
          var table = features.table
          for model in models {
            for column in try model.scores(of: table) { table.append(column) }
          }
          tables.append(table)
        }
      }
      return Tables(tables: tables)
    }
  }

  private struct Tables {
    let tables: [FeatureTable]

    /// The columns of all versions, one version after the other.
    var columns: [(name: String, values: ParityTrace.Values)] {
      (tables.first?.columns ?? []).map { column in
        (column.name.rawValue, .double(tables.flatMap { $0[column.name] ?? [] }))
      }
    }

    var canonicalRows: [[Double]] {
      tables.flatMap { table in
        let columns = FeatureName.canonicalSix.map { table[$0] ?? [] }
        return table.frames.indices.map { row in columns.map { $0[row] } }
      }
    }
  }
}

extension ParityClip.Description {
  /// Where the values of a clip come from: every frame of every distorted version.
  var places: [String] {
    (0..<ParityClip.rungCount).flatMap { rung in
      (0..<frameCount).map { "\(name), version \(rung + 1), frame \($0)" }
    }
  }
}
