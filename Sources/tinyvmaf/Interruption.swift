import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What happens on Ctrl-C, and when the system asks the process to end.
///
/// Work that can be cancelled gets a moment to stop its decoders and encoders and to remove what
/// it was writing. A second signal, or one to other work, ends the process at once.
enum Interruption {
  private struct State {
    var signal: Int32?
    var canWait = false
  }

  private static let state = Mutex(State())
  /// The seconds that cancelled work may take.
  private static let patience = 2.0

  /// The exit status that shells expect of a process that a signal has ended, if one has come.
  static var exitStatus: Int32? { state.withLock { $0.signal.map { 128 + $0 } } }

  /// Lets the current work react to its cancellation before the process ends.
  static func allowCancellation() { state.withLock { $0.canWait = true } }

  /// Calls `cancel` at the first signal that asks to end.
  ///
  /// Signals that were ignored when the process started, as after `nohup`, stay ignored.
  static func watch(_ cancel: @escaping @Sendable () -> Void) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let source = ends[0]
    signalPipe = ends[1]
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
      _ = signal(number, noteSignal)
    }
    DispatchQueue(label: "tinyvmaf.signals").async {
      while let number = nextSignal(from: source) { react(to: number, cancel) }
    }
  }

  private static func react(to number: Int32, _ cancel: () -> Void) {
    let mustEnd = state.withLock { state in
      defer { state.signal = number }
      return state.signal != nil || !state.canWait
    }
    if mustEnd { end(after: number) }
    cancel()
    DispatchQueue.global().asyncAfter(deadline: .now() + patience) { end(after: number) }
  }

  private static func end(after number: Int32) -> Never {
    Terminal.noteLine("tinyvmaf: interrupted")
    _exit(128 + number)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Glibc)
      let handler = action.__sigaction_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func nextSignal(from descriptor: Int32) -> Int32? {
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) != 1 {
      if errno != EINTR { return nil }
    }
    return Int32(byte)
  }
}

/// The pipe that signal handlers write to, where nothing else is safe; set once, before there is
/// any handler.
private nonisolated(unsafe) var signalPipe: Int32 = -1

/// Passes a signal's number on.
private func noteSignal(_ number: Int32) {
  let code = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = write(signalPipe, &byte, 1)
  errno = code
}
