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
    #expect(ULP.distance(Float.nan, Float.signalingNaN) == 0)
    #expect(ULP.distance(Double.nan, 1) == nil)
    #expect(ULP.distance(Float.infinity, .nan) == nil)
  }

  @Test func summaryFindsTheWorst() throws {
    let summary = try ULPSummary([1, 2, 3, .nan, 5], [1, 2.0.nextUp, 3.0.nextUp.nextUp, 4, 5.0])
    #expect(summary.count == 5 && summary.different == 3 && summary.nanMismatches == 1)
    #expect(summary.largest == 2 && summary.worstIndex == 2)
    #expect(try ULPSummary([Float.nan], [Float.nan]).worstIndex == nil)
    #expect(try ULPSummary([Float.nan], [Float(0)]).worstIndex == 0)
    #expect(throws: EvaluationError.self) { try ULPSummary([1.0], [1.0, 2.0]) }
  }
}
