import StillImages

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Per-frame values for the script of a page, in little room.
///
/// Values are rounded to a grid of at most 65,535 steps, stored as differences from frame to frame,
/// compressed with deflate and written as base64: about a byte and a half per value. Scores keep two
/// decimals. Where even that is too much, features get coarser steps first; then they, and scores
/// last, are stored by the lowest and the highest value of groups of frames, so that no drop is lost.
struct FrameData {
  /// One line of a plot.
  struct Series {
    let label: String
    /// The plot that it belongs to.
    let view: Int
    let ink: Int
    let isDashed: Bool
    /// Whether two decimals are kept, rather than a fixed number of steps.
    let isScore: Bool
    let values: [Double]
  }

  var frames: [Int]
  var views: [String]
  var series: [Series]
  var frameRate: Double?
  var cuts: [Int]
  /// The frame to start with.
  var start: Int
  /// The height of the plot in pixels.
  var height: Int

  /// The JSON for the page, with at most about `budget` bytes of values.
  func json(budget: Int = 760_000) -> String {
    let gaps = Column(steps: zip(frames, [0] + frames).map { Double($0 - $1) })
    var packed: [UInt8] = []
    var columns: [Column] = []
    for detail in Self.details {
      columns = series.map { Column($0, detail) }
      let bytes = gaps.bytes + columns.flatMap(\.bytes)
      // Nothing of this size compresses to a tenth.
      if bytes.count > 10 * budget, detail.scoreGroup < Self.details.last?.scoreGroup ?? 1 {
        continue
      }
      packed = Deflate.zlib(bytes)
      if packed.count * 4 / 3 <= budget { break }
    }
    var text = "{\"count\":\(frames.count),\"height\":\(height)"
    text += ",\"at\":\(frames.firstIndex(of: start) ?? 0)"
    if let frameRate { text += ",\"rate\":\(Markup.json(frameRate))" }
    text += ",\"cuts\":[\(cuts.map(String.init).joined(separator: ","))]"
    text += ",\"views\":[\(views.map(Markup.json).joined(separator: ","))],\"series\":["
    text += zip(series, columns).map { series, column in
      "{\"label\":\(Markup.json(series.label)),\"view\":\(series.view),"
        + "\"ink\":\(series.ink % ChartStyle.inkCount),\"dash\":\(series.isDashed),"
        + "\"low\":\(Markup.json(column.low)),\"step\":\(Markup.json(column.step)),"
        + "\"group\":\(column.group)}"
    }.joined(separator: ",\n")
    return text + "],\n\"packed\":\"\(Data(packed).base64EncodedString())\"}"
  }

  /// How much is kept of the values.
  private struct Detail {
    /// Steps between the lowest and the highest value of a feature.
    let steps: Double
    /// Frames of features of which the extremes are kept; 1 for every frame.
    let featureGroup: Int
    /// The same for scores.
    let scoreGroup: Int
  }

  /// All of it first; scores lose detail last.
  private static let details =
    [1023, 255, 63].map { Detail(steps: $0, featureGroup: 1, scoreGroup: 1) }
    + [4, 16, 64].map { Detail(steps: 63, featureGroup: $0, scoreGroup: 1) }
    + (1..<7).map { Detail(steps: 63, featureGroup: 64 << $0, scoreGroup: 2 << $0) }

  /// The values of a series on their grid.
  private struct Column {
    let low: Double
    let step: Double
    /// The frames of which the lowest and the highest value are kept; 1 for every frame.
    let group: Int
    /// Differences with their sign in the lowest bit: all low bytes, then all high bytes.
    let bytes: [UInt8]

    init(_ series: Series, _ detail: Detail) {
      let finite = series.values.lazy.filter(\.isFinite)
      let lowest = finite.min() ?? 0
      let span = (finite.max() ?? 1) - lowest
      if series.isScore, span < 600 {
        low = (lowest * 100).rounded(.down) / 100
        step = 0.01
      } else {
        low = lowest
        // A power of two, so that values print short.
        var step = 1.0
        while step * detail.steps < span, step < 1e100 { step *= 2 }
        while step / 2 * detail.steps >= span, step > 1e-12 { step /= 2 }
        self.step = step
      }
      group = series.isScore ? detail.scoreGroup : detail.featureGroup
      let values = group > 1 ? Self.extremes(series.values, group: group) : series.values
      bytes = Self.bytes(values.map { [low, step] in ($0 - low) / step })
    }

    /// Takes numbers that are on the grid already.
    init(steps: [Double]) {
      low = 0
      step = 1
      group = 1
      bytes = Self.bytes(steps)
    }

    /// The lowest and the highest value of each group.
    private static func extremes(_ values: [Double], group: Int) -> [Double] {
      stride(from: 0, to: values.count, by: group).flatMap { start in
        let finite = values[start..<min(start + group, values.count)].filter(\.isFinite)
        return [finite.min() ?? .nan, finite.max() ?? .nan]
      }
    }

    private static func bytes(_ positions: [Double]) -> [UInt8] {
      var lows: [UInt8] = []
      var highs: [UInt8] = []
      lows.reserveCapacity(2 * positions.count)
      var last: UInt16 = 0
      for position in positions {
        let grid = position.isFinite ? UInt16(min(max(position.rounded(), 0), 65534)) : 65535
        let difference = Int16(bitPattern: grid &- last)
        let folded = UInt16(bitPattern: difference << 1 ^ difference >> 15)
        lows.append(UInt8(truncatingIfNeeded: folded))
        highs.append(UInt8(truncatingIfNeeded: folded >> 8))
        last = grid
      }
      return lows + highs
    }
  }
}
