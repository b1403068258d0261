import Dispatch
import Synchronization

/// A bounded stock of frames that are used again and again.
///
/// A pool never makes more frames than its capacity, so that memory does not grow with the length
/// of a video, and whoever reads faster than others consume waits in ``acquire()``. A frame goes
/// back when the last reference to its ``PooledFrame`` goes away; consumers have nothing to
/// return.
public final class FramePool: Sendable {
  /// The format of all frames.
  public let format: VideoFormat
  /// The planes that the frames have room for.
  public let selection: PlaneSelection
  /// The most frames that exist at a time.
  public let capacity: Int
  private let idle: Mutex<[Frame]>
  private let available: DispatchSemaphore

  /// Creates a pool; frames are allocated when they are first needed.
  ///
  /// - Parameters:
  ///   - format: The size and layout of the frames.
  ///   - selection: The planes that the frames have room for.
  ///   - capacity: The most frames that exist at a time, at least 1.
  public init(format: VideoFormat, selection: PlaneSelection = .all, capacity: Int) {
    precondition(capacity > 0, "A pool has room for at least one frame.")
    self.format = format
    self.selection = selection
    self.capacity = capacity
    idle = Mutex([])
    // Counted up from 0, because a semaphore must not be released below its first value.
    available = DispatchSemaphore(value: 0)
    for _ in 0..<capacity { available.signal() }
  }

  /// Takes a frame; waits until one comes back when all are in use.
  ///
  /// The samples are those of an earlier use. Call this on threads that may block.
  public func acquire() -> PooledFrame {
    available.wait()
    return take()
  }

  /// Takes a frame, or returns `nil` when all are in use.
  public func acquireIfAvailable() -> PooledFrame? {
    available.wait(timeout: .now()) == .success ? take() : nil
  }

  private func take() -> PooledFrame {
    let frame = idle.withLock { $0.popLast() } ?? Frame(format: format, selection: selection)
    return PooledFrame(frame: frame, pool: self)
  }

  fileprivate func putBack(_ frame: Frame) {
    idle.withLock { $0.append(frame) }
    available.signal()
  }
}

/// The use of a frame, which returns to its pool when this object is released.
///
/// Hold this object, not only its ``frame``, for as long as the samples are needed.
public final class PooledFrame: Sendable {
  /// The frame.
  public let frame: Frame
  private let pool: FramePool

  fileprivate init(frame: Frame, pool: FramePool) {
    self.frame = frame
    self.pool = pool
  }

  deinit { pool.putBack(frame) }
}
