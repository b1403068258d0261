import Features
import Testing

@Suite struct PoolingTests {
  @Test func values() {
    let values: [Double] = [4, 1, 3, 2]
    #expect(Pooling.min(values) == 1)
    #expect(Pooling.max(values) == 4)
    #expect(Pooling.mean(values) == 2.5)
    // 4 / (1/5 + 1/2 + 1/4 + 1/3) - 1
    #expect(abs((Pooling.harmonicMean(values) ?? 0) - (4 / (77.0 / 60) - 1)) < 1e-12)
    #expect(Pooling.percentile(50)(values) == 2.5)
    #expect(Pooling.percentile(0)(values) == 1)
    #expect(Pooling.percentile(100)(values) == 4)
    #expect(abs((Pooling.percentile(5)(values) ?? 0) - 1.15) < 1e-12)
    #expect(Pooling.percentile(5)([7]) == 7)
    for pooling in Pooling.standard + Pooling.lowPercentiles { #expect(pooling([]) == nil) }
  }

  @Test func names() {
    let all = Pooling.standard + Pooling.lowPercentiles
    #expect(all.map(\.name) == ["min", "max", "mean", "harmonic_mean", "p1", "p5", "p10"])
    for pooling in all { #expect(Pooling(name: pooling.name) == pooling) }
    #expect(Pooling(name: "p101") == nil && Pooling(name: "median") == nil)
  }
}
