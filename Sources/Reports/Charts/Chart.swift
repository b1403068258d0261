/// A picture of numbers, described once and drawn as SVG or written as Vega-Lite.
///
/// ```swift
/// var chart = Chart(
///   name: "scores", title: "VMAF per frame",
///   x: .numbers("frame", 0...299), y: .numbers("VMAF", 80...100))
/// chart.layers.append(.line(.init(label: "encode.mkv", ink: 0, points: points)))
/// try AtomicFile.write(chart.svg(), to: "scores.svg")
/// ```
public struct Chart: Sendable {
  /// A short name for files: lower-case letters, digits and hyphens.
  public var name: String
  /// What is shown, for readers who cannot see it too.
  public var title: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// What is drawn, the first layer below the others.
  public var layers: [Layer]
  /// The height of the plot in pixels.
  public var height: Int

  /// Creates a chart without layers.
  public init(name: String, title: String, x: Axis, y: Axis, height: Int = 280) {
    self.name = name
    self.title = title
    self.x = x
    self.y = y
    self.height = height
    layers = []
  }

  /// One kind of mark with its data.
  public enum Layer: Sendable {
    /// Values joined by a line.
    case line(Series)
    /// The area between two values at each position.
    case band(Band)
    /// Single points.
    case points(Series)
    /// Bars from zero, each over a range of positions.
    case bars(Bars)
    /// Horizontal stretches, for intervals.
    case spans(Spans)
    /// Vertical lines at positions, with an optional word each.
    case verticals([Mark], Style)
    /// Horizontal lines at values.
    case horizontals([Mark], Style)
    /// A line between two points, such as the diagonal.
    case guide(from: Point, to: Point)
    /// Words at points.
    case labels([Label])
  }

  /// A position and a value.
  public struct Point: Hashable, Sendable {
    /// The position along the horizontal axis.
    public var x: Double
    /// The value along the vertical axis.
    public var y: Double

    /// Creates a point.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Points of one kind.
  public struct Series: Sendable {
    /// What the points are.
    public var label: String
    /// The colour's number.
    public var ink: Int
    /// The points in order; a value that is not finite breaks the line.
    public var points: [Point]
    /// How lines look.
    public var style: Style

    /// Creates a series.
    public init(label: String, ink: Int, points: [Point], style: Style = .solid) {
      self.label = label
      self.ink = ink
      self.points = points
      self.style = style
    }
  }

  /// A lowest and a highest value at each position.
  public struct Band: Sendable {
    /// What the values are.
    public var label: String
    /// The colour's number.
    public var ink: Int
    /// Positions with both values.
    public var extents: [(x: Double, low: Double, high: Double)]

    /// Creates a band.
    public init(label: String, ink: Int, extents: [(x: Double, low: Double, high: Double)]) {
      self.label = label
      self.ink = ink
      self.extents = extents
    }
  }

  /// Bars over ranges of positions.
  public struct Bars: Sendable {
    /// What is counted.
    public var label: String
    /// The colour's number.
    public var ink: Int
    /// The ranges with their values.
    public var bars: [(range: ClosedRange<Double>, value: Double)]

    /// Creates bars.
    public init(label: String, ink: Int, bars: [(range: ClosedRange<Double>, value: Double)]) {
      self.label = label
      self.ink = ink
      self.bars = bars
    }
  }

  /// Horizontal stretches at values.
  public struct Spans: Sendable {
    /// What the stretches are.
    public var label: String
    /// The colour's number.
    public var ink: Int
    /// The stretches.
    public var spans: [(y: Double, range: ClosedRange<Double>)]

    /// Creates stretches.
    public init(label: String, ink: Int, spans: [(y: Double, range: ClosedRange<Double>)]) {
      self.label = label
      self.ink = ink
      self.spans = spans
    }
  }

  /// A position or value that is marked.
  public struct Mark: Hashable, Sendable {
    /// Where it is.
    public var position: Double
    /// What is written beside it; may be empty.
    public var label: String

    /// Creates a mark.
    public init(_ position: Double, label: String = "") {
      self.position = position
      self.label = label
    }
  }

  /// A word at a point.
  public struct Label: Hashable, Sendable {
    /// Where it is.
    public var point: Point
    /// The words.
    public var text: String
    /// The colour's number, or `nil` for that of text.
    public var ink: Int?

    /// Creates a label.
    public init(_ text: String, at point: Point, ink: Int? = nil) {
      self.text = text
      self.point = point
      self.ink = ink
    }
  }

  /// How a line looks.
  public enum Style: String, Hashable, Sendable {
    /// An unbroken line.
    case solid
    /// A broken line.
    case dashed
    /// A faint, thin line in the colour of the axes.
    case faint
  }
}
