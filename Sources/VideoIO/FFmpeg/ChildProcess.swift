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
/// Decoders feed threads that block in `read(2)`, while Subprocess is asynchronous and resumes on
/// the shared thread pool before it returns an exit status. A pool whose threads all block in a
/// reader would wait for itself. So only starting and reaping are left to Subprocess, on an
/// executor with a queue of its own; the exit status is asked for with `waitid`, which leaves the
/// child to be reaped by Subprocess later.
///
/// The child is killed when this object is released, and it is always reaped.
final class ChildProcess {
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
    // A process group of its own, so that a script around FFmpeg dies together with it.
    var options = PlatformOptions()
    options.processGroupID = 0
    Task(executorPreference: StartingExecutor.shared) { [options] in
      do {
        _ = try await run(
          .path(FilePath(program)), arguments: Arguments(arguments),
          platformOptions: options, input: .none,
          output: .fileDescriptor(
            FileDescriptor(rawValue: ends.write), closeAfterSpawningProcess: true),
          error: .fileDescriptor(
            FileDescriptor(rawValue: log.descriptor), closeAfterSpawningProcess: false)
        ) { execution in
          control.started(execution.processIdentifier.value)
          // The child is not reaped before this returns, so its number stays its own.
          await control.waitForRelease()
        }
      } catch {
        control.notStarted("it could not be run: \(error)")
      }
    }
    if let failure = control.waitForStart() {
      throw .toolFailed(path: path, tool: tool, message: failure)
    }
  }

  deinit {
    control.kill()
    control.release()
  }

  /// Waits until the child ends, by itself unless it was killed.
  ///
  /// - Returns: How it failed, or `nil` when its exit status was 0.
  func wait() -> String? {
    switch control.waitForEnd() {
    case .succeeded: nil
    case .failed(let fault): fault
    }
  }

  /// Kills the child, unless it has ended; any thread may call it.
  var kill: @Sendable () -> Void {
    { [control] in control.kill() }
  }

  /// Makes a pipe that the children of other objects do not inherit.
  private static func makePipe(path: String) throws(VideoError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw .readFailed(path: path, reason: "no pipe: \(systemMessage(errno))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}

extension ChildProcess {
  /// What the holder of the child and the task that started it tell each other.
  private final class Control: Sendable {
    private struct State {
      var process: pid_t?
      var startFailure: String?
      var isReleased = false
      var ending: Ending?
      var waiter: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())
    private let start = DispatchSemaphore(value: 0)

    func started(_ process: pid_t) {
      state.withLock { $0.process = process }
      start.signal()
    }

    func notStarted(_ reason: String) {
      state.withLock { $0.startFailure = reason }
      start.signal()
    }

    /// Waits until the child runs; returns why, if it could not be started.
    func waitForStart() -> String? {
      start.wait()
      return state.withLock { $0.process == nil ? $0.startFailure : nil }
    }

    func kill() {
      state.withLock { state in
        guard let process = state.process, !state.isReleased else { return }
        killGroup(process)
      }
    }

    /// Lets the child be reaped.
    func release() {
      let waiter = state.withLock { state in
        state.isReleased = true
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume()
    }

    func waitForRelease() async {
      await withCheckedContinuation { continuation in
        let isReleased = state.withLock { state in
          if !state.isReleased { state.waiter = continuation }
          return state.isReleased
        }
        if isReleased { continuation.resume() }
      }
    }

    /// Waits until the child ends and lets it be reaped.
    func waitForEnd() -> Ending {
      let (process, known) = state.withLock { ($0.process, $0.ending) }
      if let known { return known }
      guard let process else { return .failed("it was never started") }
      let ending = Ending(of: process)
      state.withLock { $0.ending = ending }
      release()
      return ending
    }
  }

  /// How a child ended.
  private enum Ending: Sendable {
    case succeeded
    case failed(String)

    /// Blocks until a child ends, without reaping it.
    init(of process: pid_t) {
      var information = siginfo_t()
      while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0 {
        guard errno == EINTR else {
          self = .failed("it was lost: \(systemMessage(errno))")
          return
        }
      }
      #if os(Linux)
        let status = information._sifields._sigchld.si_status
      #else
        let status = information.si_status
      #endif
      if information.si_code != CLD_EXITED {
        self = .failed("it was ended by signal \(status)")
      } else {
        self = status == 0 ? .succeeded : .failed("its exit status was \(status)")
      }
    }
  }

  /// Runs the jobs of the tasks that start children, one after the other on a queue of its own.
  private final class StartingExecutor: TaskExecutor {
    static let shared = StartingExecutor()
    private let queue = DispatchQueue(label: "tinyvmaf.child-process")

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      let executor = asUnownedTaskExecutor()
      queue.async { job.runSynchronously(on: executor) }
    }
  }
}

/// Kills a process and its group; a function of its own because methods hide the name `kill`.
private func killGroup(_ process: pid_t) { _ = kill(-process, SIGKILL) }
