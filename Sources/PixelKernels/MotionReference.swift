/// Motion in plain Swift: what every faster kernel has to equal bit for bit.
final class MotionReference: MotionEngine {
  /// The separable window in Q16; it sums to 65536.
  static let window: [Int64] = [3571, 16004, 26386, 16004, 3571]

  private let width: Int
  private let height: Int
  private let bitDepth: Int
  private var pictures: (previous: PlaneView, current: PlaneView)?
  /// The differences of the five rows around the current one; row `y` is in slot `y % 5`.
  private let difference: UnsafeMutablePointer<Int64>
  /// Their vertically filtered row, with two mirrored samples at either end.
  private let filtered: UnsafeMutablePointer<Int64>

  init(width: Int, height: Int, bitDepth: Int) {
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
    difference = .allocate(capacity: 5 * width)
    difference.initialize(repeating: 0, count: 5 * width)
    filtered = .allocate(capacity: width + 4)
    filtered.initialize(repeating: 0, count: width + 4)
  }

  deinit {
    difference.deallocate()
    filtered.deallocate()
  }

  func begin(previous: PlaneView, current: PlaneView) { pictures = (previous, current) }

  func advance(rows: Int) {}

  func finish() -> UInt64 {
    guard let (previous, current) = pictures else { return 0 }
    pictures = nil
    var sum: UInt64 = 0
    for y in 0..<2 { subtract(previous, current, row: y) }
    for y in 0..<height {
      if y + 2 < height { subtract(previous, current, row: y + 2) }
      filterVertically(around: y)
      sum += absoluteSumOfRow()
    }
    return sum
  }

  private func subtract(_ previous: PlaneView, _ current: PlaneView, row y: Int) {
    let row = difference + y % 5 * width
    for x in 0..<width { row[x] = Int64(previous.sample(x, y) &- current.sample(x, y)) }
  }

  private func filterVertically(around y: Int) {
    let rounding = Int64(1) << (bitDepth - 1)
    let window = Self.window
    let rows = (0..<5).map { difference + VIFFilter.reflect(y - 2 + $0, height) % 5 * width }
    for x in 0..<width {
      var sum = rounding
      for k in 0..<5 { sum &+= window[k] &* rows[k][x] }
      filtered[2 + x] = sum >> Int64(bitDepth)
    }
    for k in 1...2 {
      filtered[2 - k] = filtered[2 + k]
      filtered[1 + width + k] = filtered[1 + width - k]
    }
  }

  private func absoluteSumOfRow() -> UInt64 {
    var total: UInt64 = 0
    let window = Self.window
    for x in 0..<width {
      var sum: Int64 = 32768
      for k in 0..<5 { sum &+= window[k] &* filtered[x + k] }
      total &+= (sum >> 16).magnitude
    }
    return total
  }
}
