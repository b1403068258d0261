import Processor
import Testing

@testable import TinyNets

/// Clips whose scores follow a known function of the features.
func syntheticClips(
  count: Int, rowsPerClip: Int = 1, inputs: Int = 3, seed: UInt64, noise: Double = 0
) throws -> ClipSet {
  var generator = SeededGenerator(seed: seed)
  var clips = ClipSet(inputs: inputs)
  for _ in 0..<count {
    var rows: [Double] = []
    var sum = 0.0
    for _ in 0..<rowsPerClip {
      let row = (0..<inputs).map { _ in generator.uniform(-1, 1) }
      rows += row
      sum += 50 + 20 * row[0] - 10 * row[1] * row[0]
    }
    try clips.append(
      features: rows, target: sum / Double(rowsPerClip) + noise * generator.normal(), weight: 1)
  }
  return clips
}

@Suite struct ClipRegressionTests {
  private func network(_ shape: String, _ clips: ClipSet, seed: UInt64 = 3) throws -> Network {
    var network = Network(architecture: try Architecture(shape), seed: seed)
    network.fitScales(to: clips, of: Array(0..<clips.count))
    return network
  }

  /// The slope of every free parameter against central differences of the scores.
  private func checkSlopes(
    _ function: some ClipFunction, clips: [Int], relative: Double = 0.02
  ) {
    var generator = SeededGenerator(seed: 11)
    let vector = function.start.map { $0 + Float(0.05 * generator.normal()) }
    let n = function.dimension
    let jacobian = AlignedBuffer<Float>(count: clips.count * n, repeating: 0)
    _ = function.scores(vector, of: clips, jacobian: jacobian.base)
    let step: Float = 1e-2
    for k in stride(from: 0, to: n, by: max(1, n / 23)) {
      var up = vector
      var down = vector
      up[k] += step
      down[k] -= step
      let a = function.scores(up, of: clips, jacobian: nil)
      let b = function.scores(down, of: clips, jacobian: nil)
      for row in clips.indices {
        let numeric = (a[row] - b[row]) / Double(up[k] - down[k])
        let slope = Double(jacobian.base[row * n + k])
        #expect(abs(numeric - slope) < relative * max(1, abs(slope)), "parameter \(k), clip \(row)")
      }
    }
  }

  @Test(arguments: [
    ParameterFreedom.all, .lastLayer, .lowRank(2), .linearMap,
  ])
  func slopesMatchDifferences(freedom: ParameterFreedom) throws {
    let clips = try syntheticClips(count: 6, rowsPerClip: 4, seed: 1)
    let function = NetworkClipFunction(
      try network("3-8-8-1", clips), clips: clips, freedom: freedom, seed: 5, on: .scalar)
    checkSlopes(function, clips: [0, 3, 5])
  }

  @Test func slopesOfAResidualMatchDifferences() throws {
    let clips = try syntheticClips(count: 6, rowsPerClip: 2, seed: 1)
    let function = BoundedResidual(try network("3-8-1", clips), clips: clips, limit: 12)
    checkSlopes(function, clips: [0, 1, 5])
  }

  @Test(arguments: [ParameterFreedom.all, .lastLayer, .lowRank(3), .linearMap])
  func aZeroVectorIsTheParent(freedom: ParameterFreedom) throws {
    let clips = try syntheticClips(count: 4, seed: 2)
    let parent = try network("3-8-8-1", clips)
    let function = NetworkClipFunction(
      parent, clips: clips, freedom: freedom, seed: 1, on: .scalar)
    #expect(function.network(function.start) == parent)
    let expected = parent.scores(of: clips, clamped: false)
    for (a, b) in zip(function.scores(function.start, of: [0, 1, 2, 3], jacobian: nil), expected) {
      #expect(abs(a - b) < 1e-4)
    }
  }

