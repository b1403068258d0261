import Corpus
import FeatureStore
import Synchronization

/// Counts what a run has done, from any thread.
final class ExtractionTally: Sendable {
  private struct State {
    var progress = CorpusExtraction.Progress()
    var summary = CorpusExtraction.Summary()
    /// Frames of passes that are under way, by their first pair.
    var running: [String: Int] = [:]
  }

  private let state: Mutex<State>
  private let callback: (@Sendable (CorpusExtraction.Progress) -> Void)?

  init(totalPairs: Int, progress: (@Sendable (CorpusExtraction.Progress) -> Void)?) {
    var state = State()
    state.progress.totalPairs = totalPairs
    self.state = Mutex(state)
    callback = progress
  }

  var summary: CorpusExtraction.Summary { state.withLock { $0.summary } }

  /// A pair was there already.
  func reuse() {
    update { state in
      state.summary.reused += 1
      state.progress.pairs += 1
    }
  }

  /// A pair was stored.
  func complete(frames: Int) {
    update { state in
      state.summary.computed += 1
      state.summary.frames += frames
      state.progress.pairs += 1
    }
  }

  /// A pair has failed for good.
  func fail(_ failure: StoreFailure) {
    update { state in
      state.summary.failures.append(failure)
      state.progress.pairs += 1
    }
  }

  /// A pass over the videos of `pairs` has done `frames` frames of each.
  func report(frames: Int, of pairs: [VideoPair]) {
    update { state in
      let name = pairs[0].source + "/" + pairs[0].id
      let before = state.running.updateValue(frames, forKey: name) ?? 0
      state.progress.frames += max(frames - before, 0) * pairs.count
    }
  }

  private func update(_ change: (inout State) -> Void) {
    state.withLock { state in
      change(&state)
      callback?(state.progress)
    }
  }
}
