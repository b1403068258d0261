import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes messages to a pipe, one per line, in order, without ever making work wait for a slow
/// reader.
///
/// What a client does not take is held back up to a limit: beyond it, progress is left out, and
/// ``waitForRoom()`` keeps more requests from being read.
final class MessageWriter: Sendable {
  private struct State {
    var waitingBytes = 0
    var isBroken = false
  }

  private let descriptor: Int32
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "tinyvmaf.mcp.writer")
  private let onBreak: @Sendable () -> Void
  private static let progressLimit = 256 << 10
  private static let limit = 16 << 20

  /// Creates a writer.
  ///
  /// - Parameters:
  ///   - descriptor: The pipe.
  ///   - onBreak: Is called once when nobody reads any more.
  init(descriptor: Int32, onBreak: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    self.onBreak = onBreak
  }

  /// Whether nobody reads any more.
  var isBroken: Bool { state.withLock { $0.isBroken } }

  /// Writes a message soon.
  ///
  /// - Parameter isOptional: Whether it may be left out when the reader is slow.
  func send(_ message: JSONValue, isOptional: Bool = false) {
    var line = message.bytes
    line.append(UInt8(ascii: "\n"))
    let count = line.count
    let isWanted = state.withLock { state in
      guard !state.isBroken, !(isOptional && state.waitingBytes > Self.progressLimit) else {
        return false
      }
      state.waitingBytes += count
      return true
    }
    guard isWanted else { return }
    queue.async { [line] in
      if !self.write(line) { self.breakDown() }
      self.state.withLock { $0.waitingBytes -= count }
    }
  }

  /// Waits until the reader has taken most of what was sent.
  func waitForRoom() {
    if state.withLock({ $0.waitingBytes > Self.limit }) { finish() }
  }

  /// Waits until everything is written.
  func finish() { queue.sync {} }

  private func breakDown() {
    let isFirst = state.withLock { state in
      defer { state.isBroken = true }
      return !state.isBroken
    }
    if isFirst { onBreak() }
  }

  private func write(_ line: [UInt8]) -> Bool {
    line.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        guard let base = bytes.baseAddress else { return false }
        let count = systemWrite(descriptor, base + done, bytes.count - done)
        if count > 0 {
          done += count
        } else if errno == EAGAIN {
          var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&wait, 1, -1)
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }
}

/// `write(2)`, whose name the method hides.
private func systemWrite(_ file: Int32, _ source: UnsafeRawPointer, _ count: Int) -> Int {
  write(file, source, count)
}
