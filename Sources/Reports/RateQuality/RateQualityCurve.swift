#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The rate of an encode and the quality that it bought.
public struct RatePoint: Hashable, Sendable {
  /// Kilobits per second, positive.
  public let rate: Double
  /// The score.
  public let quality: Double

  /// Creates a point.
  public init(rate: Double, quality: Double) {
    self.rate = rate
    self.quality = quality
  }
}

/// What one encoder, or one way of encoding, reaches at several rates.
public struct RateQualityCurve: Hashable, Sendable {
  /// What the points have in common: an encoder, a preset, a size.
  public let label: String
  /// The points by rising rate; of two with one rate the better one comes last.
  public let points: [RatePoint]

  /// Creates a curve; points without a positive rate and a finite quality are left out.
  public init(label: String, points: [RatePoint]) {
    self.label = label
    self.points = points.filter { $0.rate > 0 && $0.rate.isFinite && $0.quality.isFinite }
      .sorted { ($0.rate, $0.quality) < ($1.rate, $1.quality) }
  }

  /// The points that no other one beats: none costs as little and is as good.
  public var frontier: [RatePoint] {
    var best: [RatePoint] = []
    for point in points {
      if let last = best.last, last.rate == point.rate { best.removeLast() }
      if let last = best.last, last.quality >= point.quality { continue }
      best.append(point)
    }
    return best
  }

  /// The upper convex hull of the frontier in the plane of rate (linear) and quality.
  ///
  /// Between two of its points every mixture of them, in time, beats what lies below the chord.
  public var hull: [RatePoint] { Self.hull(of: frontier) }

  /// The upper convex hull over the points of several curves.
  public static func hull(of curves: [RateQualityCurve]) -> [RatePoint] {
    hull(of: RateQualityCurve(label: "", points: curves.flatMap(\.points)).frontier)
  }

  private static func hull(of frontier: [RatePoint]) -> [RatePoint] {
    var hull: [RatePoint] = []
    for point in frontier {
      // The middle one of three goes when it is not above the line between its neighbours.
      while let middle = hull.last, let first = hull.dropLast().last,
        (middle.quality - first.quality) * (point.rate - first.rate)
          <= (point.quality - first.quality) * (middle.rate - first.rate)
      {
        hull.removeLast()
      }
      hull.append(point)
    }
    return hull
  }
}

/// Where two curves meet: on one side of it one is better, on the other side the other.
public struct RateQualityCrossover: Hashable, Sendable {
  /// The rate and the quality at which both are equal.
  public let point: RatePoint
  /// The label of the curve that is better below.
  public let below: String
  /// The label of the curve that is better above.
  public let above: String
}

extension RateQualityCurve {
  /// Where this curve and another one meet, by rising rate.
  ///
  /// Both frontiers are interpolated monotonically over the logarithm of the rate. Curves that
  /// have fewer than two points, or no rate in common, do not meet.
  public func crossovers(with other: RateQualityCurve) -> [RateQualityCrossover] {
    guard let mine = qualityOverLogRate, let theirs = other.qualityOverLogRate else { return [] }
    let low = max(mine.domain.lowerBound, theirs.domain.lowerBound)
    let high = min(mine.domain.upperBound, theirs.domain.upperBound)
    guard low < high else { return [] }
    func lead(_ position: Double) -> Double { mine(position) - theirs(position) }
    // The pieces of both curves, each cut finely: a difference of cubics changes its sign at most
    // three times in a piece.
    let count = 64 * (points.count + other.points.count)
    let grid = (0...count).map { low + (high - low) * Double($0) / Double(count) }
    var found: [RateQualityCrossover] = []
    var last = (position: grid[0], lead: lead(grid[0]))
    for position in grid.dropFirst() {
      let here = (position: position, lead: lead(position))
      guard here.lead != 0 else { continue }
      defer { last = here }
      guard last.lead * here.lead < 0 else { continue }
      var (left, right) = (last.position, here.position)
      for _ in 0..<60 {
        let middle = (left + right) / 2
        if lead(middle) * last.lead > 0 { left = middle } else { right = middle }
      }
      let meeting = (left + right) / 2
      found.append(
        RateQualityCrossover(
          point: RatePoint(rate: exp(meeting), quality: mine(meeting)),
          below: last.lead > 0 ? label : other.label, above: here.lead > 0 ? label : other.label))
    }
    return found
  }

  /// Quality as a function of the natural logarithm of the rate; `nil` with fewer than two points.
  var qualityOverLogRate: MonotoneCubic? {
    let points = frontier
    guard points.count >= 2 else { return nil }
    return MonotoneCubic(x: points.map { log($0.rate) }, y: points.map(\.quality))
  }
}
