import Synchronization

/// A progress line that changes its label with the stage of the work.
final class StageDisplay: Sendable {
  private struct State {
    var stage: String?
    var display: ProgressDisplay?
  }

  private let isEnabled: Bool
  private let state = Mutex(State())

  init(isEnabled: Bool) { self.isEnabled = isEnabled }

  /// Shows that `done` of `total` parts of a stage are done.
  func update(_ stage: String, _ done: Int, _ total: Int, unit: String = "parts") {
    state.withLock { state in
      if state.stage != stage {
        state.display?.finish()
        state.stage = stage
        state.display = ProgressDisplay(stage, unit: unit, isEnabled: isEnabled)
      }
      state.display?.update(done, of: total)
    }
  }

  /// Removes the line.
  func finish() { state.withLock { $0.display?.finish() } }
}
