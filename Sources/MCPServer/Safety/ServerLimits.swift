import Synchronization

/// How much of the machine a client may use.
public struct ServerLimits: Sendable {
  /// The most frames that one call reads of each video.
  public var frames = 100_000
  /// The most seconds that one call takes.
  public var seconds = 600.0
  /// The most calls that are worked on at a time; others wait.
  public var concurrentCalls = 2
  /// The most calls that wait.
  public var waitingCalls = 512
  /// The threads of each call.
  public var threads = 1
  /// The most bytes of a message from a client.
  public var messageBytes = 4 << 20
  /// The most bytes of a result.
  public var resultBytes = 8 << 20
  /// The most results that are kept for later reading.
  public var keptResults = 64
  /// The most connections over HTTP.
  public var connections = 512
  /// The most distorted videos in one call.
  public var ladder = 16
  /// The most luma samples of a frame.
  public var pixels = 8192 * 4352

  /// The default limits.
  public init() {}
}

/// Runs at most so many jobs at a time, in the order in which they came.
final class WorkSlots: Sendable {
  private struct Waiter {
    let number: Int
    let continuation: CheckedContinuation<Bool, Never>
  }
  private struct State {
    var free: Int
    var counter = 0
    var waiters: [Waiter] = []
    /// Those that gave up before they could line up.
    var abandoned: Set<Int> = []
  }
  private let state: Mutex<State>
  private let waitingLimit: Int

  init(count: Int, waiting: Int) {
    state = Mutex(State(free: max(count, 1)))
    waitingLimit = waiting
  }

  /// The number of jobs that wait.
  var waitingCount: Int { state.withLock { $0.waiters.count } }

  /// Waits for a free slot, then runs a job in it.
  ///
  /// - Throws: `CancellationError` when the task is cancelled while it waits, ``ToolFailure`` when
  ///   too many wait already, and what the job throws.
  func run<Value: Sendable>(
    _ job: () async throws -> Value
  ) async throws -> Value {
    try await enter()
    defer { leave() }
    try Task.checkCancellation()
    return try await job()
  }

  private func enter() async throws {
    let number = state.withLock { state -> Int in
      state.counter += 1
      return state.counter
    }
    let isAdmitted = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let admission = state.withLock { state -> Bool? in
          if state.abandoned.remove(number) != nil { return false }
          if state.free > 0 {
            state.free -= 1
            return true
          }
          guard state.waiters.count < waitingLimit else { return false }
          state.waiters.append(Waiter(number: number, continuation: continuation))
          return nil
        }
        if let admission { continuation.resume(returning: admission) }
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        guard let index = state.waiters.firstIndex(where: { $0.number == number }) else {
          state.abandoned.insert(number)
          return nil
        }
        return state.waiters.remove(at: index)
      }
      waiter?.continuation.resume(returning: false)
    }
    state.withLock { _ = $0.abandoned.remove(number) }
    guard isAdmitted else {
      try Task.checkCancellation()
      throw ToolFailure("The server is busy: too many calls wait already; try again later.")
    }
  }

  private func leave() {
    let next = state.withLock { state -> Waiter? in
      guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
      state.free += 1
      return nil
    }
    next?.continuation.resume(returning: true)
  }
}

/// Runs a job that may take only so long.
///
/// - Throws: ``ToolFailure`` when the time is over, and what the job throws.
func within<Value: Sendable>(
  seconds: Double, _ job: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await job() }
    group.addTask {
      try await Task.sleep(for: .seconds(seconds))
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let value = first else {
      try Task.checkCancellation()
      throw ToolFailure(
        "This took longer than the server's limit of \(Int(seconds)) s; score fewer frames, or "
          + "start the server with a larger --max-seconds.")
    }
    return value
  }
}
