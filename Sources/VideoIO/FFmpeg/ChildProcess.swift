import Dispatch
import Subprocess
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A child process that a thread starts, reads from and waits for by blocking.
///
/// Decoders feed threads that block in `read(2)`, while Subprocess is asynchronous. Its work runs
/// here on an executor with a queue of its own, never on the shared pool: a blocked thread of
/// that pool then cannot keep the child from being started, waited for or killed.
///
/// The child is killed when this object is released, and it is always reaped.
final class ChildProcess {
  /// How a child ended.
  enum Ending: Sendable, Hashable {
    /// It exited with status 0.
    case succeeded
    /// It exited with another status, died of a signal, or never started.
    case failed(String)
  }

  /// What the child writes to its standard output.
  let output: ByteStream
  /// What the child writes to its standard error.
  let log: ErrorLog
  private let control = Control()

  /// Starts a program and returns when it runs.
  ///
  /// - Parameters:
  ///   - path: The video that is read, for messages.
  ///   - tool: What the program is called, for messages.
  ///   - program: The path of the program.
  ///   - arguments: Its arguments, which no shell sees.
  /// - Throws: ``VideoError`` when the program could not be started.
  init(path: String, tool: String, program: String, arguments: [String]) throws(VideoError) {
    let log = try ErrorLog(path: path)
    self.log = log
    let ends = try Self.makePipe(path: path)
    output = try ByteStream(descriptor: ends.read, path: path)
    let control = control
    Task(executorPreference: SerialExecutor.shared) {
      let ending: Ending
      do {
        let result = try await run(
          .path(FilePath(program)), arguments: Arguments(arguments), input: .none,
          output: .fileDescriptor(
            FileDescriptor(rawValue: ends.write), closeAfterSpawningProcess: true),
          error: .fileDescriptor(
            FileDescriptor(rawValue: log.descriptor), closeAfterSpawningProcess: false)
        ) { execution in
          control.start()
          if await control.release() == .kill { try? execution.send(signal: .kill) }
        }
        ending =
          result.terminationStatus.isSuccess
          ? .succeeded : .failed("it ended with \(result.terminationStatus)")
      } catch {
        ending = .failed("it could not be run: \(error)")
      }
      // The log stays open until here for the child to inherit it.
      withExtendedLifetime(log) { control.end(ending) }
    }
    if let failure = control.waitForStart() {
      throw .toolFailed(path: path, tool: tool, message: failure)
    }
  }

  /// Makes a pipe that children do not inherit unless they are meant to.
  private static func makePipe(path: String) throws(VideoError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw .readFailed(path: path, reason: "no pipe: \(systemMessage(errno))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  deinit { control.request(.kill) }

  /// Waits until the child ends, by itself unless it was killed before.
  func wait() -> Ending {
    control.request(.leave)
    return control.waitForEnding()
  }

  /// Kills the child, unless it has ended.
  func kill() { control.request(.kill) }

  /// Kills the child from any thread.
  var killer: @Sendable () -> Void {
    { [control] in control.request(.kill) }
  }

}

extension ChildProcess {
  /// What the holder of the child and the task that runs it tell each other.
  private final class Control: Sendable {
    /// What becomes of the child when its output is no longer read.
    enum Request: Sendable { case leave, kill }

    private struct State {
      var request: Request?
      var waiter: CheckedContinuation<Request, Never>?
      var isRunning = false
      var ending: Ending?
    }

    private let started = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let state = Mutex(State())

    func request(_ request: Request) {
      let waiter = state.withLock { state in
        if state.request == nil { state.request = request }
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(returning: request)
    }

    func release() async -> Request {
      await withCheckedContinuation { continuation in
        let request = state.withLock { state in
          if state.request == nil { state.waiter = continuation }
          return state.request
        }
        if let request { continuation.resume(returning: request) }
      }
    }

    func start() {
      state.withLock { $0.isRunning = true }
      started.signal()
    }

    /// Waits until the child runs; returns why, if it could not be started.
    func waitForStart() -> String? {
      started.wait()
      return state.withLock { state in
        guard !state.isRunning, case .failed(let reason)? = state.ending else { return nil }
        return reason
      }
    }

    func end(_ ending: Ending) {
      state.withLock { $0.ending = ending }
      started.signal()
      ended.signal()
    }

    func waitForEnding() -> Ending {
      ended.wait()
      ended.signal()  // For whoever waits next.
      return state.withLock { $0.ending } ?? .failed("it was lost")
    }
  }

  /// Runs the jobs of a task one after the other on a queue of its own.
  private final class SerialExecutor: TaskExecutor {
    static let shared = SerialExecutor()
    private let queue = DispatchQueue(label: "tinyvmaf.child-process")

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      let executor = asUnownedTaskExecutor()
      queue.async { job.runSynchronously(on: executor) }
    }
  }
}