  /// A linear network under a penalty is ridge regression, which has a closed form.
  @Test(arguments: [0.01, 1.0, 100.0])
  func aLinearNetworkIsRidgeRegression(penalty: Double) throws {
    let clips = try syntheticClips(count: 30, seed: 7, noise: 3)
    let all = Array(0..<30)
    let function = NetworkClipFunction(
      try network("3-1", clips), clips: clips, shrinksToZero: true, on: .scalar)
    var regression = ClipRegression(clips: clips, penalty: penalty, set: .scalar)
    regression.tolerance = 0
    let fit = try regression.fit(function, to: all)
    let fitted = function.network(fit.vector)
    // Normal equations in the network's own scales.
    let scale = Double(fitted.outputScale[0])
    let rows = all.map { clip in
      (0..<3).map {
        (clips.meanRow(of: clip)[$0] - Double(fitted.inputMean[$0]))
          * Double(fitted.inputScale[$0]) * scale
      } + [scale]
    }
    let system = AlignedBuffer<Double>(count: 16, repeating: 0)
    var right = [Double](repeating: 0, count: 4)
    for (row, clip) in zip(rows, all) {
      for i in 0..<4 {
        right[i] += row[i] * (clips.targets[clip] - Double(fitted.outputOffset[0]))
        for j in 0..<4 { system.base[i * 4 + j] += row[i] * row[j] }
      }
    }
    for i in 0..<4 { system.base[i * 5] += penalty }
    let expected = try #require(solveByCholesky(system.base, right))
    for (a, b) in zip(fitted.parameters, expected) { #expect(abs(Double(a) - b) < 1e-3) }
  }

  @Test func moreClipsThanParametersAreFittedToo() throws {
    let clips = try syntheticClips(count: 200, seed: 8)
    let function = NetworkClipFunction(
      try network("3-8-1", clips), clips: clips, on: .scalar)
    let regression = ClipRegression(clips: clips, penalty: 1e-3, set: .scalar)
    let all = Array(0..<200)
    let before = function.scores(function.start, of: all, jacobian: nil)
    let fit = try regression.fit(function, to: all)
    let after = function.scores(fit.vector, of: all, jacobian: nil)
    func error(_ scores: [Double]) -> Double {
      zip(scores, clips.targets).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 200
    }
    #expect(error(after) < 1)
    #expect(error(before) > 50)
  }

  @Test func allInstructionSetsGiveTheSameBits() throws {
    let clips = try syntheticClips(count: 20, rowsPerClip: 3, seed: 4, noise: 5)
    let all = Array(0..<20)
    var results: [[Float]] = []
    for set in InstructionSet.allCases where set.isSupported {
      let function = NetworkClipFunction(try network("3-16-16-1", clips), clips: clips, on: set)
      let regression = ClipRegression(clips: clips, penalty: 5, set: set)
      results.append(try regression.fit(function, to: all).vector)
    }
    #expect(results.count >= 1)
    for result in results { #expect(result == results[0]) }
  }

  @Test func mapsOfTestsAreFoundWithTheNetwork() throws {
    var generator = SeededGenerator(seed: 9)
    var clips = ClipSet(inputs: 3)
    for index in 0..<90 {
      let row = (0..<3).map { _ in generator.uniform(-1, 1) }
      let score = 50 + 20 * row[0]
      let isOther = index % 3 == 0
      try clips.append(
        features: row, target: isOther ? 60 + 0.7 * (score - 50) : score, weight: 1,
        test: isOther ? 0 : nil)
    }
    var parent = try network("3-8-1", clips)
    parent = Network(architecture: parent.architecture, seed: 2)
    parent.fitScales(to: clips, of: Array(0..<90).filter { $0 % 3 != 0 })
    let function = NetworkClipFunction(parent, clips: clips, on: .scalar)
    let fit = try ClipRegression(clips: clips, penalty: 1e-3, set: .scalar)
      .fit(function, to: Array(0..<90))
    #expect(abs(fit.maps[0].slope - 0.7) < 0.05)
    #expect(abs(fit.maps[0].offset - 10) < 1)
    #expect(fit.maps[nil] == TestMaps.Map())
  }

  @Test func theTangentIsTheNetworkUnderAStiffPenalty() throws {
    let clips = try syntheticClips(count: 24, seed: 12, noise: 4)
    let function = NetworkClipFunction(try network("3-16-1", clips), clips: clips, on: .scalar)
    let tangent = TangentModel(function, clips: clips, on: .scalar)
    let training = Array(0..<20)
    let tested = Array(20..<24)
    let penalty = tangent.penalty(deviation: 0.1, on: training)
    let fit = try ClipRegression(clips: clips, penalty: penalty, set: .scalar)
      .fit(function, to: training)
    let exact = function.scores(fit.vector, of: tested, jacobian: nil)
    let linear = tangent.scores(of: tested, trainedOn: training, deviation: 0.1)
    for (a, b) in zip(exact, linear) { #expect(abs(a - b) < 0.02, "\(a) \(b)") }
    let start = function.scores(function.start, of: tested, jacobian: nil)
    #expect(tangent.scores(of: tested, trainedOn: training, deviation: 0) == start)
    #expect(zip(start, linear).contains { abs($0 - $1) > 1e-3 })
  }
}
