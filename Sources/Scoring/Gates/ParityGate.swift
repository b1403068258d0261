public import Evaluation
import ModelPackage
public import Processor
public import TinyNets

/// Compares every way to compute with the strict scalar reference, value by value.
///
/// The reference is plain Swift on one thread, one distorted video at a time. Against it run every
/// instruction set of the processor, several threads, ladders, the students' layers, other
/// runtimes and, if given, another program. Lanes have to equal the reference bit for bit unless
/// the budgets say otherwise.
public struct ParityGate: Sendable {
  /// Whether only what is quick is compared.
  public var isShort = false
  /// The largest number of threads to try.
  public var threads = 4
  /// What lanes that are not exact may be off by.
  public var budgets: GateBudgets
  /// The students whose layers are compared, by name.
  public var students: [(name: String, network: Network)]
  /// Another program to compare with, and why there is none otherwise.
  public var peer: (any ParityPeer)?
  /// The instruction sets to compare; those that the processor lacks are listed as skipped.
  public var instructionSets = InstructionSet.allCases

  /// Creates a gate for the embedded students.
  ///
  /// - Throws: `ModelPackageError`.
  public init(budgets: GateBudgets) throws {
    self.budgets = budgets
    students = try ModelRegistry.builtInIdentifiers.map {
      ($0, try ModelRegistry.builtInNetwork($0))
    }
  }

  /// What the gate is doing.
  public enum Stage: String, Sendable, Hashable {
    /// Sums of the kernels.
    case kernels
    /// Features and scores.
    case features
    /// Layers and scores of students.
    case students
    /// Students as model files, in other runtimes.
    case runtimes
    /// Another program.
    case peer
  }

  /// The lanes and cells that a part of the gate adds.
  struct Findings {
    var lanes: [ParityReport.Lane] = []
    var cells: [ParityReport.Cell] = []

    static func += (findings: inout Findings, other: Findings) {
      findings.lanes += other.lanes
      findings.cells += other.cells
    }
  }

  typealias Progress = @Sendable (_ stage: Stage, _ done: Int, _ total: Int) -> Void

  /// Runs all lanes.
  ///
  /// - Parameter progress: Called with the stage, the number of its parts done, and of all.
  /// - Throws: The errors of the peer, or `CancellationError`.
  public func run(
    progress: (@Sendable (_ stage: Stage, _ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> ParityReport {
    let report: Progress = progress ?? { _, _, _ in }
    var findings = try kernelFindings(report)
    let pipeline = try await featureFindings(report)
    findings += pipeline.findings
    findings += try studentFindings(rows: pipeline.rows, report)
    findings += try runtimeFindings(rows: pipeline.rows, report)
    findings += try await peerFindings(report)
    findings.lanes.append(
      .init(
        name: "gpu", isExact: true,
        skipped: "this build has no GPU backend; a lane is added here when one exists"))
    return ParityReport(
      reference: "the scalar reference on one thread",
      requiresAll: false, lanes: findings.lanes, cells: findings.cells)
  }

  /// Compares a lane's values with the reference's.
  func findings(
    lane: String, _ trace: ParityTrace, against reference: ParityTrace, content: String
  ) throws -> Findings {
    let cells = try trace.cells(lane: lane, against: reference) {
      budgets.bound(lane: lane, quantity: $0)
    }
    let lane = ParityReport.Lane(
      name: lane, isExact: budgets.lanes[lane] == nil, content: content)
    return Findings(lanes: [lane], cells: cells)
  }

  /// The instruction sets that are compared with the scalar one.
  var comparedSets: [InstructionSet] {
    instructionSets.filter { $0 != .scalar && $0.isSupported }
  }

  /// A lane for each instruction set that the processor lacks.
  func absentSets(_ group: String) -> [ParityReport.Lane] {
    instructionSets.filter { !$0.isSupported }.map { set in
      .init(
        name: "\(group): \(set.rawValue)", isExact: true,
        skipped: "this processor lacks \(set.rawValue)")
    }
  }
}
