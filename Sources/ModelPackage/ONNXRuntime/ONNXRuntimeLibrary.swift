#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// ONNX Runtime, opened at run time to check models against it.
///
/// Nothing links to it and nothing needs it: networks are computed natively, and other models by
/// ``ONNXGraph``. Any build works, such as the `libonnxruntime.so` of its Python package or the
/// `libonnxruntime.dylib` of its macOS releases.
///
/// ```swift
/// let library = try ONNXRuntimeLibrary()            // from TINYVMAF_ONNXRUNTIME
/// let session = try ONNXRuntimeSession(model: bytes, library: library)
/// let scores = try session.predict(rows: features, features: 6)
/// ```
public final class ONNXRuntimeLibrary: Sendable {
  /// The environment variable with the library's path.
  public static let environmentVariable = "TINYVMAF_ONNXRUNTIME"
  /// The oldest version that knows the operators of exported models.
  static let oldestVersion = [1, 12]

  /// The file that was opened.
  public let path: String
  /// The library's own version, such as `1.32.0`.
  public let version: String

  let functions: ONNXRuntimeFunctions
  /// The library's process-wide state; released with the last session and this object.
  nonisolated(unsafe) let environment: UnsafeMutableRawPointer

  /// Opens the library.
  ///
  /// - Parameter path: The file; that of ``environmentVariable`` unless given.
  /// - Throws: ``ONNXRuntimeError`` that says why it cannot be used.
  public init(path: String? = nil) throws(ONNXRuntimeError) {
    let variable = ProcessInfo.processInfo.environment[Self.environmentVariable]
    guard let path = path ?? variable, !path.isEmpty else { throw .noLibrary }
    // Never closed again: its threads may outlive every session.
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "the system gives no reason"
      throw .cannotOpen(path: path, reason: reason)
    }
    guard let symbol = dlsym(library, "OrtGetApiBase") else { throw .notONNXRuntime(path: path) }
    typealias Base = @convention(c) () -> UnsafePointer<UnsafeRawPointer?>?
    typealias Tables = @convention(c) (UInt32) -> UnsafePointer<UnsafeRawPointer?>?
    typealias Version = @convention(c) () -> UnsafePointer<CChar>?
    // The base is two functions: the tables by version, and the library's version.
    guard let base = unsafeBitCast(symbol, to: Base.self)(), let tables = base[0],
      let name = base[1], let text = unsafeBitCast(name, to: Version.self)()
    else { throw .notONNXRuntime(path: path) }
    version = String(cString: text)
    guard Self.supports(version) else { throw .unsupportedVersion(version) }
    guard let table = unsafeBitCast(tables, to: Tables.self)(1),
      let functions = ONNXRuntimeFunctions(table)
    else { throw .unsupportedVersion(version) }
    self.path = path
    self.functions = functions
    let warningsAndErrors: Int32 = 3
    environment = try functions.make {
      functions.createEnvironment(warningsAndErrors, "tinyvmaf", $0)
    }
  }

  deinit { functions.releaseEnvironment(environment) }

  /// Whether a version's tables hold what is used, and its operators are new enough.
  static func supports(_ version: String) -> Bool {
    let numbers = version.split(separator: ".").prefix(2).map { Int($0) ?? -1 }
    return numbers.count == 2 && numbers[0] == oldestVersion[0] && numbers[1] >= oldestVersion[1]
  }
}
