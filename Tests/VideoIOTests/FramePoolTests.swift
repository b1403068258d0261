import Foundation
import Synchronization
import Testing

@testable import VideoIO

@Suite("Frame pool")
struct FramePoolTests {
  static let format = VideoFormat(
    width: 16, height: 8, pixelFormat: .init(chroma: .yuv420, bitDepth: 8))

  @Test("Frames come back when their handle is released, and are used again")
  func reuse() {
    let pool = FramePool(format: Self.format, capacity: 2)
    var seen: Set<ObjectIdentifier> = []
    for _ in 0..<100 {
      let first = pool.acquire()
      let second = pool.acquire()
      #expect(first.frame !== second.frame)
      seen.formUnion([ObjectIdentifier(first.frame), ObjectIdentifier(second.frame)])
    }
    #expect(seen.count == 2)
  }

  @Test("There are never more frames than the capacity")
  func bound() {
    let pool = FramePool(format: Self.format, selection: .luma, capacity: 3)
    var held = (0..<3).map { _ in pool.acquire() }
    #expect(held.allSatisfy { $0.frame.planes.count == 1 })
    #expect(pool.acquireIfAvailable() == nil)
    held.removeLast()
    let again = pool.acquireIfAvailable()
    #expect(again != nil)
    #expect(pool.acquireIfAvailable() == nil)
  }

  @Test("A reader waits until a consumer releases a frame")
  func backpressure() {
    let pool = FramePool(format: Self.format, capacity: 2)
    let inUse = Mutex(0)
    let most = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<500 {
        let frame = pool.acquire()
        let count = inUse.withLock {
          $0 += 1
          return $0
        }
        most.withLock { $0 = max($0, count) }
        frame.frame.planes[0].base.storeBytes(of: 1, as: UInt8.self)
        inUse.withLock { $0 -= 1 }
        _ = consume frame
      }
    }
    #expect((1...2).contains(most.withLock { $0 }))
    #expect(pool.acquireIfAvailable() != nil)
  }
}
