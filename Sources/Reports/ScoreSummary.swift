public import Features

/// The scores of one video as a short text for a person: score, pooled values, course over time
/// and worst frames, with the model and the input that gave them.
public struct ScoreSummary: Sendable {
  /// The videos that were compared.
  public struct Input: Sendable {
    /// The reference's path or name.
    public var reference: String
    /// The distorted video's path or name.
    public var distorted: String
    /// Size, depth and chroma, for example `1920x1080, 8 bit, 4:2:0`.
    public var format: String
    /// Frames per second, or `nil` when unknown; turns frame numbers into times.
    public var frameRate: Double?

    /// Creates a description of the input.
    public init(reference: String, distorted: String, format: String, frameRate: Double? = nil) {
      self.reference = reference
      self.distorted = distorted
      self.format = format
      self.frameRate = frameRate
    }
  }

  /// The scores of one model.
  public struct Score: Sendable {
    /// The printed name of the score, for example `vmaf`.
    public var name: String
    /// The model that gave it, for example `vmaf_v0.6.1`.
    public var model: String
    /// One value per frame of the summary; empty for a model that scores whole videos.
    public var values: [Double]
    /// The score of the whole video; the mean of the values unless it is set.
    public var score: Double?
    /// The number of frames outside of the model's training domain, or `nil` when unknown.
    public var outOfDomainFrames: Int?
    /// Where the true score lies, for models that say so.
    public var interval: ScoreReport.Prediction.Interval?

    /// Creates the scores of a model.
    public init(name: String, model: String, values: [Double], score: Double? = nil) {
      self.name = name
      self.model = model
      self.values = values
      self.score = score
    }

    /// The score of the whole video, or `nil` without frames.
    var figure: Double? { score ?? Pooling.mean(values) }
  }

  /// The videos that were compared.
  public var input: Input
  /// The numbers of the scored frames.
  public var frames: [Int]
  /// The scores, the main one first.
  public var scores: [Score]
  /// Other figures to show with their mean, for example `psnr_y`.
  public var means: [FeatureTable.Column]
  /// How many frames were scored per second, or `nil` when that is not to be shown.
  public var framesPerSecond: Double?

  /// Creates a summary.
  public init(
    input: Input, frames: [Int], scores: [Score], means: [FeatureTable.Column] = [],
    framesPerSecond: Double? = nil
  ) {
    self.input = input
    self.frames = frames
    self.scores = scores
    self.means = means
    self.framesPerSecond = framesPerSecond
  }
}

extension ScoreSummary {
  /// The summary as lines of text, each ending with a line feed.
  ///
  /// - Parameters:
  ///   - style: Width and colours.
  ///   - worstFrames: How many of the frames with the lowest main score are listed.
  public func text(style: TerminalStyle = TerminalStyle(), worstFrames: Int = 5) -> String {
    var lines: [String] = []
    for score in scores {
      lines.append(headline(score, style))
      if !score.values.isEmpty || score.score == nil {
        let pooled = Self.wrapped(pooled(score.values), width: style.width - Self.indent)
        lines.append(row("pooled", pooled, style))
      }
      if let interval = score.interval {
        lines.append(row("interval", [text(interval, around: score.figure)], style))
      }
      if let count = score.outOfDomainFrames {
        lines.append(row("ood", ["\(count) of \(frames.count) frames"], style))
      }
    }
    if let main = scores.first(where: { $0.values.count > 1 }) {
      lines.append(row("over time", course(main.values, style), style))
      let worst = worst(main.values, count: worstFrames)
      if !worst.isEmpty { lines.append(row("worst", worst, style)) }
    }
    if !means.isEmpty {
      let parts = means.map { "\($0.name) \(Self.figure(Pooling.mean($0.values)))" }
      lines.append(row("mean", Self.wrapped(parts, width: style.width - Self.indent), style))
    }
    let room = style.width - Self.indent
    lines.append(
      row("distorted", [TerminalStyle.shortened(input.distorted, to: room)], style))
    lines.append(
      row("reference", [TerminalStyle.shortened(input.reference, to: room)], style))
    var facts = [input.format, frames.count == 1 ? "1 frame" : "\(frames.count) frames"]
    if let rate = input.frameRate { facts.append("\(Self.short(rate)) fps") }
    if let speed = framesPerSecond, speed.isFinite {
      facts.append("scored at \(decimal(speed, digits: speed < 10 ? 1 : 0)) fps")
    }
    lines.append(row("video", Self.wrapped(facts, separator: ", ", width: room), style))
    return lines.map { $0 + "\n" }.joined()
  }

