public import Features

/// The per-frame values and figures of one scored video, as the machine formats show them.
///
/// ```swift
/// let report = ScoreReport(version: "3.2.0", framesPerSecond: 118.2, width: 1920, height: 1080,
///   table: table)
/// try AtomicFile.write(report.text(as: .json), to: "scores.json")
/// ```
///
/// With the default precision and pooling the four formats are byte for byte what libvmaf 3.2
/// writes for the same values.
public struct ScoreReport: Sendable {
  /// A figure of the whole video that is not pooled from frames, for example `apsnr_y`.
  public struct Aggregate: Sendable, Equatable {
    /// What the figure is.
    public let name: FeatureName
    /// Its value.
    public let value: Double

    /// Creates a figure.
    public init(name: FeatureName, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// What a model says of the whole video, beside the pooled values of its column.
  public struct Prediction: Sendable, Equatable {
    /// The printed name of the scores.
    public let name: FeatureName
    /// The score of the whole video, which stands for the mean where the model has no column.
    public let score: Double
    /// The number of frames outside of the model's training domain, or `nil` when unknown.
    public let outOfDomainFrames: Int?
    /// Where the true score lies, for models that say so.
    public let interval: Interval?

    /// Where the true score lies with a stated probability.
    public struct Interval: Sendable, Equatable {
      /// The probability.
      public let level: Double
      /// The lower end.
      public let low: Double
      /// The upper end.
      public let high: Double
      /// What the ends measure.
      public let unit: String
      /// How the width was found.
      public let method: String

      /// Creates an interval.
      public init(level: Double, low: Double, high: Double, unit: String, method: String) {
        self.level = level
        self.low = low
        self.high = high
        self.unit = unit
        self.method = method
      }
    }

    /// Creates a prediction.
    public init(
      name: FeatureName, score: Double, outOfDomainFrames: Int? = nil, interval: Interval? = nil
    ) {
      self.name = name
      self.score = score
      self.outOfDomainFrames = outOfDomainFrames
      self.interval = interval
    }
  }

  /// The version of libvmaf whose figures these are.
  public var version: String
  /// How many frames were scored per second; not finite when that is unknown.
  public var framesPerSecond: Double
  /// Luma samples in a row.
  public var width: Int
  /// Luma rows.
  public var height: Int
  /// Features first, scores last, in libvmaf's order.
  public var table: FeatureTable
  /// Figures of the whole video.
  public var aggregates: [Aggregate]
  /// What models say of the whole video; libvmaf has none.
  public var predictions: [Prediction] = []
  /// How numbers are written.
  public var precision: ReportPrecision
  /// The pooled values of each column; libvmaf has ``Pooling/standard``.
  public var poolings: [Pooling]

  /// Creates a report.
  public init(
    version: String, framesPerSecond: Double, width: Int, height: Int, table: FeatureTable,
    aggregates: [Aggregate] = [], precision: ReportPrecision = .libvmaf,
    poolings: [Pooling] = Pooling.standard
  ) {
    self.version = version
    self.framesPerSecond = framesPerSecond
    self.width = width
    self.height = height
    self.table = table
    self.aggregates = aggregates
    self.precision = precision
    self.poolings = poolings
  }

  /// The predictions of models that have no column.
  var clipPredictions: [Prediction] {
    predictions.filter { table[$0.name] == nil }
  }

  /// What a model says beside the column of that name.
  func prediction(of name: FeatureName) -> Prediction? {
    predictions.first { $0.name == name }
  }

  /// The report as text, with a line feed at its end.
  public func text(as format: ReportFormat) -> String {
    switch format {
    case .json: json()
    case .xml: xml()
    case .csv: csv()
    case .sub: subtitles()
    }
  }
}

/// A machine-readable form of a report.
public enum ReportFormat: String, Hashable, Sendable, CaseIterable {
  /// An object with frames, pooled and aggregate values.
  case json
  /// The same as XML, libvmaf's default.
  case xml
  /// One line of values per frame, with a header.
  case csv
  /// MicroDVD subtitles: one line per frame that a player can show.
  case sub
}

/// How the numbers of a report are written.
public enum ReportPrecision: Hashable, Sendable {
  /// Six decimals; sixteen where the fractional part is positive but below 0.000001.
  case libvmaf
  /// The shortest decimal that reads back as the same number, up to 17 significant digits.
  case max
}
