/// Reduces long series to what a screen can show, without losing a single drop.
enum Decimation {
  /// A few neighbouring frames as one.
  struct Bucket: Equatable {
    /// The middle of their numbers.
    let x: Double
    let low: Double
    let high: Double
    let mean: Double
  }

  /// The frames in at most `count` buckets of about equal length.
  ///
  /// Buckets without a finite value are left out.
  static func buckets(frames: [Int], values: [Double], count: Int) -> [Bucket] {
    let total = min(frames.count, values.count)
    let count = min(max(count, 1), total)
    return (0..<count).compactMap { index in
      let range = index * total / count..<(index + 1) * total / count
      let finite = values[range].filter(\.isFinite)
      guard let low = finite.min(), let high = finite.max() else { return nil }
      let x = Double(frames[range.lowerBound] + frames[range.upperBound - 1]) / 2
      return Bucket(
        x: x, low: low, high: high, mean: finite.reduce(0, +) / Double(finite.count))
    }
  }

  /// The layers of a series: its line, and where frames were joined, the band of their extremes.
  static func layers(
    label: String, ink: Int, style: Chart.Style = .solid, frames: [Int], values: [Double],
    limit: Int
  ) -> [Chart.Layer] {
    guard frames.count > limit else {
      let points = zip(frames, values).map { Chart.Point(Double($0), $1) }
      return [.line(Chart.Series(label: label, ink: ink, points: points, style: style))]
    }
    let buckets = buckets(frames: frames, values: values, count: limit / 2)
    let band = Chart.Band(
      label: label, ink: ink, extents: buckets.map { ($0.x, $0.low, $0.high) })
    let line = Chart.Series(
      label: label, ink: ink, points: buckets.map { Chart.Point($0.x, $0.mean) }, style: style)
    return [.band(band), .line(line)]
  }

  /// Points of which those that would fall on one spot are drawn once.
  ///
  /// - Parameter cells: The spots along each direction.
  static func distinct(_ points: [Chart.Point], x: Axis, y: Axis, cells: Double) -> [Chart.Point] {
    struct Cell: Hashable {
      let x: Double
      let y: Double
    }
    var seen: Set<Cell> = []
    return points.filter { point in
      let cell = Cell(
        x: (x.share(of: point.x) * cells).rounded(), y: (y.share(of: point.y) * cells).rounded())
      return seen.insert(cell).inserted
    }
  }
}