  /// `82.60 ± 17.40 DMOS, 90 %`, or both ends where they are not as far from the score: the range
  /// of scores may cut one of them short.
  private func text(
    _ interval: ScoreReport.Prediction.Interval, around score: Double?
  ) -> String {
    let level = decimal(100 * interval.level, digits: 0)
    let half = (interval.high - interval.low) / 2
    let middle = (interval.high + interval.low) / 2
    let isSymmetric = score.map { abs($0 - middle) < 0.005 } ?? false
    let ends =
      isSymmetric
      ? "\(Self.figure(middle)) ± \(Self.figure(half))"
      : "\(Self.figure(interval.low)) to \(Self.figure(interval.high))"
    return "\(ends) \(interval.unit), \(level) %"
  }

  /// The width of the labels on the left.
  private static let indent = 11

  private func row(_ label: String, _ texts: [String], _ style: TerminalStyle) -> String {
    let labels = [label] + Array(repeating: "", count: max(0, texts.count - 1))
    return zip(labels, texts).map { label, text in
      style.paint(label.rightPadded(to: Self.indent), .faint) + text
    }.joined(separator: "\n")
  }

  private func headline(_ score: Score, _ style: TerminalStyle) -> String {
    let mean = score.figure
    let text = mean.map { decimal($0, digits: 4) } ?? "no frames"
    let ink: TerminalStyle.Ink =
      switch mean ?? 0 {
      case 80...: .green
      case 50..<80: .yellow
      default: .red
      }
    let name = TerminalStyle.shortened(score.name, to: style.width / 3)
    let model = TerminalStyle.shortened(score.model, to: style.width / 2)
    return style.paint(name.rightPadded(to: Self.indent), .bold) + style.paint(text, .bold, ink)
      + "  " + style.paint(model, .faint)
  }

  private func pooled(_ values: [Double]) -> [String] {
    let shown: [(String, Pooling)] = [
      ("harmonic", .harmonicMean), ("min", .min), ("p1", .percentile(1)), ("p5", .percentile(5)),
      ("p10", .percentile(10)), ("max", .max),
    ]
    return shown.map { "\($0) \(Self.figure($1(values)))" }
  }

  private func course(_ values: [Double], _ style: TerminalStyle) -> [String] {
    let finite = values.filter(\.isFinite)
    guard let lowest = finite.min(), let highest = finite.max() else { return [""] }
    let (low, high) = (Self.figure(lowest), Self.figure(highest))
    let room = style.width - Self.indent - low.count - high.count - 2
    let chart = Sparkline.text(values, in: lowest...highest, width: room)
    return ["\(low) \(chart) \(high)"]
  }

  private func worst(_ values: [Double], count: Int) -> [String] {
    let finite = values.indices.filter { values[$0].isFinite }
    let order = finite.sorted { (values[$0], $0) < (values[$1], $1) }
    return order.prefix(count).map { index in
      let time = input.frameRate.flatMap { $0 > 0 ? Double(frames[index]) / $0 : nil }
      let at = time.map { " at \(Self.clock($0))" } ?? ""
      return "frame \(frames[index])\(at): \(Self.figure(values[index]))"
    }
  }

  /// The parts in as few lines as fit the width.
  static func wrapped(_ parts: [String], separator: String = "  ", width: Int) -> [String] {
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, last.count + separator.count + part.count <= width {
        lines[lines.count - 1] = last + separator + part
      } else {
        lines.append(part)
      }
    }
    return lines
  }

  static func figure(_ value: Double?) -> String { value.map { decimal($0, digits: 2) } ?? "-" }

  /// A frame rate with as many decimals as it needs, at most three.
  private static func short(_ value: Double) -> String {
    var text = decimal(value, digits: 3)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// Seconds as `m:ss.hh` or `h:mm:ss.hh`.
  private static func clock(_ seconds: Double) -> String {
    guard seconds < 1e9 else { return "-" }
    let hundredths = Int((seconds * 100).rounded(.down))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (minutes, rest) = (hundredths / 6000, hundredths % 6000)
    let tail = "\(two(rest / 100)).\(two(rest % 100))"
    return minutes < 60
      ? "\(minutes):\(tail)" : "\(minutes / 60):\(two(minutes % 60)):\(tail)"
  }
}
