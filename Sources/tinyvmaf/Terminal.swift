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

  /// The columns of the terminal, 80 when none says.
  static var width: Int {
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      var size = winsize()
      if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
        return Int(size.ws_col)
      }
    }
    return 80
  }

  /// Whether a line is shown that will be replaced.
  private static let showsStatus = Mutex(false)

  /// Writes a line to standard error.
  static func noteLine(_ text: String) {
    clearStatus()
    _ = write(text + "\n", to: STDERR_FILENO)
  }

  /// Shows a line on standard error, in place of the last one, until something else is written.
  static func showStatus(_ text: String) {
    showsStatus.withLock { isShown in
      isShown = true
      _ = write("\r\u{1B}[K" + text.prefix(max(width - 1, 20)), to: STDERR_FILENO)
    }
  }

  /// Removes the line of ``showStatus(_:)``.
  static func clearStatus() {
    showsStatus.withLock { isShown in
      guard isShown else { return }
      isShown = false
      _ = write("\r\u{1B}[K", to: STDERR_FILENO)
    }
  }

  /// Writes text to standard output as it is.
  ///
  /// Results that get lost would look like success, so the process ends with a failure when they
  /// cannot be written; without a word when whoever read them has left.
  static func out(_ text: String) {
    clearStatus()
    let code = write(text, to: STDOUT_FILENO)
    guard code != 0 else { return }
    if code != EPIPE {
      let reason = String(cString: strerror(code))
      noteLine("tinyvmaf: standard output cannot be written: \(reason).")
    }
    exit(1)
  }

  /// Writes everything; returns 0 or the error's code.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { buffer in
        #if canImport(Glibc)
          Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #else
          Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
      }
      if written < 0 {
        let code = errno
        if code == EINTR { continue }
        guard code == EAGAIN else { return code }
        // Someone made the descriptor non-blocking: wait for room.
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, -1)
        continue
      }
      bytes = bytes.dropFirst(written)
    }
    return 0
  }
}
