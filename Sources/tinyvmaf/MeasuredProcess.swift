#if canImport(Glibc)
  // With the HTTP library in the program, structures of the C library count as this module's.
  import CDispatch
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What running a program to its end cost.
struct MeasuredProcess {
  /// User and system time of the process and what it waited for, in seconds.
  let cpuSeconds: Double
  /// Time on the clock, in seconds.
  let wallSeconds: Double
  /// The largest resident memory, in bytes.
  ///
  /// A child begins in the memory of its parent, and on Linux that counts: the figure is no less
  /// than the largest that this process has been.
  let peakMemory: Int
  /// The exit status, or the negative number of the signal that ended it.
  let status: Int32

  /// Runs a program with nothing to read and its output thrown away.
  ///
  /// - Parameters:
  ///   - path: The program, searched for where the shell does when it has no slash.
  ///   - arguments: The words after its name.
  ///   - errorLog: A file for what it writes to standard error, or `nil`.
  /// - Throws: ``MeasuredProcessError`` when it cannot be started.
  static func run(
    _ path: String, _ arguments: [String], errorLog: String? = nil
  ) throws(MeasuredProcessError) -> MeasuredProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, errorLog ?? "/dev/null", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }

    let start = now()
    var child = pid_t()
    let code = posix_spawnp(&child, path, &actions, nil, words, environ)
    guard code == 0 else { throw .cannotStart(path, String(cString: strerror(code))) }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) == -1 && errno == EINTR {}
    #if canImport(Darwin)
      let memory = Int(usage.ru_maxrss)
    #else
      let memory = Int(usage.ru_maxrss) * 1024
    #endif
    let signal = status & 0x7f
    return MeasuredProcess(
      cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), wallSeconds: now() - start,
      peakMemory: memory, status: signal == 0 ? (status >> 8) & 0xff : -signal)
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// Why a program could not be measured.
enum MeasuredProcessError: Error, CustomStringConvertible {
  /// It could not be started, for the reason given.
  case cannotStart(String, String)
  /// It ended with a status other than 0.
  case failed(String, Int32)

  var description: String {
    switch self {
    case .cannotStart(let path, let reason): "\(path) cannot be run: \(reason)."
    case .failed(let command, let status): "\(command) ended with status \(status)."
    }
  }
}
