/// A clip that people have scored.
public struct HumanClip: Sendable, Equatable {
  /// The data that it belongs to.
  public let data: String
  /// Its name, unique within the data.
  public let name: String
  /// The content that it shows, as its table names it.
  public let source: String
  /// The contents under the names that all data share; mostly one.
  public let contents: Set<String>
  /// The test whose scale it is on, unique over all data; `nil` on the common scale.
  public let test: String?
  /// Rows of the canonical six features: one of means, or one per frame.
  public let features: [Double]
  /// The human score on 0 to 100.
  public let target: Double
  /// One standard error of the score; 0 where none is known.
  public let standardError: Double
  /// A stored score of the teacher.
  public let teacher: Double?
  /// The bit rate.
  public let bitrate: Double?
  /// PSNR.
  public let psnr: Double?

  /// Creates a clip.
  public init(
    data: String, name: String, source: String, contents: Set<String>, test: String? = nil,
    features: [Double], target: Double, standardError: Double, teacher: Double? = nil,
    bitrate: Double? = nil, psnr: Double? = nil
  ) {
    self.data = data
    self.name = name
    self.source = source
    self.contents = contents
    self.test = test
    self.features = features
    self.target = target
    self.standardError = standardError
    self.teacher = teacher
    self.bitrate = bitrate
    self.psnr = psnr
  }

  /// The mean of a feature over the clip's rows.
  public func mean(ofFeature index: Int) -> Double {
    let rows = features.count / 6
    return (0..<rows).reduce(0) { $0 + features[$1 * 6 + index] } / Double(rows)
  }
}
