import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ends a session by Ctrl-C in an orderly way, so that its large temporary files are removed.
enum BenchInterruption {
  private static let isWanted = Atomic<Bool>(false)

  /// Takes interrupts from now on; programs that are started still end by them.
  static func watch() {
    isWanted.store(false, ordering: .relaxed)
    signal(SIGINT) { _ in BenchInterruption.isWanted.store(true, ordering: .relaxed) }
  }

  /// - Throws: `CancellationError` if there was an interrupt.
  static func check() throws {
    if isWanted.load(ordering: .relaxed) { throw CancellationError() }
  }
}
