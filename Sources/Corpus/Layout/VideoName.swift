/// A file name of the Netflix corpus layout, taken apart.
///
/// A corpus holds its references in `ref/` and its distorted videos in `dis/`. What a file shows
/// is said by its name alone:
///
/// | folder | name | example |
/// |---|---|---|
/// | `ref/` | `<source>_<fps>fps` | `ElFuente1_30fps.yuv` |
/// | `ref/` | `<source>_0_<height>_0` | `ElFuente1_0_1080_0.yuv` |
/// | `dis/` | `<source>_<label>_<height>_<kbps>` | `ElFuente1_10_288_375.yuv` |
///
/// Names are read from the right, because a source may hold digits and underscores itself.
public enum VideoName: Sendable, Hashable {
  /// The name of a reference.
  case reference(ReferenceName)
  /// The name of a distorted video.
  case distorted(DistortedName)

  /// Takes the stem of a file name (without folder and extension) apart.
  ///
  /// - Returns: `nil` when the stem follows neither pattern.
  public init?(stem: String) {
    if let name = ReferenceName(stem: stem) {
      self = .reference(name)
    } else if let name = DistortedName(stem: stem) {
      self = .distorted(name)
    } else {
      return nil
    }
  }
}

/// The parts of a reference's name.
public struct ReferenceName: Sendable, Hashable {
  /// The field of the name besides the source.
  public enum Detail: Sendable, Hashable {
    /// `_<fps>fps`: the frame rate, rounded to an integer.
    case frameRate(Int)
    /// `_0_<height>_0`: the rows of a frame.
    case height(Int)
  }

  /// The content's name, by which distorted videos find their reference.
  public let source: String
  /// The frame rate or the height, whichever the name states.
  public let detail: Detail

  /// Creates the name `<source>_<fps>fps`.
  public init(source: String, framesPerSecond: Int) {
    self.source = source
    detail = .frameRate(framesPerSecond)
  }

  /// Takes a stem apart, or returns `nil` when it is not a reference's.
  public init?(stem: String) {
    let fields = NameFields(stem)
    if let last = fields.last(1), last[0].hasSuffix("fps"),
      let rate = NameFields.number(last[0].dropLast(3)), rate > 0
    {
      source = fields.source(dropping: 1)
      detail = .frameRate(rate)
    } else if let last = fields.last(3), last[0] == "0", last[2] == "0",
      let height = NameFields.number(last[1]), height > 0
    {
      source = fields.source(dropping: 3)
      detail = .height(height)
    } else {
      return nil
    }
  }

  /// The file name without its extension.
  public var stem: String {
    switch detail {
    case .frameRate(let rate): "\(source)_\(rate)fps"
    case .height(let height): "\(source)_0_\(height)_0"
    }
  }
}

/// The parts of a distorted video's name.
///
/// The second field is the *quality label*. In Netflix's public set it is an expert's opinion of
/// the video, 0 to 100, and it alone predicts the viewers' scores well. It would therefore be a
/// leak to show it to a model: ``VideoPair`` does not carry it, and nothing that trains or
/// extracts may read it. Files that tinyvmaf makes have no expert; their labels are codes above
/// 100 that say how the file was made (see ``Origin``), so that the two cannot be mixed up.
public struct DistortedName: Sendable, Hashable {
  /// The content's name, by which the video finds its reference.
  public let source: String
  /// The label as written, leading zeros included.
  public let labelText: String
  /// The rows of the encode before it was scaled to the reference's size.
  public let encodeHeight: Int
  /// The target bit rate of the encode in kbit/s; 0 when the video was not made for a rate.
  public let bitrateField: Int

  /// Creates a name from its parts.
  ///
  /// - Parameters:
  ///   - source: The content's name.
  ///   - labelText: The label, digits only.
  ///   - encodeHeight: The rows of the encode.
  ///   - bitrate: The target rate in kbit/s, or 0.
  public init(source: String, labelText: String, encodeHeight: Int, bitrate: Int) {
    self.source = source
    self.labelText = labelText
    self.encodeHeight = encodeHeight
    bitrateField = bitrate
  }

  /// Takes a stem apart, or returns `nil` when it is not a distorted video's.
  public init?(stem: String) {
    let fields = NameFields(stem)
    guard let last = fields.last(3), NameFields.number(last[0]) != nil,
      let height = NameFields.number(last[1]), height > 0,
      let bitrate = NameFields.number(last[2])
    else { return nil }
    source = fields.source(dropping: 3)
    labelText = String(last[0])
    encodeHeight = height
    bitrateField = bitrate
  }

  /// The file name without its extension.
  public var stem: String { "\(source)_\(labelText)_\(encodeHeight)_\(bitrateField)" }

  /// The target bit rate in kbit/s, when the name states one.
  public var bitrateKbps: Int? { bitrateField > 0 ? bitrateField : nil }

  /// The expert's opinion, 0 to 100, where the label is one; for reports only.
  public var expertLabel: Int? { Int(labelText).flatMap { $0 <= 100 ? $0 : nil } }
}

/// The fields of a stem between its underscores.
private struct NameFields {
  private let fields: [Substring]

  init(_ stem: String) {
    fields = stem.split(separator: "_", omittingEmptySubsequences: false)
  }

  /// The last `count` fields, when a source is left before them.
  func last(_ count: Int) -> [Substring]? {
    guard fields.count > count, !fields.dropLast(count).allSatisfy(\.isEmpty) else { return nil }
    return Array(fields.suffix(count))
  }

  func source(dropping count: Int) -> String { fields.dropLast(count).joined(separator: "_") }

  /// The value of one to nine ASCII digits.
  static func number(_ field: Substring) -> Int? {
    guard (1...9).contains(field.utf8.count), field.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(field)
  }
}
