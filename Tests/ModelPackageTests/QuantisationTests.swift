import Foundation
import Testing
import TinyNets
import _TestSupport

@testable import ModelPackage

/// Networks in half precision and in bytes.
@Suite struct QuantisationTests {
  /// Rows as frames have them: the unit box of the teacher's features.
  static func rows(_ count: Int) -> [Float] {
    var generator = SeededGenerator(seed: 21)
    return (0..<count).flatMap { _ in
      FeatureDomain.vmaf.unit.map { Float(generator.uniform($0.lower, $0.upper)) }
    }
  }

  @Test(arguments: ModelRegistry.builtInIdentifiers, QuantisedPrecision.allCases)
  func studentsKeepWithinTheirBudgets(_ name: String, _ precision: QuantisedPrecision) throws {
    // Slow without optimisation; and sixteen values a layer are too few for bytes.
    guard name != "tiny-4x256" || isOptimizedBuild, name != "tiny-2x16" || precision != .int8 else {
      return
    }
    let network = try ModelRegistry.builtInNetwork(name)
    let quantised = try network.quantised(to: precision, rows: Self.rows(400))
    #expect(quantised.accuracy.rows == 200)
    #expect(quantised.accuracy.rmse > 0)
    #expect(quantised.accuracy.rmse <= quantised.accuracy.maximumError)
    #expect(quantised.accuracy.rmse <= precision.defaultBudget)
    let plain = try network.onnx()
    let parameters = 4 * network.architecture.parameterCount
    let saved = precision == .float16 ? parameters / 2 : parameters * 3 / 5
    if name != "tiny-2x16" { #expect(quantised.bytes.count < plain.count - saved + 2_000) }
  }

  @Test func accuracyIsThatOfTheFile() throws {
    let network = try ModelRegistry.builtInNetwork("tiny-2x16")
    let rows = Self.rows(300)
    let quantised = try network.quantised(
      to: .int8, rows: rows, budget: 5, metadata: ["tool_version": "9"])
    let graph = try ONNXGraph(decoding: quantised.bytes)
    let measured = stride(from: 6, to: rows.count, by: 12).flatMap { rows[$0..<$0 + 6] }
    let scores = try graph.predict(rows: measured)
    let differences = zip(scores, network.predict(measured)).map { Double($0) - Double($1) }
    #expect(quantised.accuracy.maximumError == differences.map(abs).max())
    let rmse = (differences.reduce(0) { $0 + $1 * $1 } / 150).squareRoot()
    #expect(quantised.accuracy.rmse == rmse)
    #expect(graph.metadata["quantisation_rmse"] == String(rmse))
    #expect(graph.metadata["precision"] == "int8")
    #expect(graph.metadata["tool_version"] == "9")
    #expect(graph.metadata["teacher"] == network.metadata["teacher"])
    // Equal inputs, equal bytes.
    #expect(
      try network.quantised(
        to: .int8, rows: rows, budget: 5, metadata: ["tool_version": "9"]) == quantised)
  }

  @Test func aQuantisedFileIsNoNetwork() throws {
    let quantised = try ModelRegistry.builtInNetwork("tiny-2x16").quantised(
      to: .float16, rows: Self.rows(20))
    #expect(throws: ONNXError.notANetwork("its parameters are quantised (float16)")) {
      try Network(onnx: quantised.bytes)
    }
  }

  @Test func budgetsAreKept() throws {
    let network = try ModelRegistry.builtInNetwork("tiny-2x16")
    // By default too: half a point is much for a network that is right to a hundredth.
    #expect(throws: QuantisationError.self) {
      try network.quantised(to: .int8, rows: Self.rows(100))
    }
    do {
      _ = try network.quantised(to: .int8, rows: Self.rows(100), budget: 1e-6)
      Issue.record("an RMSE of a millionth cannot be kept with bytes")
    } catch let error as QuantisationError {
      guard case .budgetExceeded(.int8, let accuracy) = error else { throw error }
      #expect(accuracy.budget == 1e-6)
      #expect("\(error)".contains("budget"))
    }
  }

  @Test func unusableRowsAreRefused() throws {
    let network = try ModelRegistry.builtInNetwork("tiny-2x16")
    for rows in [[], [1, 2, 3], Self.rows(1), [Float](repeating: .nan, count: 12)] {
      #expect(throws: QuantisationError.self) { try network.quantised(to: .int8, rows: rows) }
    }
    let several = try NetworkONNXTests.Shape(text: "6-4-2").network()
    #expect(throws: QuantisationError.severalOutputs(2)) {
      try several.quantised(to: .float16, rows: Self.rows(4))
    }
  }

  @Test(arguments: [Activation.relu, .silu, .gelu])
  func everyActivationIsQuantised(_ activation: Activation) throws {
    let network = try NetworkONNXTests.Shape(text: "2x33", activation: activation).network()
    let rows = NetworkONNXTests.rows(300, of: 6)
    let half = try network.quantised(to: .float16, rows: rows, budget: 50)
    let bytes = try network.quantised(to: .int8, rows: rows, budget: 50)
    #expect(half.accuracy.rmse < bytes.accuracy.rmse)
  }

  @Test func weightsHaveAStepPerOutput() {
    // Columns of very different sizes keep their own precision.
    let weights: [Float] = [127, 0.5, 0, -64, 0.25, 0]
    let quantised = QuantisedWeights(weights, columns: 3)
    #expect(quantised.steps == [1, 0.5 / 127, 1])
    #expect(quantised.levels == [127, 127, 0, -64, 64, 0])
  }

  @Test func zeroLiesOnAStep() {
    for range in [-0.28...5, 0...3, -4...0, 1...2, 0...0] as [ClosedRange<Float>] {
      let steps = ByteSteps(range)
      #expect(steps.size > 0)
      #expect((0...255).contains(steps.zero))
    }
    #expect([127, 128].contains(ByteSteps(-1...1).zero))
    #expect(ByteSteps(0...255).size == 1)
  }

  @Test func calibrationLeavesOutliersOut() {
    var generator = SeededGenerator(seed: 3)
    let values = (0..<10_000).map { _ in Float(generator.normal()) }
    let range = ByteSteps.calibrated(on: values)
    #expect(range.upperBound < (values.max() ?? 0))
    #expect(range.upperBound > 1.5)
    #expect(ByteSteps.calibrated(on: []) == 0...0)
  }
}
