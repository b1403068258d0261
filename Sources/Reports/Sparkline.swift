/// A row of values as a tiny bar chart of one line of text.
///
/// Each column is one of eight heights. Where there are more values than columns, a column shows
/// the smallest of its values, so that a short drop in quality stays visible.
public enum Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// The chart of the values.
  ///
  /// - Parameters:
  ///   - values: In order; values that are not finite are shown as spaces.
  ///   - range: The values of the lowest and the highest bar.
  ///   - width: The largest number of columns, at least 1.
  public static func text(
    _ values: [Double], in range: ClosedRange<Double>, width: Int
  ) -> String {
    let columns = min(max(1, width), values.count)
    let span = range.upperBound - range.lowerBound
    var text = ""
    for column in 0..<columns {
      let start = column * values.count / columns
      let end = (column + 1) * values.count / columns
      let part = values[start..<end].filter(\.isFinite)
      guard let lowest = part.min() else {
        text.append(" ")
        continue
      }
      let share = span > 0 ? (lowest - range.lowerBound) / span : 1
      text.append(bars[min(7, max(0, Int((share * 8).rounded(.down))))])
    }
    return text
  }
}
