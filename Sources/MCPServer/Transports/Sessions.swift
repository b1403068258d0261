import Synchronization

/// The clients of the revisions with a handshake, as far as the server must remember them: which
/// revision they speak, and what they can cancel.
///
/// Only so many are kept; a client that was forgotten is told so and shakes hands again.
final class Sessions: Sendable {
  /// A client.
  final class Session: Sendable {
    let id: String
    let revision: Revision
    let requests = InFlight()

    init(id: String, revision: Revision) {
      self.id = id
      self.revision = revision
    }
  }

  private struct State {
    var sessions: [String: Session] = [:]
    /// The identifiers, the one that was used last at the end.
    var order: [String] = []
  }
  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int = 256) { self.limit = limit }

  /// Remembers a client.
  func open(_ revision: Revision) -> Session {
    let id = (0..<2).map { _ in
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
    let session = Session(id: id, revision: revision)
    let forgotten = state.withLock { state -> Session? in
      state.sessions[id] = session
      state.order.append(id)
      guard state.order.count > limit else { return nil }
      return state.sessions.removeValue(forKey: state.order.removeFirst())
    }
    forgotten?.requests.cancelAll()
    return session
  }

  /// The client with this identifier, or `nil` when it is not remembered.
  func find(_ id: String) -> Session? {
    state.withLock { state in
      guard let session = state.sessions[id] else { return nil }
      state.order.removeAll { $0 == id }
      state.order.append(id)
      return session
    }
  }

  /// Forgets a client and stops its work; `false` when it is not remembered.
  func close(_ id: String) -> Bool {
    let session = state.withLock { state in
      state.order.removeAll { $0 == id }
      return state.sessions.removeValue(forKey: id)
    }
    session?.requests.cancelAll()
    return session != nil
  }
}
