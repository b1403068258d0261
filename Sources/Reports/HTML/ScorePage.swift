public import Features

/// What a report about scored videos shows: one encode, several versions of one video, or a ladder.
///
/// ```swift
/// var page = ScorePage(models: [model], encodes: [encode])
/// page.frameRate = 25
/// try AtomicFile.write(page.html(), to: "report.html")
/// ```
///
/// The same content gives the same bytes: there is no time and no path in it that was not put there.
public struct ScorePage: Sendable {
  /// A model, as it is named in the tables of the encodes.
  public struct Model: Sendable {
    /// The name of its scores.
    public var name: String
    /// Its version, id or file.
    public var source: String
    /// What it is, for instance `teacher` or `student`; may be empty.
    public var kind: String
    /// What its scores measure, such as `VMAF`.
    public var unit: String

    /// Describes a model.
    public init(name: String, source: String, kind: String = "", unit: String = "VMAF") {
      self.name = name
      self.source = source
      self.kind = kind
      self.unit = unit
    }
  }

  /// A video file.
  public struct Video: Sendable {
    /// Its path or name.
    public var path: String
    /// What is known about it.
    public var facts: [Fact]

    /// Describes a video.
    public init(path: String, facts: [Fact] = []) {
      self.path = path
      self.facts = facts
    }

    /// The last part of the path.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }
  }

  /// What a model says about a whole video.
  public struct Verdict: Sendable {
    /// The score.
    public var score: Double
    /// Where the true score lies, for models that say so.
    public var interval: ClosedRange<Double>?
    /// The share of cases in which the interval holds, such as 0.95.
    public var level: Double
    /// The frames on which the model is not to be trusted, where that is known.
    public var outOfDomainFrames: Int?

    /// Creates a verdict.
    public init(
      score: Double, interval: ClosedRange<Double>? = nil, level: Double = 0.95,
      outOfDomainFrames: Int? = nil
    ) {
      self.score = score
      self.interval = interval
      self.level = level
      self.outOfDomainFrames = outOfDomainFrames
    }
  }

  /// A scored video.
  public struct Encode: Sendable {
    /// The file.
    public var video: Video
    /// Features and scores per frame; a model's column has its name.
    public var table: FeatureTable
    /// What each model of the page says, in order; the mean of its column where there is none.
    public var verdicts: [Verdict]
    /// Kilobits per second, where known.
    public var rate: Double?
    /// The encoder, if it is known, which makes its encodes a curve.
    public var encoder: String?
    /// Its height before scaling, where known.
    public var height: Int?
    /// Frames to show as pictures, worst first.
    public var frames: [ComparedFrame]

    /// Describes a scored video.
    public init(
      video: Video, table: FeatureTable, verdicts: [Verdict] = [], rate: Double? = nil,
      encoder: String? = nil, height: Int? = nil, frames: [ComparedFrame] = []
    ) {
      self.video = video
      self.table = table
      self.verdicts = verdicts
      self.rate = rate
      self.encoder = encoder
      self.height = height
      self.frames = frames
    }
  }

  /// The heading; made from the names of the files when `nil`.
  public var title: String?
  /// The reference, where known.
  public var reference: Video?
  /// The models, the main one first.
  public var models: [Model]
  /// The scored videos.
  public var encodes: [Encode]
  /// Frames per second, where known.
  public var frameRate: Double?
  /// Notes and warnings in one sentence each, beginning with `note: ` or `warning: `.
  public var findings: [String] = []
  /// Programs, models and options with their versions.
  public var provenance: [Fact] = []

  /// Creates a page.
  public init(models: [Model], encodes: [Encode]) {
    self.models = models
    self.encodes = encodes
  }
}

extension ScorePage {
  /// The frames with the lowest scores, worst first, no two of them close together.
  ///
  /// A bad moment has many bad frames; one of them is enough to see what is wrong.
  ///
  /// - Parameters:
  ///   - scores: One per entry of `frames`; those that are not finite are passed over.
  ///   - frames: The frames' numbers, ascending.
  ///   - count: The most frames to return.
  ///   - distance: The least difference of two numbers: half a second is a good one.
  public static func worstFrames(
    _ scores: [Double], frames: [Int], count: Int, distance: Int
  ) -> [Int] {
    let order = scores.indices.filter { scores[$0].isFinite }.sorted {
      (scores[$0], $0) < (scores[$1], $1)
    }
    var chosen: [Int] = []
    for index in order where chosen.count < count {
      let frame = frames[index]
      if chosen.allSatisfy({ abs($0 - frame) >= distance }) { chosen.append(frame) }
    }
    return chosen
  }

  /// The least distance of two frames that are both shown: half a second.
  public static func distance(frameRate: Double?) -> Int {
    guard let frameRate, frameRate.isFinite, frameRate > 0 else { return 12 }
    return max(Int(min(frameRate, 1e6) / 2), 1)
  }
}

// MARK: - What follows from the content

extension ScorePage {
  /// The names of the encodes: their files' names, or their paths where two are the same.
  var labels: [String] {
    let names = encodes.map(\.video.name)
    return encodes.enumerated().map { index, encode in
      names.count { $0 == names[index] } == 1
        ? names[index] : "\(encode.video.path) (\(index + 1))"
    }
  }

  /// The per-frame scores of a model, or `nil` when it scores whole videos.
  func scores(of model: Model, in encode: Encode) -> [Double]? {
    encode.table[FeatureName(model.name)]
  }

  /// The per-frame scores of the main model.
  func mainScores(_ encode: Encode) -> [Double] {
    models.first.flatMap { scores(of: $0, in: encode) } ?? []
  }

  /// What a model says about an encode.
  func verdict(_ model: Int, of encode: Encode) -> Verdict? {
    if encode.verdicts.indices.contains(model) { return encode.verdicts[model] }
    let values = scores(of: models[model], in: encode) ?? []
    return Pooling.mean(values.filter(\.isFinite)).map { Verdict(score: $0) }
  }

  /// The columns that are no model's.
  var features: [FeatureName] {
    let scores = Set(models.map(\.name))
    return (encodes.first?.table.columns ?? []).map(\.name).filter { !scores.contains($0.rawValue) }
  }

  /// The frames at which a new scene begins.
  var cuts: [Int] {
    guard let table = encodes.first?.table else { return [] }
    return SceneCuts.frames(of: table)
  }
}
