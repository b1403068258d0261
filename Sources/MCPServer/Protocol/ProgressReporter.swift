import Synchronization

/// Tells a client how far its request is, if it asked for that.
///
/// Reports always grow, as the protocol demands, and come at most ten times a second.
final class ProgressReporter: Sendable {
  private struct State {
    var last = -1.0
    var time: ContinuousClock.Instant?
  }

  private let token: JSONValue?
  private let revision: Revision
  private let send: @Sendable (JSONValue) -> Void
  private let state = Mutex(State())
  private static let interval = Duration.milliseconds(100)

  /// Creates a reporter; it is silent when the request has no valid `progressToken`.
  init(
    for request: Request, under revision: Revision, send: @escaping @Sendable (JSONValue) -> Void
  ) {
    switch request.metadata?["progressToken"] {
    case .string(let text)?: token = .string(text)
    case .integer(let number)?: token = .integer(number)
    default: token = nil
    }
    self.revision = revision
    self.send = send
  }

  /// Creates a reporter that is always silent.
  init() {
    token = nil
    revision = .july2026
    send = { _ in }
  }

  /// Whether the client wants to know.
  var isWanted: Bool { token != nil }

  /// Reports that `done` of `total` is done.
  ///
  /// - Parameters:
  ///   - done: Must grow from report to report; others are left out.
  ///   - total: How much there is, if that is known. The report that reaches it is always sent.
  ///   - message: What was done.
  func report(_ done: Double, of total: Double?, _ message: String) {
    guard let token else { return }
    state.withLock { state in
      guard done > state.last else { return }
      let now = ContinuousClock.now
      let isLast = total.map { done >= $0 } ?? false
      if let time = state.time, now - time < Self.interval, !isLast { return }
      state.last = done
      state.time = now
      var parameters: JSONObject = ["progressToken": token, "progress": .number(done)]
      parameters["total"] = total.map(JSONValue.number)
      if revision.hasProgressMessages { parameters["message"] = .string(message) }
      send([
        "jsonrpc": "2.0", "method": "notifications/progress", "params": .object(parameters),
      ])
    }
  }
}
