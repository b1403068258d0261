import DurableFiles
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// The check of a model file's Sigstore bundle by `cosign`, which is not part of this project.
///
/// A bundle lies beside the file: `tiny-2x64.onnx.sigstore.json`. It proves who signed; that the
/// file is whole is what the sidecar's hash proves, on every load.
public struct Signature: Sendable {
  /// Whose signature counts.
  public enum Signer: Hashable, Sendable {
    /// The owner of a public key, in a file.
    case key(String)
    /// A person or workflow, as an identity provider vouched.
    case identity(String, issuer: String)
    /// Anybody: proves only that the bundle belongs to the file.
    case anybody
  }

  /// What came of a check.
  public enum Outcome: Hashable, Sendable {
    /// There is no bundle beside the file.
    case unsigned
    /// cosign accepted the bundle.
    case valid(Signer)
    /// cosign is not installed, so nothing was checked.
    case notChecked
  }

  /// What follows a file's name in its bundle's.
  public static let fileSuffix = ".sigstore.json"

  /// Checks the bundle beside a file.
  ///
  /// - Parameters:
  ///   - path: The model file.
  ///   - signer: Whose signature counts.
  /// - Throws: ``ModelPackageError/signature(_:problem:)`` when cosign refuses the bundle or cannot
  ///   be run although it is there.
  public static func check(_ path: String, signer: Signer = .anybody) async throws -> Outcome {
    let bundle = path + fileSuffix
    guard FileContents.exists(bundle) else { return .unsigned }
    var arguments = ["verify-blob", "--bundle", bundle]
    switch signer {
    case .key(let file): arguments += ["--key", file]
    case .identity(let identity, let issuer):
      arguments += ["--certificate-identity", identity, "--certificate-oidc-issuer", issuer]
    case .anybody:
      arguments += [
        "--certificate-identity-regexp", ".*", "--certificate-oidc-issuer-regexp", ".*",
      ]
    }
    // A name that starts with a dash must not be taken for an option.
    arguments.append(path.hasPrefix("-") ? "./" + path : path)
    let tool = Executable.name("cosign")
    guard (try? await tool.resolveExecutablePath(in: .inherit)) != nil else { return .notChecked }
    do {
      let result = try await run(
        tool, arguments: Arguments(arguments), output: .discarded,
        error: .string(limit: 1 << 16))
      guard result.terminationStatus.isSuccess else {
        let said = result.standardError.split(whereSeparator: \.isNewline).last.map(String.init)
        throw ModelPackageError.signature(path, problem: said ?? "cosign refused it")
      }
    } catch let error as SubprocessError {
      throw ModelPackageError.signature(path, problem: "cosign could not be run: \(error)")
    }
    return .valid(signer)
  }
}
