import Synchronization

/// A progress line that changes its label with the stage of the work.
final class StageDisplay: Sendable {
  private struct State {
    var stage: String?
    var display: ProgressDisplay?
  }

  private let makeDisplay: @Sendable (_ stage: String, _ unit: String) -> ProgressDisplay
  private let state = Mutex(State())

  /// - Parameter makeDisplay: Makes the display of a stage and of what is counted in it.
  init(_ makeDisplay: @escaping @Sendable (_ stage: String, _ unit: String) -> ProgressDisplay) {
    self.makeDisplay = makeDisplay
  }

  /// Shows that `done` of `total` parts of a stage are done.
  func update(_ stage: String, _ done: Int, _ total: Int, unit: String = "parts") {
    state.withLock { state in
      if state.stage != stage {
        state.display?.finish()
        state.stage = stage
        state.display = makeDisplay(stage, unit)
      }
      state.display?.update(done, of: total)
    }
  }

  /// Removes the line.
  func finish() { state.withLock { $0.display?.finish() } }
}
