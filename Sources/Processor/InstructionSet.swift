import CKernels
import Foundation

/// A family of kernels, named by the processor extension that it needs.
///
/// The scalar family is written in Swift and is the reference of every other one: all of them
/// give the same bits. The best one that the processor has is chosen once, and can be lowered
/// with `--isa` or the environment variable `TINYVMAF_ISA`.
public enum InstructionSet: String, CaseIterable, Sendable, Hashable {
  /// Portable Swift.
  case scalar
  /// x86-64 with AVX2, FMA and BMI2.
  case avx2
  /// x86-64 with AVX-512 F, BW, DQ, VL and VNNI.
  case avx512
  /// 64-bit ARM.
  case neon

  /// Whether the running processor can execute this family.
  public var isSupported: Bool {
    switch self {
    case .scalar: true
    case .avx2: ck_processor_has_avx2()
    case .avx512: ck_processor_has_avx512()
    case .neon: ck_processor_has_neon()
    }
  }

  /// The families that the running processor can execute, slowest first.
  public static let supported = allCases.filter(\.isSupported)

  /// The fastest family that the running processor can execute.
  public static var best: InstructionSet { supported.last ?? .scalar }

  /// The family to use: the given name, else `TINYVMAF_ISA`, else the best one.
  ///
  /// - Parameter name: One of the raw values, or `nil`.
  /// - Throws: ``InstructionSetError`` for a name that is unknown or that the processor lacks.
  public static func select(
    _ name: String? = nil
  ) throws(InstructionSetError) -> InstructionSet {
    let wanted = name ?? ProcessInfo.processInfo.environment["TINYVMAF_ISA"]
    guard let wanted, !wanted.isEmpty else { return best }
    guard let set = InstructionSet(rawValue: wanted.lowercased()) else { throw .unknown(wanted) }
    guard set.isSupported else { throw .unsupported(set) }
    return set
  }
}

/// Why an instruction set cannot be used.
public enum InstructionSetError: Error, Equatable, CustomStringConvertible {
  /// The name is not one of the known sets.
  case unknown(String)
  /// The running processor does not have it.
  case unsupported(InstructionSet)

  /// One sentence for a person: what is wrong and what can be asked for.
  public var description: String {
    let available = InstructionSet.supported.map(\.rawValue).joined(separator: ", ")
    switch self {
    case .unknown(let name):
      return "unknown instruction set '\(name)': this processor has \(available)"
    case .unsupported(let set):
      return "this processor lacks \(set.rawValue): it has \(available)"
    }
  }
}
