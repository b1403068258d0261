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
