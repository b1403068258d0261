/// Two columns prepared so that a statistic can be taken again and again under new row counts.
///
/// A bootstrap replicate over sources is the same rows with integer multiplicities. Sorting does
/// not depend on them, so it is done once; a replicate then costs O(n) for Pearson and Spearman
/// and one merge sort of an integer column for Kendall. `weights == nil` means every row once, and
/// is the plain statistic: there is no second implementation.
struct WeightedPair {
  /// The first column (targets).
  let x: [Double]
  /// The second column (predictions).
  let y: [Double]
  /// The rows by ascending x, ties by ascending y.
  private let orderX: [Int]
  /// The rows by ascending y.
  private let orderY: [Int]

  init(_ x: [Double], _ y: [Double]) {
    self.x = x
    self.y = y
    self.orderX = x.indices.sorted { (x[$0], y[$0]) < (x[$1], y[$1]) }
    self.orderY = y.indices.sorted { y[$0] < y[$1] }
  }

  /// Pearson's correlation, or `nil` where a column is constant.
  func pearson(weights: [Int]?) -> Double? {
    Self.pearson(x, y, weights: weights)
  }

  /// Spearman's correlation, or `nil` where a column is constant.
  func spearman(weights: [Int]?) -> Double? {
    Self.pearson(
      averageRanks(x, order: orderX, weights: weights),
      averageRanks(y, order: orderY, weights: weights), weights: weights)
  }

  /// The centred two-pass formula; one pass loses the digits that a correlation near 1 consists of.
  private static func pearson(_ x: [Double], _ y: [Double], weights: [Int]?) -> Double? {
    var total = 0.0
    var sumX = 0.0
    var sumY = 0.0
    var rangeX = (low: Double.infinity, high: -Double.infinity)
    var rangeY = rangeX
    for row in x.indices {
      let weight = Double(weights?[row] ?? 1)
      if weight == 0 { continue }
      total += weight
      sumX += weight * x[row]
      sumY += weight * y[row]
      rangeX = (min(rangeX.low, x[row]), max(rangeX.high, x[row]))
      rangeY = (min(rangeY.low, y[row]), max(rangeY.high, y[row]))
    }
    guard rangeX.low < rangeX.high, rangeY.low < rangeY.high else { return nil }
    // Powers of two that bring the range near 1 are exact, and squares neither overflow nor vanish.
    let unitX = inversePowerOfTwo(near: rangeX.high - rangeX.low)
    let unitY = inversePowerOfTwo(near: rangeY.high - rangeY.low)
    let meanX = sumX / total
    let meanY = sumY / total
    var xx = 0.0
    var yy = 0.0
    var xy = 0.0
    for row in x.indices {
      let weight = Double(weights?[row] ?? 1)
      let dx = (x[row] - meanX) * unitX
      let dy = (y[row] - meanY) * unitY
      xx += weight * dx * dx
      yy += weight * dy * dy
      xy += weight * dx * dy
    }
    let scale = xx.squareRoot() * yy.squareRoot()
    guard scale > 0, scale.isFinite else { return nil }
    return min(1, max(-1, xy / scale))
  }

  /// Kendall's tau-b, or `nil` where a column is constant.
  ///
  /// W. R. Knight, "A computer method for calculating Kendall's tau with ungrouped data", JASA 61
  /// (1966): with the rows sorted by x, the discordant pairs are the exchanges that sorting them
  /// by y takes. Ties are counted over runs; a row of multiplicity w is w tied rows.
  func kendall(weights: [Int]?) -> Double? {
    let rows = orderX.filter { (weights?[$0] ?? 1) > 0 }
    let weight = { (row: Int) in weights?[row] ?? 1 }
    let total = rows.reduce(0) { $0 + weight($1) }
    let tiedX = Self.tiedPairs(rows, weight) { x[$0] == x[$1] }
    let tiedBoth = Self.tiedPairs(rows, weight) { x[$0] == x[$1] && y[$0] == y[$1] }
    var items = rows.map { Item(key: y[$0], weight: weight($0)) }
    let discordant = Self.countExchanges(&items)
    let sortedY = orderY.filter { weight($0) > 0 }
    let tiedY = Self.tiedPairs(sortedY, weight) { y[$0] == y[$1] }
    let all = Self.pairs(total)
    guard all > tiedX, all > tiedY else { return nil }
    let difference = all - tiedX - tiedY + tiedBoth - 2 * discordant
    let scale = Double(all - tiedX).squareRoot() * Double(all - tiedY).squareRoot()
    return min(1, max(-1, Double(difference) / scale))
  }

  private struct Item {
    var key: Double
    var weight: Int
  }

  private static func pairs(_ count: Int) -> Int { count * (count - 1) / 2 }

  /// The pairs inside runs of rows that `equal` calls tied.
  private static func tiedPairs(
    _ rows: [Int], _ weight: (Int) -> Int, _ equal: (Int, Int) -> Bool
  ) -> Int {
    var sum = 0
    var start = 0
    while start < rows.count {
      var end = start
      var size = 0
      while end < rows.count, equal(rows[start], rows[end]) {
        size += weight(rows[end])
        end += 1
      }
      sum += pairs(size)
      start = end
    }
    return sum
  }

  /// Sorts by key with a bottom-up merge sort and returns the weight of the exchanges.
  private static func countExchanges(_ items: inout [Item]) -> Int {
    var merged = items
    var exchanges = 0
    var width = 1
    while width < items.count {
      var start = 0
      while start < items.count {
        let middle = min(start + width, items.count)
        let end = min(middle + width, items.count)
        var left = start
        var right = middle
        var remaining = items[left..<middle].reduce(0) { $0 + $1.weight }
        for position in start..<end {
          if left < middle, right >= end || items[left].key <= items[right].key {
            merged[position] = items[left]
            remaining -= items[left].weight
            left += 1
          } else {
            merged[position] = items[right]
            exchanges += remaining * items[right].weight
            right += 1
          }
        }
        start = end
      }
      swap(&items, &merged)
      width *= 2
    }
    return exchanges
  }
}

/// A power of two whose product with a positive number is near 1, as far as the range allows.
private func inversePowerOfTwo(near value: Double) -> Double {
  Double(sign: .plus, exponent: -min(max(Int(value.exponent), -1000), 1000), significand: 1)
}
