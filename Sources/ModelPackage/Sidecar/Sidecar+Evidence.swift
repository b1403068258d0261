public import Evaluation

extension Sidecar {
  /// How the weights came to be.
  public struct Training: Hashable, Sendable, Codable {
    /// Rows that training saw.
    public struct Data: Hashable, Sendable, Codable {
      /// What the rows are.
      public var name: String
      /// The SHA-256 of the rows or of the table that holds them.
      public var sha256: String
      /// The number of rows.
      public var rows: Int
      /// The number of contents; rows of one content are not independent.
      public var sources: Int

      /// Describes rows.
      public init(name: String, sha256: String, rows: Int, sources: Int) {
        self.name = name
        self.sha256 = sha256
        self.rows = rows
        self.sources = sources
      }
    }

    /// The recipe, where there is one.
    public var recipe: JSONValue?
    /// The SHA-256 of the recipe's JSON.
    public var recipeSHA256: String?
    /// The rows of real videos that training saw; empty when all rows are sampled.
    public var data: [Data]
    /// The seeds of everything random.
    public var seeds: [UInt64]

    private enum CodingKeys: String, CodingKey {
      case recipe, data, seeds
      case recipeSHA256 = "recipe_sha256"
    }

    /// Describes a training.
    public init(
      recipe: JSONValue? = nil, recipeSHA256: String? = nil, data: [Data] = [],
      seeds: [UInt64] = []
    ) {
      self.recipe = recipe
      self.recipeSHA256 = recipeSHA256
      self.data = data
      self.seeds = seeds
    }
  }

  /// How good the model is, as measured by the command that wrote the sidecar.
  public struct Evaluation: Equatable, Sendable, Codable {
    /// The figures over one set of rows.
    public struct RowSet: Equatable, Sendable, Codable {
      /// What the rows are.
      public var name: String
      /// What the scores were compared with.
      public var target: String
      /// The SHA-256 of the rows and targets.
      public var sha256: String
      /// What one row is.
      public var unit: EvaluationReport.Unit
      /// The number of contents.
      public var sources: Int
      /// Whether training saw none of the contents.
      public var isHeldOut: Bool
      /// The figures.
      public var accuracy: Accuracy
      /// Bootstrap intervals over contents; empty with a single one.
      public var intervals: [Interval]

      private enum CodingKeys: String, CodingKey {
        case name, target, sha256, unit, sources, accuracy, intervals
        case isHeldOut = "held_out"
      }

      /// Describes a measurement.
      public init(
        name: String, target: String, sha256: String, unit: EvaluationReport.Unit, sources: Int,
        isHeldOut: Bool, accuracy: Accuracy, intervals: [Interval]
      ) {
        self.name = name
        self.target = target
        self.sha256 = sha256
        self.unit = unit
        self.sources = sources
        self.isHeldOut = isHeldOut
        self.accuracy = accuracy
        self.intervals = intervals
      }
    }

    /// A row whose score every runtime must give again.
    public struct GoldenPoint: Hashable, Sendable, Codable {
      /// What the row is.
      public var name: String
      /// The features in the model's order.
      public var features: [Double]
      /// What the model should say, or `nil` when nobody knows.
      public var target: Double?
      /// What it says.
      public var score: Double

      /// Creates a point.
      public init(name: String, features: [Double], target: Double?, score: Double) {
        self.name = name
        self.features = features
        self.target = target
        self.score = score
      }
    }

    /// How far a file of lower precision is from the full one.
    public struct Parity: Hashable, Sendable, Codable {
      /// The lower precision.
      public var precision: Precision
      /// What the rows are.
      public var rows: String
      /// The number of rows.
      public var count: Int
      /// The root of the mean squared difference, in score points.
      public var rmse: Double
      /// The largest difference, in score points.
      public var maxError: Double
      /// The largest ``rmse`` that an export accepts.
      public var budget: Double

      private enum CodingKeys: String, CodingKey {
        case precision, rows, count, rmse, budget
        case maxError = "max_error"
      }

      /// Describes a comparison.
      public init(
        precision: Precision, rows: String, count: Int, rmse: Double, maxError: Double,
        budget: Double
      ) {
        self.precision = precision
        self.rows = rows
        self.count = count
        self.rmse = rmse
        self.maxError = maxError
        self.budget = budget
      }
    }

    /// The figures, one for each set of rows.
    public var sets: [RowSet]
    /// The leave-one-source-out table, where there is one.
    public var leaveOneSourceOut: LeaveOneSourceOut?
    /// Rows with known scores; loading and verifying can be tested with them.
    public var golden: [GoldenPoint]
    /// The largest difference of score and target over ``golden``, or `nil` without targets.
    public var maxGoldenError: Double?
    /// Files of lower precision against the full one.
    public var parity: [Parity]

    private enum CodingKeys: String, CodingKey {
      case sets, golden, parity
      case leaveOneSourceOut = "leave_one_source_out"
      case maxGoldenError = "max_golden_error"
    }

    /// Collects measurements; the largest golden error follows from the points.
    public init(
      sets: [RowSet] = [], leaveOneSourceOut: LeaveOneSourceOut? = nil,
      golden: [GoldenPoint] = [], parity: [Parity] = []
    ) {
      self.sets = sets
      self.leaveOneSourceOut = leaveOneSourceOut
      self.golden = golden
      self.parity = parity
      maxGoldenError = golden.compactMap { point in
        point.target.map { abs($0 - point.score) }
      }.max()
    }
  }
}
