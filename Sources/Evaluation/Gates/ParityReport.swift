/// What the parity gate found: every backend against the strict scalar reference.
///
/// A *lane* is one way to compute (an instruction set, a number of threads, a runtime), a *group*
/// what it computes (kernel sums, features and scores, a student), a *quantity* one column of that.
/// A *cell* is one quantity of one lane. Lanes are exact unless the budgets name them.
public struct ParityReport: GateReport {
  /// One way to compute something.
  public struct Lane: Sendable, Hashable, Codable {
    /// The name, such as `features: avx2`.
    public var name: String
    /// Whether its values have to equal the reference's bit for bit.
    public var isExact: Bool
    /// Why the lane did not run; `nil` where it did.
    public var skipped: String?
    /// What was compared, for a person: clips and sizes.
    public var content: String

    private enum CodingKeys: String, CodingKey {
      case name, skipped, content
      case isExact = "exact"
    }

    /// Creates a lane.
    public init(name: String, isExact: Bool, skipped: String? = nil, content: String = "") {
      self.name = name
      self.isExact = isExact
      self.skipped = skipped
      self.content = content
    }
  }

  /// One quantity of one lane against the reference.
  public struct Cell: Sendable, Equatable, Codable {
    /// The lane's name.
    public var lane: String
    /// The quantity, such as `integer_adm2` or `2x64 layer 1`.
    public var quantity: String
    /// What a unit in the last place is: of `fp64`, `fp32`, or 1 for an `integer`.
    public var precision: Precision
    /// The distances.
    public var summary: ULPSummary
    /// The clip and frame of the largest distance; `nil` where all values are equal.
    public var place: String?
    /// The bound, `nil` where the values have to be equal.
    public var bound: GateBudgets.Bound?
    /// Whether the contract holds.
    public var verdict: GateVerdict

    /// Compares a measurement with its contract.
    public init(
      lane: String, quantity: String, precision: Precision, summary: ULPSummary, place: String?,
      bound: GateBudgets.Bound?
    ) {
      self.lane = lane
      self.quantity = quantity
      self.precision = precision
      self.summary = summary
      self.place = place
      self.bound = bound
      verdict = bound?.holds(for: summary) ?? summary.isExact ? .passed : .failed
    }
  }

  /// What values are compared as.
  public enum Precision: String, Sendable, Hashable, Codable {
    /// Double precision.
    case double = "fp64"
    /// Single precision.
    case single = "fp32"
    /// Integers, whose unit is 1.
    case integer
  }

  /// The schema of the JSON form.
  public static let currentSchema = "tinyvmaf-gate-parity-1"

  /// The schema of the JSON form.
  public let schema: String
  /// What the reference is.
  public let reference: String
  /// Whether a lane that did not run is a failure.
  public let requiresAll: Bool
  /// All lanes, in order, those that did not run too.
  public let lanes: [Lane]
  /// All cells, in the order of the lanes.
  public let cells: [Cell]

  private enum CodingKeys: String, CodingKey {
    case schema, reference, lanes, cells
    case requiresAll = "requires_all"
  }

  /// Creates a report.
  public init(reference: String, requiresAll: Bool, lanes: [Lane], cells: [Cell]) {
    schema = Self.currentSchema
    self.reference = reference
    self.requiresAll = requiresAll
    self.lanes = lanes
    self.cells = cells
  }

  /// The name of the gate.
  public var title: String { "Parity gate" }

  /// The verdicts of all cells, and one for each lane that did not run.
  public var verdicts: [GateVerdict] {
    cells.map(\.verdict) + lanes.filter { $0.skipped != nil }.map { _ in .skipped }
  }

  /// One sentence for each cell that failed.
  public var failures: [String] {
    cells.filter { $0.verdict == .failed }.map { cell in
      let summary = cell.summary
      var text = "\(cell.lane), \(cell.quantity): \(summary.different) of \(summary.count)"
      text += " values differ, by up to \(GateFormat.distance(summary.largest)) ULP of"
      text += " \(cell.precision.rawValue) and \(GateFormat.short(summary.largestDifference))"
      if summary.nanMismatches > 0 { text += ", \(summary.nanMismatches) are NaN on one side" }
      if let place = cell.place { text += ", first at \(place)" }
      guard let bound = cell.bound else { return text + "; they have to be equal." }
      text += "; allowed are \(GateFormat.distance(bound.ulp)) ULP, "
      text += "\(GateFormat.distance(bound.percentile999)) at the 99.9th percentile and "
      return text + "\(GateFormat.short(bound.difference))."
    }
  }

  /// What was skipped and why, one line each.
  public var omissions: [String] {
    lanes.compactMap { lane in lane.skipped.map { "\(lane.name): \($0)" } }
  }
}
