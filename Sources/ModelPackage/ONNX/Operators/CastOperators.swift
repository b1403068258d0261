extension ONNXOperator {
  /// Changes of the type of numbers.
  static let casts: [String: ONNXOperator] = [
    "Cast": ONNXOperator(1...1, ["to", "saturate"]) { settings throws(ONNXMisfit) in
      let number = try settings.integer("to") ?? 0
      guard let target = ONNXElementType(rawValue: number) else {
        throw ONNXMisfit("it makes numbers of the type \(number), which is not supported")
      }
      return { inputs, budget throws(ONNXMisfit) in
        let tensor = try inputs.tensor(0)
        try budget.allocate(tensor.count)
        return try cast(tensor, to: target)
      }
    }
  ]

  private static func cast(
    _ tensor: ONNXTensor, to target: ONNXElementType
  ) throws(ONNXMisfit) -> ONNXTensor {
    let storage: ONNXTensor.Storage
    switch (tensor.storage, target) {
    case (.reals(let values), .float32): storage = .reals(values)
    case (.reals(let values), .float16): storage = .reals(values.map(rounded))
    case (.integers(let values), .float32): storage = .reals(values.map { Float($0) })
    case (.integers(let values), .float16): storage = .reals(values.map { rounded(Float($0)) })
    case (.reals(let values), .bool): storage = .integers(values.map { $0 == 0 ? 0 : 1 })
    case (.integers(let values), .bool): storage = .integers(values.map { $0 == 0 ? 0 : 1 })
    case (.reals(let values), _):
      // Towards zero; what the type cannot hold has no defined value.
      let range = target.integerRange
      storage = .integers(
        try values.map { value throws(ONNXMisfit) in
          guard let integer = Int64(exactly: value.rounded(.towardZero)), range.contains(integer)
          else { throw ONNXMisfit("\(value) is no \(target)") }
          return integer
        })
    case (.integers(let values), _):
      guard values.allSatisfy(target.integerRange.contains) else {
        throw ONNXMisfit("an integer is no \(target)")
      }
      storage = .integers(values)
    }
    return ONNXTensor(target, shape: tensor.shape, storage)
  }

  private static func rounded(_ value: Float) -> Float {
    HalfPrecision.value(HalfPrecision.bits(value))
  }
}
