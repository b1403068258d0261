import Evaluation
import Processor
import Scoring

/// Proofs that this program computes what it should on this machine: made when they are first
/// asked for, and kept.
actor GateReports {
  /// A proof.
  enum Gate: String, CaseIterable, Sendable {
    /// Figures of videos with known ones.
    case golden
    /// All kernels against the reference.
    case parity

    var entry: ResourceEntry {
      switch self {
      case .golden:
        ResourceEntry(
          uri: "tinyvmaf://gates/golden", name: "golden", title: "Golden gate",
          description: "Features and scores of videos with known figures, checked on this "
            + "machine when this is first read.", mimeType: "application/json")
      case .parity:
        ResourceEntry(
          uri: "tinyvmaf://gates/parity", name: "parity", title: "Parity gate",
          description: "Every kind of kernels against the scalar reference, bit for bit, checked "
            + "on this machine when this is first read.", mimeType: "application/json")
      }
    }
  }

  private var reports: [Gate: String] = [:]

  /// The report of a gate as JSON.
  func report(_ gate: Gate, in workspace: Workspace) async throws -> String {
    if let known = reports[gate] { return known }
    let threads = workspace.limits.threads
    let text = try await workspace.work {
      let budgets = try GateBudgets.embedded()
      let bytes: [UInt8]
      switch gate {
      case .golden:
        var golden = try GoldenGate(budgets: budgets)
        golden.isShort = true
        golden.threads = threads
        bytes = try await golden.run().json()
      case .parity:
        var parity = try ParityGate(budgets: budgets)
        parity.isShort = true
        parity.threads = threads
        bytes = try await parity.run().json()
      }
      return String(decoding: bytes, as: UTF8.self)
    }
    reports[gate] = text
    return text
  }
}
