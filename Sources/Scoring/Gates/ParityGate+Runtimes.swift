import Evaluation
import ModelPackage
import TinyNets

extension ParityGate {
  /// The students as ONNX models, in all precisions, computed by the built-in interpreter and by
  /// ONNX Runtime where it is known, against the students themselves.
  func runtimeFindings(rows frames: [[Double]], _ progress: Progress) throws -> Findings {
    var runtimes: [any GraphRuntime] = [Interpreter()]
    var absence: String?
    do throws(ONNXRuntimeError) {
      runtimes.append(InstalledRuntime(library: try ONNXRuntimeLibrary()))
    } catch {
      guard error == .noLibrary else { throw error }
      absence = "\(error)"
    }
    let rows = try StudentRows(frames: frames, isShort: isShort)
    let calibration = try DistillationSampler().dataset(count: 2_000, seed: 9) { _ in 0 }.features

    var lanes = runtimes.flatMap { runtime in
      GraphPrecision.allCases.map { RuntimeLane(runtime: runtime, precision: $0) }
    }
    for (index, (name, network)) in students.enumerated() {
      try Task.checkCancellation()
      progress(.runtimes, index, students.count)
      let finite = rows.finite(features: network.architecture.inputs)
      let layers = network.layerOutputs(finite.values).dropLast()
      let scores = network.predict(finite.values)
      for precision in GraphPrecision.allCases {
        let model = try precision.model(of: network, calibration: calibration)
        let native = (precision == .float32 ? [scores] + layers : [scores])
        for lane in lanes.indices where lanes[lane].precision == precision {
          let found = try lanes[lane].runtime.outputs(
            of: model, rows: finite.values, features: network.architecture.inputs)
          let places = index == 0 ? finite.places : []
          lanes[lane].native.append(places, Self.columns(native, of: name))
          lanes[lane].found.append(places, Self.columns(found, of: name))
        }
      }
    }
    var findings = Findings()
    for lane in lanes {
      let content = "\(students.count) students, \(lane.found.places.count) rows"
      findings += try self.findings(
        lane: lane.name, lane.found, against: lane.native,
        content: [lane.runtime.version, content].compactMap { $0 }.joined(separator: ", "))
    }
    if let absence {
      findings.lanes += GraphPrecision.allCases.map { precision in
        .init(
          name: "ONNX Runtime: \(precision.rawValue)", isExact: false,
          skipped: absence)
      }
    }
    return findings
  }

  /// The score first, then the hidden layers, as graphs give them.
  private static func columns(
    _ outputs: [[Float]], of name: String
  ) -> [(name: String, values: ParityTrace.Values)] {
    outputs.enumerated().map { index, values in
      ("\(name) \(index == 0 ? "score" : "layer \(index)")", .single(values))
    }
  }
}

/// The numbers of a model file.
private enum GraphPrecision: String, CaseIterable {
  case float32, float16, int8

  /// A student's model file of this precision.
  func model(of network: Network, calibration: [Float]) throws -> [UInt8] {
    // What quantisation costs is held to the committed budgets here, not to the exporter's.
    switch self {
    case .float32: try network.onnxShowingLayers()
    case .float16:
      try network.quantised(to: .float16, rows: calibration, budget: .infinity).bytes
    case .int8: try network.quantised(to: .int8, rows: calibration, budget: .infinity).bytes
    }
  }
}

/// A runtime and a precision, and what they gave.
private struct RuntimeLane {
  let runtime: any GraphRuntime
  let precision: GraphPrecision
  var native = ParityTrace()
  var found = ParityTrace()

  var name: String { "\(runtime.name): \(precision.rawValue)" }
}

/// What computes model files.
private protocol GraphRuntime {
  var name: String { get }
  /// Its version, where it is not our own.
  var version: String? { get }
  /// All outputs of a model for rows of features.
  func outputs(of model: [UInt8], rows: [Float], features: Int) throws -> [[Float]]
}

extension GraphRuntime {
  /// Runs a model on a few rows at a time, as memory allows.
  fileprivate func inChunks(
    _ rows: [Float], features: Int, _ run: (ONNXTensor) throws -> [ONNXTensor]
  ) throws -> [[Float]] {
    var outputs: [[Float]] = []
    for start in stride(from: 0, to: rows.count, by: 128 * features) {
      let chunk = Array(rows[start..<min(start + 128 * features, rows.count)])
      let values = try run(ONNXTensor(chunk, shape: [chunk.count / features, features]))
        .map { $0.reals ?? [] }
      outputs = outputs.isEmpty ? values : zip(outputs, values).map { $0 + $1 }
    }
    return outputs
  }
}

private struct Interpreter: GraphRuntime {
  let name = "ONNX interpreter"
  let version: String? = nil

  func outputs(of model: [UInt8], rows: [Float], features: Int) throws -> [[Float]] {
    let graph = try ONNXGraph(decoding: model)
    return try inChunks(rows, features: features) { try graph.run([$0]) }
  }
}

private struct InstalledRuntime: GraphRuntime {
  let library: ONNXRuntimeLibrary
  let name = "ONNX Runtime"
  var version: String? { library.version }

  func outputs(of model: [UInt8], rows: [Float], features: Int) throws -> [[Float]] {
    let session = try ONNXRuntimeSession(model: model, library: library)
    return try inChunks(rows, features: features) { try session.run([$0]) }
  }
}
