import CResources
public import Evaluation

extension GateBudgets {
  /// The committed budgets, which travel in the binary.
  public static func embedded() throws -> GateBudgets {
    let resource = tv_resource_named("gates/parity.json")
    return try GateBudgets(
      json: Array(UnsafeBufferPointer(start: resource.bytes, count: resource.count)))
  }
}
