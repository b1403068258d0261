import VideoIO

/// Runs work that reads videos; when the task is cancelled, reads that are blocked end.
///
/// A decoder that hangs, or a pipe that nobody fills, would otherwise keep the work from noticing.
///
/// - Parameters:
///   - videos: What `work` reads.
///   - work: Opens nothing itself.
/// - Throws: `CancellationError` when the task was cancelled, whatever the reads then failed with;
///   else what `work` throws.
func readingInterruptibly<Result>(
  _ videos: [OpenedVideo], isolation: isolated (any Actor)? = #isolation,
  _ work: () async throws -> Result
) async throws -> Result {
  let interrupts = videos.map(\.source.interrupt)
  return try await withTaskCancellationHandler {
    do {
      return try await work()
    } catch {
      try Task.checkCancellation()
      throw error
    }
  } onCancel: {
    for interrupt in interrupts { interrupt() }
  }
}
