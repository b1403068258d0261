import Processor

/// Fits the parameters of a ``ClipFunction`` to human scores, never far from where the penalty
/// pulls them.
///
/// What is minimised is the negative logarithm of a posterior,
///
///     sum over clips of weight (target - map(score))^2 + penalty |vector - centre|^2 + prior of maps
///
/// by Levenberg-Marquardt steps. There are far fewer clips than parameters, so a step is solved in
/// the space of the clips: with the Jacobian J (slopes of the maps included), residuals r, weights
/// W and e = centre - vector,
///
///     d = s e + J' (J J' + k W^-1)^-1 (r - s J e),    k = penalty + damping, s = penalty / k.
///
/// A step that lowers the objective is taken and the damping falls, otherwise it rises. The maps of
/// tests are set to their optimum before every step.
struct ClipRegression {
  /// What a fit ends with.
  struct Fit {
    var vector: [Float]
    var maps: TestMaps
    var objective: Double
    var steps: Int
  }

  let clips: ClipSet
  let penalty: Double
  let set: InstructionSet
  var maximumSteps = 40
  /// The relative fall of the objective below which a fit ends.
  var tolerance = 1e-4

  /// The largest Jacobian, in numbers.
  static let maximumJacobian = 1 << 28

  /// Fits a function to some of the clips.
  ///
  /// - Throws: ``TrainingError/invalidOption(_:)`` when clips times parameters are too many.
  func fit(
    _ function: some ClipFunction, to chosen: [Int], from initial: [Float]? = nil
  ) throws(TrainingError) -> Fit {
    let dimension = function.dimension
    guard chosen.count * dimension <= Self.maximumJacobian else {
      throw .invalidOption(
        "\(chosen.count) clips times \(dimension) free parameters are too many: choose a smaller "
          + "network, or let only its last layer move")
    }
    let jacobian = AlignedBuffer<Float>(count: chosen.count * dimension, repeating: 0)
    var vector = initial ?? function.start
    function.project(&vector)
    var maps = TestMaps(count: clips.testCount)
    var scores = function.scores(vector, of: chosen, jacobian: jacobian.base)
    maps.fit(scores: scores, to: clips, of: chosen)
    var objective = self.objective(function, vector, scores, maps, chosen)
    var damping = 0.0
    var steps = 0
    while steps < maximumSteps {
      steps += 1
      let system = Linearisation(
        self, function, jacobian: jacobian.base, vector: vector, scores: scores, maps: maps,
        chosen: chosen)
      var isBetter = false
      var fall = 0.0
      for _ in 0..<12 {
        if var candidate = system.step(from: vector, damping: damping) {
          function.project(&candidate)
          let found = function.scores(candidate, of: chosen, jacobian: nil)
          var foundMaps = maps
          foundMaps.fit(scores: found, to: clips, of: chosen)
          let value = self.objective(function, candidate, found, foundMaps, chosen)
          if value < objective {
            fall = (objective - value) / max(objective, 1e-12)
            (vector, maps, objective) = (candidate, foundMaps, value)
            damping = damping > 1e-3 * penalty ? damping / 4 : 0
            isBetter = true
            break
          }
        }
        damping = max(4 * damping, penalty)
      }
      guard isBetter, fall > tolerance, steps < maximumSteps else { break }
      scores = function.scores(vector, of: chosen, jacobian: jacobian.base)
    }
    return Fit(vector: vector, maps: maps, objective: objective, steps: steps)
  }

  private func objective(
    _ function: some ClipFunction, _ vector: [Float], _ scores: [Double], _ maps: TestMaps,
    _ chosen: [Int]
  ) -> Double {
    var sum = maps.penalty
    for (score, clip) in zip(scores, chosen) {
      let error = clips.targets[clip] - maps(score, test: clips.tests[clip])
      sum += clips.weights[clip] * error * error
    }
    var squares = 0.0
    for (value, pull) in zip(vector, function.centre) {
      let distance = Double(value - pull)
      squares += distance * distance
    }
    return sum + penalty * squares
  }
}

/// One linearisation of a regression, from which steps of any damping can be taken.
private struct Linearisation {
  private let penalty: Double
  private let set: InstructionSet
  private let jacobian: UnsafePointer<Float>
  private let gram: GramMatrix
  private let pull: [Float]
  private let residuals: [Double]
  private let weights: [Double]
  /// `J e`.
  private let pulled: [Double]

  init(
    _ regression: ClipRegression, _ function: some ClipFunction,
    jacobian: UnsafeMutablePointer<Float>, vector: [Float], scores: [Double], maps: TestMaps,
    chosen: [Int]
  ) {
    let clips = regression.clips
    let dimension = vector.count
    penalty = regression.penalty
    set = regression.set
    for (row, clip) in chosen.enumerated() {
      let slope = Float(maps[clips.tests[clip]].slope)
      guard slope != 1 else { continue }
      for k in row * dimension..<(row + 1) * dimension { jacobian[k] *= slope }
    }
    self.jacobian = UnsafePointer(jacobian)
    gram = GramMatrix(jacobian, size: chosen.count, dimension: dimension, on: regression.set)
    residuals = zip(scores, chosen).map { score, clip in
      clips.targets[clip] - maps(score, test: clips.tests[clip])
    }
    weights = chosen.map { clips.weights[$0] }
    pull = zip(function.centre, vector).map { $0 - $1 }
    var products = [Double](repeating: 0, count: chosen.count)
    if pull.contains(where: { $0 != 0 }) {
      for row in chosen.indices {
        var sum = 0.0
        for k in 0..<dimension {
          sum += Double(jacobian[row * dimension + k]) * Double(pull[k])
        }
        products[row] = sum
      }
    }
    pulled = products
  }

  /// The vector after a step, or `nil` where the system is singular.
  func step(from vector: [Float], damping: Double) -> [Float]? {
    let total = penalty + damping
    let share = penalty / total
    let right = zip(residuals, pulled).map { $0 - share * $1 }
    let rows = Array(right.indices)
    guard let solution = gram.solve(rows, weights: weights, penalty: total, right) else {
      return nil
    }
    let change = AlignedBuffer<Float>(count: vector.count, repeating: 0)
    let factors = AlignedBuffer<Float>(copying: solution.map { Float($0) }, or: 0)
    Float.compute(
      MatrixProduct(
        rows: 1, columns: vector.count, depth: rows.count, a: UnsafePointer(factors.base),
        aRowStride: 0, b: jacobian, bStride: vector.count, c: change.base, cStride: vector.count),
      on: set)
    var result = vector
    for k in result.indices { result[k] += Float(share) * pull[k] + change.base[k] }
    return result
  }
}
