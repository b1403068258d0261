import Evaluation
import Processor
import TinyNets

extension ParityGate {
  /// Every layer and the score of every student, on every instruction set, in batches of any size,
  /// and against double precision.
  func studentFindings(rows frames: [[Double]], _ progress: Progress) throws -> Findings {
    let rows = try StudentRows(frames: frames, isShort: isShort)
    let students = try students + Self.oddNetworks()
    let sets = comparedSets
    let best = sets.last ?? .scalar
    var reference = ParityTrace()
    var lanes = sets.map { _ in ParityTrace() }
    var single = ParityTrace()
    var double = ParityTrace()
    var rounded = ParityTrace()
    for (index, (name, network)) in students.enumerated() {
      try Task.checkCancellation()
      progress(.students, index, students.count)
      let scalar = Self.columns(of: network, name, rows.values, on: .scalar)
      reference.append(index == 0 ? rows.places : [], scalar)
      for (lane, set) in sets.enumerated() {
        lanes[lane].append(
          index == 0 ? rows.places : [], Self.columns(of: network, name, rows.values, on: set))
      }
      single.append(
        index == 0 ? rows.places : [], Self.columnsRowByRow(of: network, name, rows, on: best))
      // What rounding to single precision costs is measured where all numbers are finite.
      guard index < self.students.count else { continue }
      let finite = rows.finite(features: network.architecture.inputs)
      let exact = network.layerOutputsInDoublePrecision(finite.values)
      double.append(
        index == 0 ? finite.places : [],
        Self.named(name, exact.map { $0.map(Float.init) }))
      rounded.append(
        index == 0 ? finite.places : [],
        Self.named(name, network.layerOutputs(finite.values, on: best)))
    }
    var findings = Findings()
    let content = "\(students.count) networks, \(rows.places.count) rows"
    for (set, trace) in zip(sets, lanes) {
      findings += try self.findings(
        lane: "students: \(set.rawValue)", trace, against: reference, content: content)
    }
    findings += try self.findings(
      lane: "students: \(best.rawValue), row by row", single, against: reference,
      content: content)
    findings.lanes += absentSets("students")
    findings += try self.findings(
      lane: "students: double precision", double, against: rounded,
      content: "\(self.students.count) students, \(double.places.count) rows")
    return findings
  }

  /// Networks of widths that are no multiple of any vector, with random weights: the parts of
  /// kernels that no shipped student reaches.
  private static func oddNetworks() throws -> [(name: String, network: Network)] {
    try Activation.allCases.map { activation in
      let architecture = try Architecture("6-37-19-1", activation: activation)
      return ("random 6-37-19-1 \(activation)", Network(architecture: architecture, seed: 5))
    }
  }

  /// The outputs of a student's layers and its scores.
  private static func columns(
    of network: Network, _ name: String, _ rows: [Float], on set: InstructionSet
  ) -> [(name: String, values: ParityTrace.Values)] {
    named(name, network.layerOutputs(rows, on: set)) + [
      ("\(name) score", .single(network.predict(rows, on: set)))
    ]
  }

  /// The same, with every row computed by itself.
  private static func columnsRowByRow(
    of network: Network, _ name: String, _ rows: StudentRows, on set: InstructionSet
  ) -> [(name: String, values: ParityTrace.Values)] {
    let inputs = network.architecture.inputs
    var layers = network.architecture.layers.map { _ in [Float]() }
    var scores: [Float] = []
    for row in rows.places.indices {
      let features = Array(rows.values[row * inputs..<(row + 1) * inputs])
      for (layer, values) in network.layerOutputs(features, on: set).enumerated() {
        layers[layer] += values
      }
      scores += network.predict(features, on: set)
    }
    return named(name, layers) + [("\(name) score", .single(scores))]
  }

  private static func named(
    _ name: String, _ layers: [[Float]]
  ) -> [(name: String, values: ParityTrace.Values)] {
    layers.enumerated().map { index, values in
      let isLast = index == layers.count - 1
      return ("\(name) \(isLast ? "output" : "layer \(index + 1)")", .single(values))
    }
  }
}

/// Rows of features for students: those of the clips, drawn ones, and special values.
struct StudentRows {
  private(set) var values: [Float] = []
  private(set) var places: [String] = []

  init(frames: [[Double]], isShort: Bool) throws {
    // Frames at equal distances, so that every kind of clip is there.
    let count = isShort ? 64 : 400
    let step = max(frames.count / count, 1)
    for index in stride(from: 0, to: frames.count, by: step) {
      append(frames[index], "frame row \(index)")
    }
    let drawn = try DistillationSampler().dataset(count: count, seed: 8) { _ in 0 }
    let width = drawn.featureNames.count
    for row in 0..<count {
      let features = drawn.features[row * width..<(row + 1) * width]
      append(features.map(Double.init), "drawn row \(row)")
    }
    let special: [Double] = [
      0, -0.0, 1, 1e30, -1e30, .infinity, -.infinity, .nan, Double(Float.leastNonzeroMagnitude),
      Double(Float.greatestFiniteMagnitude),
    ]
    for value in special { append(Array(repeating: value, count: width), "rows of \(value)") }
    for position in 0..<width {
      var row = [0.9, 0.6, 0.8, 0.9, 0.95, 4]
      row[position] = .nan
      append(row, "NaN at \(position)")
    }
  }

  private init() {}

  private mutating func append(_ row: [Double], _ place: String) {
    values += row.map { Float($0) }
    places.append(place)
  }

  /// The rows of which all values are of the size of features.
  func finite(features width: Int) -> StudentRows {
    var result = StudentRows()
    for row in places.indices {
      let features = values[row * width..<(row + 1) * width]
      guard features.allSatisfy({ abs($0) < 1e4 }) else { continue }
      result.values += features
      result.places.append(places[row])
    }
    return result
  }
}
