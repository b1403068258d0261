import Dispatch

/// Runs tasks that may block in file reads, away from the threads of Swift's own pool.
final class BlockingExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "tinyvmaf.frames", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
