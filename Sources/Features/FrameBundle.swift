import Synchronization
import VideoIO

/// What one step of the analysis needs: a reference frame, those before it that motion looks back
/// at, and the frame of every distorted video.
struct FrameBundle: Sendable {
  /// The frame number, counted after skipped frames.
  let index: Int
  let reference: PooledFrame
  /// Earlier reference frames by their distance, as far as they exist.
  let earlier: [Int: PooledFrame]
  /// Empty when this frame's distorted samples are not needed.
  let distorted: [PooledFrame]
}

/// Reads the videos of a ladder in step.
///
/// Frames come from bounded pools, so memory does not depend on the length of the videos.
///
/// Several workers share a reader: ``next()`` holds a lock from the first read of a bundle to the
/// last, and everything mutable, the sources included, is only touched under that lock.
final class FrameBundleReader: @unchecked Sendable {
  /// What a run needs of the videos.
  struct Demand: Sendable {
    /// The planes to read.
    var planes: PlaneSelection
    /// The distances that motion looks back over.
    var lookBack: Set<Int>
    /// The largest number of frames to read.
    var limit: Int
    /// Distorted frames are needed where the index is a multiple of this.
    var distortedEvery: Int
    /// The number of bundles that are worked on at a time.
    var workers: Int
  }

  private struct State {
    var next = 0
    var history: [PooledFrame] = []
    var earlyEnd: EarlyEnd?
    var isAtEnd = false
  }

  private let reference: any FrameSource
  private let distorted: [any FrameSource]
  private let demand: Demand
  private let referencePool: FramePool
  private let distortedPool: FramePool
  private let state = Mutex(State())

  init(reference: any FrameSource, distorted: [any FrameSource], demand: Demand) {
    self.reference = reference
    self.distorted = distorted
    self.demand = demand
    // Every worker holds a bundle; what motion looks back at is shared with earlier bundles.
    let history = demand.lookBack.max() ?? 0
    referencePool = FramePool(
      format: reference.format, selection: demand.planes,
      capacity: demand.workers * (1 + demand.lookBack.count) + history + 1)
    distortedPool = FramePool(
      format: reference.format, selection: demand.planes,
      capacity: (demand.workers + 1) * max(distorted.count, 1))
  }

  /// Which video ended first, when they did not end together.
  var earlyEnd: EarlyEnd? { state.withLock { $0.earlyEnd } }

  /// The next bundle, or `nil` when a video has ended or the limit is reached.
  func next() throws -> FrameBundle? {
    try state.withLock { state in
      guard !state.isAtEnd, state.next < demand.limit else { return nil }
      let bundle = try read(&state)
      if bundle == nil { state.isAtEnd = true }
      return bundle
    }
  }

  private func read(_ state: inout State) throws -> FrameBundle? {
    let current = referencePool.acquire()
    guard try reference.read(into: current.frame, planes: demand.planes) else {
      for source in distorted where try source.skip(1) == 1 { state.earlyEnd = .reference }
      return nil
    }
    let index = state.next
    let isWanted = index.isMultiple(of: demand.distortedEvery)
    var frames: [PooledFrame] = []
    for (position, source) in distorted.enumerated() {
      let isThere: Bool
      if isWanted {
        let frame = distortedPool.acquire()
        isThere = try source.read(into: frame.frame, planes: demand.planes)
        frames.append(frame)
      } else {
        isThere = try source.skip(1) == 1
      }
      guard isThere else {
        state.earlyEnd = .distorted(position)
        return nil
      }
    }
    var earlier: [Int: PooledFrame] = [:]
    for distance in demand.lookBack where distance <= state.history.count {
      earlier[distance] = state.history[state.history.count - distance]
    }
    if let depth = demand.lookBack.max() {
      state.history.append(current)
      if state.history.count > depth { state.history.removeFirst() }
    }
    state.next += 1
    return FrameBundle(index: index, reference: current, earlier: earlier, distorted: frames)
  }
}

/// Which video of a ladder ended before the others.
public enum EarlyEnd: Sendable, Hashable {
  /// The reference has fewer frames than a distorted video.
  case reference
  /// The distorted video at that position has fewer frames than the reference.
  case distorted(Int)
}
