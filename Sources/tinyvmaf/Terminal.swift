import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the tool writes to the person at the terminal: everything that is not a result goes to
/// standard error, so that results can be piped.
enum Terminal {
  /// Whether standard error is a terminal.
  static let isInteractive = isatty(STDERR_FILENO) == 1
  /// Whether standard output is a terminal that shows colour; never under `NO_COLOR`.
  static let showsColor = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil

  /// The number of cores that this process may use.
  static let coreCount = max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)

  /// The columns of the terminal, 80 when it does not say.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes text to standard error as it is.
  static func note(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Writes a line to standard error.
  static func noteLine(_ text: String) { note(text + "\n") }

  /// Writes text to standard output as it is.
  static func out(_ text: String) { write(text, to: STDOUT_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { buffer in
        #if canImport(Glibc)
          Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #else
          Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
      }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }
}

/// A line on a terminal that shows how far a long operation is, at most ten times a second.
///
/// Nothing is shown when standard error is not a terminal.
final class ProgressDisplay: Sendable {
  private struct State {
    var last: UInt64 = 0
    var isShown = false
  }

  private let label: String
  private let unit: String
  private let isEnabled: Bool
  private let start = DispatchTime.now().uptimeNanoseconds
  private let state = Mutex(State())

  /// - Parameters:
  ///   - label: What is being done.
  ///   - unit: What is counted, for the rate: `frames`.
  ///   - isEnabled: Off for `--quiet`.
  init(_ label: String, unit: String, isEnabled: Bool = true) {
    self.label = label
    self.unit = unit
    self.isEnabled = isEnabled && Terminal.isInteractive
  }

  /// Shows that `done` of `total` are done; the total may be unknown.
  func update(_ done: Int, of total: Int?, detail: String = "") {
    guard isEnabled else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    state.withLock { state in
      guard now - state.last > 100_000_000 || done == total else { return }
      state.last = now
      state.isShown = true
      let seconds = Double(now - start) / 1e9
      let rate = seconds > 0 ? Double(done) / seconds : 0
      var text = "\(label)  \(done)"
      if let total { text += "/\(total)" }
      text += " \(unit)  \(Self.decimal(rate)) \(unit.prefix(1))/s"
      if let total, rate > 0, done < total {
        text += "  \(Self.clock(Double(total - done) / rate)) left"
      }
      if !detail.isEmpty { text += "  \(detail)" }
      Terminal.note("\r\u{1B}[K" + String(text.prefix(max(Terminal.width - 1, 20))))
    }
  }

  /// Removes the line.
  func finish() {
    state.withLock { state in
      guard state.isShown else { return }
      state.isShown = false
      Terminal.note("\r\u{1B}[K")
    }
  }

  private static func decimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    let (minutes, rest) = (whole / 60, whole % 60)
    return "\(minutes):" + (rest < 10 ? "0" : "") + "\(rest)"
  }
}
