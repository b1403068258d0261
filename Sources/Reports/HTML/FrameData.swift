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
/// decimals. Where even that is too much, features get coarser steps first; then groups of frames
/// are stored by their lowest and highest value, so that no drop is lost.
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
  func json(budget: Int = 680_000) -> String {
    var packed: [UInt8] = []
    var columns: [Column] = []
    var group = 1
    var shownFrames = frames
    attempts: for (steps, size) in Self.attempts {
      group = size
      shownFrames = size > 1 ? Self.frames(frames, group: size) : frames
      let gaps = zip(shownFrames, [0] + shownFrames).map { Double($0 - $1) }
      columns = series.map {
        Column(size > 1 ? Self.extremes($0.values, group: size) : $0.values, of: $0, steps: steps)
      }
      let bytes = Column(steps: gaps).bytes + columns.flatMap(\.bytes)
      // Nothing of this size compresses to a tenth.
      if bytes.count > 20 * budget, size < Self.attempts.last?.group ?? 1 { continue }
      packed = Deflate.zlib(bytes)
      if packed.count * 4 / 3 <= budget { break attempts }
    }
    var text = "{\"count\":\(shownFrames.count),\"group\":\(group),\"height\":\(height)"
    let position = frames.firstIndex(of: start) ?? 0
    text +=
      ",\"at\":\(min(group > 1 ? position / group * 2 : position, max(shownFrames.count - 1, 0)))"
    if let frameRate { text += ",\"rate\":\(Markup.json(frameRate))" }
    text += ",\"cuts\":[\(cuts.map(String.init).joined(separator: ","))]"
    text += ",\"views\":[\(views.map(Markup.json).joined(separator: ","))],\"series\":["
    text += zip(series, columns).map { series, column in
      "{\"label\":\(Markup.json(series.label)),\"view\":\(series.view),"
        + "\"ink\":\(series.ink % ChartStyle.inkCount),\"dash\":\(series.isDashed),"
        + "\"low\":\(Markup.json(column.low)),\"step\":\(Markup.json(column.step))}"
    }.joined(separator: ",\n")
    return text + "],\n\"packed\":\"\(Data(packed).base64EncodedString())\"}"
  }

  /// Steps of features and frames of a group, finer ones first.
  private static let attempts: [(steps: Double, group: Int)] =
    [(1023, 1), (255, 1), (63, 1)] + (0..<12).map { (63, 4 << $0) }

  /// The numbers of two frames of each group, between which its extremes are drawn.
  private static func frames(_ frames: [Int], group: Int) -> [Int] {
    stride(from: 0, to: frames.count, by: group).flatMap { start in
      [frames[start], frames[min(start + group / 2, frames.count - 1)]]
    }
  }

  /// The lowest and the highest value of each group.
  private static func extremes(_ values: [Double], group: Int) -> [Double] {
    stride(from: 0, to: values.count, by: group).flatMap { start in
      let finite = values[start..<min(start + group, values.count)].filter(\.isFinite)
      return [finite.min() ?? .nan, finite.max() ?? .nan]
    }
  }

  /// The values of a series on their grid.
  private struct Column {
    let low: Double
    let step: Double
    /// Differences with their sign in the lowest bit: all low bytes, then all high bytes.
    let bytes: [UInt8]

    init(_ values: [Double], of series: Series, steps: Double) {
      let finite = values.filter(\.isFinite)
      let lowest = finite.min() ?? 0
      let span = (finite.max() ?? 1) - lowest
      if series.isScore, span < 600 {
        low = (lowest * 100).rounded(.down) / 100
        step = 0.01
      } else {
        low = lowest
        // A power of two, so that values print short.
        var step = 1.0
        while step * steps < span, step < 1e100 { step *= 2 }
        while step / 2 * steps >= span, step > 1e-12 { step /= 2 }
        self.step = step
      }
      bytes = Self.bytes(values.map { [low, step] in ($0 - low) / step })
    }

    /// Takes numbers that are on the grid already.
    init(steps: [Double]) {
      low = 0
      step = 1
      bytes = Self.bytes(steps)
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
