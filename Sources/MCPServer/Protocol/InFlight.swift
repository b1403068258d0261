import Synchronization

/// The requests of one client that are being worked on, so that they can be cancelled.
final class InFlight: Sendable {
  private struct Work {
    var isCancelled = false
    var cancel: (@Sendable () -> Void)?
  }
  private let requests = Mutex<[RequestID: Work]>([:])

  /// The number of requests.
  var count: Int { requests.withLock { $0.count } }

  /// Notes a request; `false` when one with the same identifier is being worked on.
  func begin(_ id: RequestID) -> Bool {
    requests.withLock { requests in
      guard requests[id] == nil else { return false }
      requests[id] = Work()
      return true
    }
  }

  /// Says how the work on a request is stopped; it is stopped now if it was cancelled meanwhile.
  func setCancellation(of id: RequestID, _ cancel: @escaping @Sendable () -> Void) {
    let isCancelled = requests.withLock { requests in
      requests[id]?.cancel = cancel
      return requests[id]?.isCancelled ?? false
    }
    if isCancelled { cancel() }
  }

  /// Stops the work on a request; unknown and finished ones are ignored.
  func cancel(_ id: RequestID) {
    let cancel = requests.withLock { requests in
      requests[id]?.isCancelled = true
      return requests[id]?.cancel
    }
    cancel?()
  }

  /// Stops all work.
  func cancelAll() {
    let all = requests.withLock { Array($0.keys) }
    for id in all { cancel(id) }
  }

  /// Calls `send` unless the request was cancelled: nothing more may be said about it then.
  func whileWanted(_ id: RequestID, _ send: () -> Void) {
    requests.withLock { requests in
      if let work = requests[id], !work.isCancelled { send() }
    }
  }

  /// Forgets a request.
  func end(_ id: RequestID) { requests.withLock { $0[id] = nil } }

  /// The request that a `notifications/cancelled` names.
  static func cancelled(by parameters: JSONObject) -> RequestID? {
    parameters["requestId"].flatMap(RequestID.init)
  }
}
