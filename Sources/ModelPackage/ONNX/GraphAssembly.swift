/// Turns the nodes of a file into steps: names become slots, constants are computed ahead.
struct GraphAssembly {
  let version: Int
  private(set) var constants: [ONNXTensor?] = []
  private(set) var steps: [ONNXGraph.Step] = []
  private(set) var parameterCount = 0
  private var slots: [String: Int] = [:]
  private var room = ONNXLimits.elements
  private var constantBudget = ONNXBudget(
    elements: ONNXLimits.elements, work: ONNXLimits.constantWork)

  init(version: Int) { self.version = version }

  /// Whether a name stands for a value already.
  func knows(_ name: String) -> Bool { slots[name] != nil }

  /// The slot of a value that is there already.
  func slot(of name: String, for user: String) throws(ONNXError) -> Int {
    guard let slot = slots[name] else {
      throw .malformed("\(user) uses '\(name)' before it is computed")
    }
    return slot
  }

  /// A new slot for a value.
  mutating func define(_ name: String, as constant: ONNXTensor? = nil) throws(ONNXError) -> Int {
    guard !name.isEmpty, slots.updateValue(constants.count, forKey: name) == nil else {
      throw .malformed("it defines '\(name)' twice")
    }
    constants.append(constant)
    return constants.count - 1
  }

  /// Adds a constant of the file.
  mutating func add(_ wire: WireTensor) throws(ONNXError) {
    let tensor = try ONNXTensor(wire, room: &room)
    if tensor.elementType != .int64 { parameterCount += tensor.count }
    _ = try define(wire.name, as: tensor)
  }

  /// Adds a node: a step, or a constant if all its inputs are.
  mutating func add(_ wire: WireNode) throws(ONNXError) {
    let title = wire.name.isEmpty ? wire.operator : "\(wire.operator) '\(wire.name)'"
    guard WireModel.isStandard(wire.domain), let kind = ONNXOperator.all[wire.operator] else {
      let domain = WireModel.isStandard(wire.domain) ? "" : wire.domain + "."
      throw .unsupportedOperator(domain + wire.operator)
    }
    guard let output = wire.outputs.first, wire.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw .node(title, reason: "only one of its outputs is supported")
    }
    // Names left empty stand for inputs that are left out.
    var inputs: [Int?] = []
    for name in wire.inputs {
      inputs.append(name.isEmpty ? nil : try slot(of: name, for: "its node \(title)"))
    }
    while case .some(nil) = inputs.last { inputs.removeLast() }
    guard kind.inputs.contains(inputs.count) else {
      throw .node(title, reason: "it has \(inputs.count) inputs")
    }
    for input in inputs.prefix(kind.inputs.lowerBound) where input == nil {
      throw .node(title, reason: "an input is missing")
    }
    do {
      let settings = try ONNXSettings(
        wire, version: version, known: kind.attributes, room: &room)
      let evaluate = try kind.make(settings)
      let values = inputs.map { $0.flatMap { constants[$0] } }
      let isConstant = zip(inputs, values).allSatisfy { $0 == nil || $1 != nil }
      if isConstant {
        _ = try define(output, as: try evaluate(values, &constantBudget))
      } else {
        let slot = try define(output)
        steps.append(
          ONNXGraph.Step(title: title, inputs: inputs, output: slot, evaluate: evaluate))
      }
    } catch let misfit as ONNXMisfit {
      throw .node(title, reason: misfit.reason)
    } catch let error as ONNXError {
      throw error
    } catch {
      throw .node(title, reason: "\(error)")
    }
  }
}
