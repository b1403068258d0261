import Dispatch

/// Runs tasks that may block in file reads, away from the threads of Swift's own pool.
package final class BlockingExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "tinyvmaf.frames", attributes: .concurrent)

  /// Creates an executor with threads of its own.
  package init() {}

  /// Runs a job on a thread that may block.
  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
