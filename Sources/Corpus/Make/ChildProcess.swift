import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Runs a program to its end.
enum ChildProcess {
  /// Runs the program at `path` and discards what it prints.
  ///
  /// The program is stopped when the task is cancelled.
  ///
  /// - Throws: ``CorpusError/tool(name:reason:)`` when it is missing or fails, with the last lines
  ///   of its complaint.
  static func run(_ path: String, _ arguments: [String]) async throws {
    do {
      let result = try await Subprocess.run(
        .path(FilePath(path)), arguments: Arguments(arguments), output: .discarded,
        error: .string(limit: 4 << 20))
      try Task.checkCancellation()
      guard result.terminationStatus.isSuccess else {
        let lines = result.standardError.split(whereSeparator: \.isNewline)
        let complaint = lines.suffix(3).joined(separator: "; ")
        throw CorpusError.tool(
          name: path, reason: complaint.isEmpty ? "it ended abnormally" : complaint)
      }
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw CorpusError.tool(name: path, reason: "\(error)")
    }
  }
}
