/// The result of an evaluation, in one JSON schema for every producer and reader.
///
/// Keys are snake_case and sorted, an undefined correlation is `null`, and nothing depends on the
/// time or the machine: the same evaluation gives the same bytes. ``schema`` names the layout and
/// its version; readers refuse another one.
///
/// ```swift
/// let report = try EvaluationReport(
///   model: "2x64", target: "vmaf_v0.6.1", unit: .frame, observations: heldOut,
///   bootstrap: SourceBootstrap())
/// print(report.markdown())
/// ```
public struct EvaluationReport: Sendable, Equatable, Codable {
  /// What one row is.
  public enum Unit: String, Codable, Sendable {
    /// Rows are single frames.
    case frame
    /// Rows are clips, pooled over their frames.
    case clip
  }

  /// The layout this version writes and reads.
  public static let currentSchema = "tinyvmaf.evaluation/1"

  /// The layout of this report.
  public let schema: String
  /// The model that was measured.
  public let model: String
  /// What it was measured against: a teacher's name or the name of human scores.
  public let target: String
  /// What one row is.
  public let unit: Unit
  /// The number of sources.
  public let sources: Int
  /// The figures over all rows.
  public let overall: Accuracy
  /// The logistic of VQEG and the PLCC after it, where asked for.
  public let logistic: LogisticFit?
  /// Bootstrap intervals over sources; empty with a single source or where not asked for.
  public let intervals: [Interval]
  /// The errors per band of the target.
  public let bands: [ScoreBand]
  /// The errors per source.
  public let perSource: [SourceErrors]
  /// The leave-one-source-out figures, where the evaluation was one.
  public var leaveOneSourceOut: LeaveOneSourceOut?
  /// Paired comparisons with other models.
  public var comparisons: [PairedComparison]
  /// What else identifies the evaluation: hashes, seeds, the command line.
  public var metadata: [String: String]

  private enum CodingKeys: String, CodingKey {
    case schema, model, target, unit, sources, overall, logistic, intervals, bands
    case comparisons, metadata
    case perSource = "per_source"
    case leaveOneSourceOut = "leave_one_source_out"
  }

  /// Measures a model.
  ///
  /// - Parameters:
  ///   - model: the model's name.
  ///   - target: what the targets are.
  ///   - unit: what one row is.
  ///   - observations: the rows.
  ///   - statistics: those to give intervals of.
  ///   - bootstrap: how to resample, or `nil` for no intervals; with one source there are none.
  ///   - bandEdges: the inner edges of the score bands.
  ///   - logistic: whether to fit the logistic.
  ///   - metadata: what else identifies the evaluation.
  /// - Throws: ``EvaluationError``.
  public init(
    model: String, target: String, unit: Unit, observations: Observations,
    statistics: [Statistic] = [.plcc, .srocc, .rmse, .bias], bootstrap: SourceBootstrap? = nil,
    bandEdges: [Double] = ScoreBand.defaultEdges, logistic: Bool = false,
    metadata: [String: String] = [:]
  ) throws(EvaluationError) {
    self.schema = Self.currentSchema
    self.model = model
    self.target = target
    self.unit = unit
    self.sources = observations.sourceNames.count
    self.overall = Accuracy(observations)
    self.logistic = logistic ? try LogisticFit(observations) : nil
    self.bands = try observations.errorsByBand(edges: bandEdges)
    self.perSource = observations.errorsBySource()
    self.leaveOneSourceOut = nil
    self.comparisons = []
    self.metadata = metadata
    if let bootstrap, observations.sourceNames.count > 1 {
      self.intervals = try bootstrap.intervals(of: statistics, over: observations)
    } else {
      self.intervals = []
    }
  }

  /// The interval of a statistic, if there is one.
  public func interval(of statistic: Statistic) -> Interval? {
    intervals.first { $0.statistic == statistic }
  }
}
