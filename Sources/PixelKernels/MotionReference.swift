/// Motion in plain Swift: what every faster kernel has to equal bit for bit.
final class MotionReference: MotionEngine {
  /// The separable window in Q16; it sums to 65536.
  static let window: [Int64] = [3571, 16004, 26386, 16004, 3571]

  private let width: Int
  private let height: Int
  private let bitDepth: Int
  private var pictures: (previous: PlaneView, current: PlaneView)?
  /// The difference of the five rows around the current one, row by row.
  private var difference: [Int64]
  /// Its vertically filtered row, with two mirrored samples at either end.
  private var filtered: [Int64]

  init(width: Int, height: Int, bitDepth: Int) {
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
    difference = Array(repeating: 0, count: width * Self.window.count)
    filtered = Array(repeating: 0, count: width + 4)
  }

  func begin(previous: PlaneView, current: PlaneView) { pictures = (previous, current) }

  func advance(rows: Int) {}

  func finish() -> UInt64 {
    guard let (previous, current) = pictures else { return 0 }
    pictures = nil
    var sum: UInt64 = 0
    for y in 0..<height {
      for k in 0..<5 {
        let row = VIFFilter.reflect(y - 2 + k, height)
        for x in 0..<width {
          difference[k * width + x] = Int64(previous.sample(x, row) - current.sample(x, row))
        }
      }
      filterVertically()
      sum += absoluteSumOfRow()
    }
    return sum
  }

  private func filterVertically() {
    let rounding = Int64(1) << (bitDepth - 1)
    for x in 0..<width {
      var sum = rounding
      for k in 0..<5 { sum &+= Self.window[k] &* difference[k * width + x] }
      filtered[2 + x] = sum >> Int64(bitDepth)
    }
    for k in 1...2 {
      filtered[2 - k] = filtered[2 + k]
      filtered[1 + width + k] = filtered[1 + width - k]
    }
  }

  private func absoluteSumOfRow() -> UInt64 {
    var total: UInt64 = 0
    for x in 0..<width {
      var sum: Int64 = 32768
      for k in 0..<5 { sum &+= Self.window[k] &* filtered[x + k] }
      total &+= (sum >> 16).magnitude
    }
    return total
  }
}
