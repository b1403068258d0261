import Subprocess

/// Runs a program to its end.
enum ChildProcess {
  /// Runs `name` from the search path and returns what it prints.
  ///
  /// The program is stopped when the task is cancelled.
  ///
  /// - Throws: ``CorpusError/tool(name:reason:)`` when it is missing or fails, with the last line
  ///   of its complaint.
  static func run(_ name: String, _ arguments: [String]) async throws -> String {
    do {
      let result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments), output: .string(limit: 4 << 20),
        error: .string(limit: 4 << 20))
      try Task.checkCancellation()
      guard result.terminationStatus.isSuccess else {
        let lines = result.standardError.split(whereSeparator: \.isNewline)
        let complaint = lines.suffix(3).joined(separator: "; ")
        throw CorpusError.tool(
          name: name, reason: complaint.isEmpty ? "it ended abnormally" : complaint)
      }
      return result.standardOutput
    } catch let error as CorpusError {
      throw error
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw CorpusError.tool(
        name: name, reason: "not found; install ffmpeg 5.1 or newer (on Debian: apt install ffmpeg)"
      )
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw CorpusError.tool(name: name, reason: "\(error)")
    }
  }
}
