import Dispatch
import Reports
import Synchronization

/// How far a long operation is, on standard error: a line on a terminal that is replaced at most
/// ten times a second, or JSON lines for a program, at most twice a second.
///
/// The line is not shown when standard error is not a terminal.
final class ProgressDisplay: Sendable {
  private struct State {
    var shown: UInt64 = 0
    var done = 0
    var total: Int?
    var isFinished = false
  }

  private let label: String
  private let unit: String
  private let form: NarrationArguments.Progress
  private let showsTime: Bool
  private let start = DispatchTime.now().uptimeNanoseconds
  private let state = Mutex(State())

  /// - Parameters:
  ///   - label: What is being done.
  ///   - unit: What is counted, for the rate: `frames`.
  ///   - form: How it is shown.
  ///   - showsTime: Whether the time that it took is shown at the end.
  init(
    _ label: String, unit: String, form: NarrationArguments.Progress, showsTime: Bool = false
  ) {
    self.label = label
    self.unit = unit
    self.form = form == .bar && !Terminal.isInteractive ? .none : form
    self.showsTime = showsTime
  }

  /// Shows that `done` of `total` are done; the total may be unknown.
  func update(_ done: Int, of total: Int?, detail: String = "") {
    let now = DispatchTime.now().uptimeNanoseconds
    state.withLock { state in
      (state.done, state.total) = (done, total)
      let interval: UInt64 = form == .json ? 500_000_000 : 100_000_000
      guard form != .none, now - state.shown > interval || done == total else { return }
      state.shown = now
      let line = line(state, at: now, detail: detail)
      if form == .json {
        Terminal.noteLine(line.json(event: .progress))
      } else {
        Terminal.showStatus(line.text(width: max(Terminal.width - 1, 20)))
      }
    }
  }

  /// Removes the line; so does any other output, that of a failure for instance.
  func finish() {
    Terminal.clearStatus()
    let now = DispatchTime.now().uptimeNanoseconds
    state.withLock { state in
      guard !state.isFinished else { return }
      state.isFinished = true
      let line = line(state, at: now, detail: "")
      if form == .json { Terminal.noteLine(line.json(event: .finished)) }
      if showsTime { Terminal.noteLine("time: \(line.summary)") }
    }
  }

  private func line(_ state: State, at now: UInt64, detail: String) -> ProgressLine {
    ProgressLine(
      label: label, unit: unit, done: state.done, total: state.total,
      elapsed: Double(now - start) / 1e9, detail: detail)
  }
}
