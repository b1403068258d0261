/// What the golden gate found: features and scores against known figures, pair by pair.
public struct GoldenReport: GateReport {
  /// One quantity of one pair, or one promise of one student, against its contract.
  public struct Check: Sendable, Hashable, Codable {
    /// What is checked.
    public enum Kind: String, Sendable, Hashable, Codable {
      /// Every feature of every frame against libvmaf's figures.
      case features
      /// A model's score of every frame against libvmaf's figures.
      case score
      /// The mean score against the mean that libvmaf's tests assert.
      case mean
      /// Whether identical videos score no less than distorted ones.
      case identity
      /// A student's distance to its teacher at the golden points.
      case studentError = "student_error"
      /// Whether a student's scores stay in the teacher's range.
      case studentRange = "student_range"
      /// Whether a student orders golden points as its teacher does.
      case studentOrder = "student_order"
      /// Whether a student scores identical videos no less than distorted ones.
      case studentIdentity = "student_identity"
    }

    /// What is checked.
    public var kind: Kind
    /// The pair's name; for a student's promises over all pairs `nil`.
    public var pair: String?
    /// The model or student, `nil` for features.
    public var model: String?
    /// How it ended.
    public var verdict: GateVerdict
    /// The number of values that were compared.
    public var values: Int
    /// The largest distance in units in the last place (double precision, for students single).
    public var largestULP: UInt64?
    /// The largest absolute difference; for means the difference.
    public var largestDifference: Double?
    /// The bar that the difference has to stay within.
    public var bar: Double?
    /// What was found, where the check is of one figure.
    public var found: Double?
    /// What was expected, where the check is of one figure.
    public var expected: Double?
    /// Where the largest difference is, or why the check was skipped.
    public var note: String?

    private enum CodingKeys: String, CodingKey {
      case kind, pair, model, verdict, values, bar, found, expected, note
      case largestULP = "largest_ulp"
      case largestDifference = "largest_difference"
    }

    /// Creates a check.
    public init(
      _ kind: Kind, pair: String?, model: String? = nil, verdict: GateVerdict, values: Int = 0,
      largestULP: UInt64? = nil, largestDifference: Double? = nil, bar: Double? = nil,
      found: Double? = nil, expected: Double? = nil, note: String? = nil
    ) {
      self.kind = kind
      self.pair = pair
      self.model = model
      self.verdict = verdict
      self.values = values
      self.largestULP = largestULP
      self.largestDifference = largestDifference
      self.bar = bar
      self.found = found
      self.expected = expected
      self.note = note
    }
  }

  /// The schema of the JSON form.
  public static let currentSchema = "tinyvmaf-gate-golden-1"

  /// The schema of the JSON form.
  public let schema: String
  /// The instruction set that the features were computed with.
  public let instructionSet: String
  /// Whether a pair that is not here is a failure.
  public let requiresAll: Bool
  /// All checks, in order.
  public let checks: [Check]

  private enum CodingKeys: String, CodingKey {
    case schema, checks
    case instructionSet = "instruction_set"
    case requiresAll = "requires_all"
  }

  /// Creates a report.
  public init(instructionSet: String, requiresAll: Bool, checks: [Check]) {
    schema = Self.currentSchema
    self.instructionSet = instructionSet
    self.requiresAll = requiresAll
    self.checks = checks
  }

  /// The name of the gate.
  public var title: String { "Golden gate" }
  /// The verdicts of all checks, in order.
  public var verdicts: [GateVerdict] { checks.map(\.verdict) }

  /// One sentence for each check that failed.
  public var failures: [String] {
    checks.filter { $0.verdict == .failed }.map { check in
      var text = [check.pair, check.model].compactMap { $0 }.joined(separator: ", ")
      text += ": \(check.kind.label)"
      if let difference = check.largestDifference {
        text += " is off by \(GateFormat.short(difference))"
      } else {
        text += " does not hold"
      }
      if let bar = check.bar { text += ", \(GateFormat.short(bar)) is allowed" }
      if let note = check.note { text += " (\(note))" }
      return text + "."
    }
  }

  /// What was skipped and why, one line each.
  public var omissions: [String] {
    checks.filter { $0.verdict == .skipped }.map { check in
      "\(check.pair ?? check.model ?? check.kind.label): \(check.note ?? "not here")"
    }
  }
}

extension GoldenReport.Check.Kind {
  /// What is checked, as text.
  public var label: String {
    switch self {
    case .features: "features"
    case .score: "score"
    case .mean: "asserted mean"
    case .identity: "identity at the top"
    case .studentError: "error to the teacher"
    case .studentRange: "range"
    case .studentOrder: "order"
    case .studentIdentity: "identity at the top"
    }
  }
}
