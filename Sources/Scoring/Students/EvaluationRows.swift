public import Evaluation
public import FeatureStore
public import TinyNets

/// Rows that students are measured on: canonical features, the target, and the source of each.
public struct EvaluationRows: Sendable {
  /// The features in canonical order, row after row.
  public let features: [Double]
  /// The target of each row.
  public let targets: [Double]
  /// The source of each row.
  public let sources: [String]
  /// The clip of each row, unique within its source.
  public let clips: [String]
  /// What one row is; rows of a table without frame numbers are clips.
  public let unit: EvaluationReport.Unit

  /// Takes rows of a store with one of their columns as the target.
  ///
  /// - Throws: ``StudentError/noRows(_:)`` when there is no such column.
  public init(_ rows: FeatureDataset, target: String) throws(StudentError) {
    guard let targets = rows.targets[target] else {
      throw .noRows("the store has no column \(target)")
    }
    self.init(rows, targets: targets)
  }

  /// Takes rows of a store with a teacher's clipped scores of their features as the target.
  public init(_ rows: FeatureDataset, teacher: TeacherFunction) {
    let targets = (0..<rows.rowCount).map { teacher.score(Array(rows.row($0))) }
    self.init(rows, targets: targets)
  }

  /// Draws rows from a part of the feature space, with the teacher's clipped scores as the target.
  ///
  /// The rows come from a stream of the seed that no recipe uses.
  ///
  /// - Throws: `SamplerError`, for instance for real rows, of which there are none.
  public init(
    sampling region: DistillationSampler.Region, count: Int, seed: UInt64 = 1,
    teacher: TeacherFunction
  ) throws {
    let sampler = try DistillationSampler(mix: [region: 1])
    let rows = sampler.rows(count: count, seed: seed ^ 0x5EED_0E7A)
    features = rows.flatMap { $0 }
    targets = rows.map { teacher.score($0) }
    sources = [String](repeating: region.rawValue, count: count)
    clips = sources
    unit = .frame
  }

  private init(_ rows: FeatureDataset, targets: [Double]) {
    features = rows.features
    self.targets = targets
    sources = (0..<rows.rowCount).map { rows.sources[$0] }
    clips = (0..<rows.rowCount).map { rows.pairs[$0] }
    unit = rows.frames.allSatisfy { $0 == 0 } ? .clip : .frame
  }

  /// A student's scores beside the targets.
  ///
  /// - Parameter pooled: Whether rows are pooled to clips by their mean, after prediction, as scores
  ///   are.
  /// - Throws: `EvaluationError`, or the student's error.
  public func observations(of student: Student, pooled: Bool = false) throws -> Observations {
    let predictions = try student.scores(ofRows: features)
    guard pooled else {
      return try Observations(targets: targets, predictions: predictions, sources: sources)
    }
    struct Clip: Hashable {
      let source: String
      let name: String
    }
    var order: [Clip] = []
    var sums: [Clip: (target: Double, prediction: Double, count: Double)] = [:]
    for row in targets.indices {
      let clip = Clip(source: sources[row], name: clips[row])
      if sums[clip] == nil { order.append(clip) }
      var sum = sums[clip] ?? (0, 0, 0)
      sum.target += targets[row]
      sum.prediction += predictions[row]
      sum.count += 1
      sums[clip] = sum
    }
    let means = order.compactMap { sums[$0] }
    return try Observations(
      targets: means.map { $0.target / $0.count },
      predictions: means.map { $0.prediction / $0.count }, sources: order.map(\.source))
  }
}
