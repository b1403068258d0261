import Evaluation
import Testing

@Suite struct ULPTests {
  @Test(
    arguments: [
      (1.0, 1.0, 0), (1, 1.0.nextUp, 1), (1, 1.0.nextDown, 1), (0.0, -0.0, 0),
      (0, Double.leastNonzeroMagnitude, 1),
      (-Double.leastNonzeroMagnitude, .leastNonzeroMagnitude, 2),
      (.leastNormalMagnitude, Double.leastNormalMagnitude.nextDown, 1),
      (.greatestFiniteMagnitude, .infinity, 1), (1, 2, 1 << 52), (-1, -2, 1 << 52),
      (-.infinity, .infinity, 2 * 0x7FF0_0000_0000_0000),
    ] as [(Double, Double, UInt64)])
  func doubles(a: Double, b: Double, expected: UInt64) {
    #expect(ULP.distance(a, b) == expected)
    #expect(ULP.distance(b, a) == expected)
  }

  @Test(
    arguments: [
      (1.0, 1.0, 0), (1, Float(1).nextUp, 1), (0.0, -0.0, 0), (0, Float.leastNonzeroMagnitude, 1),
      (-Float.leastNonzeroMagnitude, .leastNonzeroMagnitude, 2), (1, 2, 1 << 23),
      (-.infinity, .infinity, 2 * 0x7F80_0000), (.greatestFiniteMagnitude, .infinity, 1),
    ] as [(Float, Float, UInt64)])
  func floats(a: Float, b: Float, expected: UInt64) {
    #expect(ULP.distance(a, b) == expected)
    #expect(ULP.distance(b, a) == expected)
  }

  /// Zeros, subnormals, the smallest normal numbers, ordinary and the greatest ones, infinities.
  static let magnitudes: [Double] = [
    0, .leastNonzeroMagnitude, .leastNonzeroMagnitude.nextUp, .leastNormalMagnitude.nextDown,
    .leastNormalMagnitude, .leastNormalMagnitude.nextUp, 0.1, 1, 1.0.nextUp, .pi, 1e300,
    .greatestFiniteMagnitude, .infinity,
  ]

  /// The position of a number in the order of all of them, found in another way: two's complement
  /// bits, with the negative half turned round.
  static func position(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: value.bitPattern)
    return bits >= 0 ? bits : Int64.min &- bits
  }

  static func position(_ value: Float) -> Int64 {
    let bits = Int32(bitPattern: value.bitPattern)
    return Int64(bits >= 0 ? bits : Int32.min &- bits)
  }

  @Test(arguments: magnitudes, magnitudes)
  func allSpecialPairs(a: Double, b: Double) {
    for (a, b) in [(a, b), (-a, b), (a, -b), (-a, -b)] {
      let steps = ULP.distance(a, b)
      // The distance between the infinities needs all 64 bits.
      let positions = [Self.position(a), Self.position(b)].sorted().map(UInt64.init(bitPattern:))
      #expect(steps == positions[1] &- positions[0])
      #expect(steps == ULP.distance(b, a) && steps == ULP.distance(-a, -b))
      let (c, d) = (Float(a), Float(b))
      #expect(ULP.distance(c, d) == (Self.position(c) - Self.position(d)).magnitude)
    }
    #expect(ULP.distance(a, .nan) == nil && ULP.distance(-.nan, b) == nil)
    #expect(ULP.distance(Float(a), .signalingNaN) == nil)
  }

  /// Distances along the number line add up, through zero and into infinity.
  @Test func distancesAddUp() throws {
    let line = Self.magnitudes.reversed().map { -$0 } + Self.magnitudes
    for (index, (a, b)) in zip(line, line.dropFirst()).enumerated() {
      for c in line.dropFirst(index + 2) {
        let whole = try #require(ULP.distance(a, c))
        let parts = try #require(ULP.distance(a, b)) + #require(ULP.distance(b, c))
        #expect(whole == parts)
      }
    }
  }

  @Test func stepsAreCounted() {
    let start = -2 * Float.leastNonzeroMagnitude
    var value = start
    for step in 0..<10 as Range<UInt64> {
      #expect(ULP.distance(start, value) == step)
      value = value.nextUp == 0 ? 0 : value.nextUp
    }
  }

  @Test func nanEqualsOnlyNaN() {
    #expect(ULP.distance(Double.nan, -.nan) == 0)
    #expect(ULP.distance(Double.nan, .signalingNaN) == 0)
    #expect(ULP.distance(Double(nan: 7, signaling: false), .nan) == 0)
    #expect(ULP.distance(Float.nan, Float.signalingNaN) == 0)
    #expect(ULP.distance(Double.nan, 1) == nil)
    #expect(ULP.distance(Float.infinity, .nan) == nil)
  }

  @Test func summaryFindsTheWorst() throws {
    let summary = try ULPSummary([1, 2, 3, .nan, 5], [1, 2.0.nextUp, 3.0.nextUp.nextUp, 4, 5.0])
    #expect(summary.count == 5 && summary.different == 3 && summary.nanMismatches == 1)
    // A NaN on one side is worse than any distance.
    #expect(summary.largest == 2 && summary.worstIndex == 3)
    #expect(try ULPSummary([1.0, 2], [1, 2.0.nextUp]).worstIndex == 1)
    #expect(try ULPSummary([Float.nan], [Float.nan]).isExact)
    #expect(try ULPSummary([0.0, -0.0], [-0.0, 0]).isExact)
    #expect(try ULPSummary([Float.nan], [Float.nan]).worstIndex == nil)
    #expect(try ULPSummary([Float.nan], [Float(0)]).worstIndex == 0)
    #expect(throws: EvaluationError.self) { try ULPSummary([1.0], [1.0, 2.0]) }
  }

  @Test func summaryMeasuresDifferences() throws {
    #expect(try ULPSummary([1.0, -3], [1.5, -2.75]).largestDifference == 0.5)
    #expect(try ULPSummary([Float.infinity], [Float(1)]).largestDifference == .infinity)
    #expect(try ULPSummary([Double.infinity], [.infinity]).largestDifference == 0)
    let integers = try ULPSummary([Int64.max, 5, -7], [Int64.min, 5, -4])
    #expect(integers.largest == .max && integers.different == 2 && integers.worstIndex == 0)
    #expect(try ULPSummary([Int64(-7)], [-4]).largest == 3)
  }

  /// One outlier in a thousand is not in the 99.9th percentile, two are.
  @Test func percentileLeavesOneInAThousandOut() throws {
    func percentile(_ outliers: Int, of count: Int) throws -> UInt64 {
      let a = [Double](repeating: 1, count: count)
      var b = a
      for index in 0..<outliers { b[index * 3] = 2 }
      return try ULPSummary(a, b).percentile999
    }
    #expect(try percentile(1, of: 1000) == 0)
    #expect(try percentile(2, of: 1000) == 1 << 52)
    #expect(try percentile(1, of: 999) == 1 << 52)
    #expect(try percentile(2, of: 2000) == 0)
    #expect(try percentile(3, of: 2000) == 1 << 52)
    #expect(try percentile(0, of: 10) == 0)
    #expect(try ULPSummary([Double](), []).percentile999 == 0)
  }
}
