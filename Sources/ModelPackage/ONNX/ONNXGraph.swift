/// A model in the ONNX format, computed here: somebody else's small regressor, a quantised export.
///
/// A graph is read once, checked, and can then be run any number of times from any thread:
///
/// ```swift
/// let graph = try ONNXGraph(decoding: bytes)
/// let scores = try graph.predict(rows: features)   // one number per row
/// ```
///
/// Only the operators of small regressors are there (``operators`` lists them); a graph with any
/// other is refused by that operator's name. What depends on constants alone, such as the weights
/// of a quantised model, is computed while loading. Sums are kept in double precision and every
/// value is rounded to single precision once, so that results depend neither on an order of
/// summation nor on the processor.
///
/// Files are not trusted: size, number of parts, shapes and the cost of a run are bounded, and
/// nothing outside the file is ever opened. Networks exported here run several times faster as
/// what they are: see ``TinyNets/Network/init(onnx:)``.
public struct ONNXGraph: Sendable {
  /// The inputs, without those that have a default value.
  public let inputs: [ONNXPort]
  /// The outputs.
  public let outputs: [ONNXPort]
  /// The free text of the file by key.
  public let metadata: [String: String]
  /// The program that wrote the file, with its version, or nothing.
  public let producer: String
  /// The version of the standard operators that the file relies on.
  public let operatorSetVersion: Int
  /// The names of the operators that the graph uses, sorted.
  public let operators: [String]
  /// How many floating-point numbers the graph's constants hold.
  public let parameterCount: Int

  /// A node whose inputs are known at run time only.
  struct Step: Sendable {
    let title: String
    let inputs: [Int?]
    let output: Int
    let evaluate: ONNXOperator.Evaluation
  }

  /// What is known before a run, by slot; `nil` for what a run computes.
  let constants: [ONNXTensor?]
  let steps: [Step]
  let inputSlots: [Int]
  let outputSlots: [Int]
  /// How rows of features are scored, or why they cannot be.
  private(set) var rowScoring: Result<RowScoring, ONNXError> = .failure(.notAScorer(""))

  /// The names of the operators that are computed.
  public static var supportedOperators: [String] { ONNXOperator.all.keys.sorted() }

  /// Reads a model.
  ///
  /// - Parameter bytes: The file.
  /// - Throws: ``ONNXError`` that says what is wrong or not supported.
  public init(decoding bytes: [UInt8]) throws(ONNXError) {
    try self.init(WireModel(decoding: bytes))
  }

  init(_ model: WireModel) throws(ONNXError) {
    metadata = try model.propertyTable
    producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }
      .joined(separator: " ")
    operatorSetVersion = try model.operatorSetVersion
    operators = Set(model.graph.nodes.map(\.operator)).sorted()

    var builder = GraphAssembly(version: operatorSetVersion)
    for tensor in model.graph.initializers { try builder.add(tensor) }
    parameterCount = builder.parameterCount
    inputs = try model.graph.inputs.filter { !builder.knows($0.name) }.map(ONNXPort.init)
    inputSlots = try inputs.map { port throws(ONNXError) in try builder.define(port.name) }
    for node in model.graph.nodes { try builder.add(node) }
    outputs = try model.graph.outputs.map(ONNXPort.init)
    guard !outputs.isEmpty else { throw .malformed("it has no output") }
    outputSlots = try outputs.map { port throws(ONNXError) in
      try builder.slot(of: port.name, for: "its output")
    }
    constants = builder.constants
    steps = builder.steps
    do {
      rowScoring = .success(try RowScoring(of: self))
    } catch {
      rowScoring = .failure(error)
    }
  }

  /// Computes the outputs.
  ///
  /// - Parameter values: One tensor per input, in the order of ``inputs``.
  /// - Returns: One tensor per output, in the order of ``outputs``.
  /// - Throws: ``ONNXError`` if the tensors do not fit the inputs or each other.
  public func run(_ values: [ONNXTensor]) throws(ONNXError) -> [ONNXTensor] {
    guard let first = values.first?.shape.first else { return try run(values, rows: 1).outputs }
    return try run(values, rows: max(first, 1)).outputs
  }

  /// Computes the outputs and tells how many numbers the run held.
  ///
  /// - Parameter rows: For how many rows the model may cost time.
  func run(
    _ values: [ONNXTensor], rows: Int
  ) throws(ONNXError) -> (outputs: [ONNXTensor], elements: Int) {
    try check(values)
    let (work, overflow) = ONNXLimits.workPerRow.multipliedReportingOverflow(by: rows)
    var budget = ONNXBudget(elements: ONNXLimits.elements, work: overflow ? Int.max : work)
    var slots = constants
    for (slot, value) in zip(inputSlots, values) { slots[slot] = value }
    for step in steps {
      do {
        slots[step.output] = try step.evaluate(
          step.inputs.map { $0.flatMap { slots[$0] } }, &budget)
      } catch {
        throw .node(step.title, reason: error.reason)
      }
    }
    var results: [ONNXTensor] = []
    for (slot, port) in zip(outputSlots, outputs) {
      guard let value = slots[slot] else {
        throw .malformed("its output '\(port.name)' is never computed")
      }
      results.append(value)
    }
    return (results, ONNXLimits.elements - budget.elements)
  }

  /// Throws unless the tensors have the types and shapes of the inputs.
  private func check(_ values: [ONNXTensor]) throws(ONNXError) {
    guard values.count == inputs.count else {
      throw .invalidInput("there are \(values.count) tensors for \(inputs.count) inputs")
    }
    var extents: [String: Int] = [:]
    for (port, value) in zip(inputs, values) {
      let name = "'\(port.name)'"
      guard value.elementType == port.elementType else {
        throw .invalidInput("\(name) takes \(port.elementType), not \(value.elementType)")
      }
      guard value.shape.count == port.shape.count else {
        throw .invalidInput(
          "\(name) takes \(port.shape.count) dimensions, not \(value.shape.count)")
      }
      for (dimension, extent) in zip(port.shape, value.shape) {
        switch dimension {
        case .fixed(let wanted):
          guard extent == wanted else {
            throw .invalidInput("\(name) has an extent \(extent) instead of \(wanted)")
          }
        case .named(let symbol) where !symbol.isEmpty:
          guard extents.updateValue(extent, forKey: symbol) ?? extent == extent else {
            throw .invalidInput("\(name) has another extent '\(symbol)' than an earlier input")
          }
        case .named: break
        }
      }
    }
  }
}
