import Synchronization
import Testing

@testable import MCPServer

@Suite struct WorkSlotsTests {
  @Test func runsSoManyAtATimeInOrder() async throws {
    let slots = WorkSlots(count: 2, waiting: 100)
    let state = Mutex((running: 0, most: 0, order: [Int]()))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask {
          try await slots.run {
            state.withLock {
              $0.running += 1
              $0.most = max($0.most, $0.running)
              $0.order.append(index)
            }
            try await Task.sleep(for: .milliseconds(2))
            state.withLock { $0.running -= 1 }
          }
        }
        // One after the other, so that there is an order.
        while state.withLock({ $0.order.count }) + slots.waitingCount <= index {
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      try await group.waitForAll()
    }
    #expect(state.withLock { $0.most } == 2)
    #expect(state.withLock { $0.order } == Array(0..<20))
  }

  @Test func refusesWhenTooManyWait() async throws {
    let slots = WorkSlots(count: 1, waiting: 1)
    let first = Task { try await slots.run { try await Task.sleep(for: .seconds(60)) } }
    let second = Task { try await slots.run {} }
    while slots.waitingCount < 1 { try await Task.sleep(for: .milliseconds(1)) }
    await #expect(throws: ToolFailure.self) { try await slots.run {} }
    second.cancel()
    first.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    try await slots.run {}
  }

  @Test func cancellingFreesASlotAtOnce() async throws {
    let slots = WorkSlots(count: 1, waiting: 10)
    let long = Task { try await slots.run { try await Task.sleep(for: .seconds(60)) } }
    let next = Task { try await slots.run { 5 } }
    while slots.waitingCount < 1 { try await Task.sleep(for: .milliseconds(1)) }
    let start = ContinuousClock.now
    long.cancel()
    #expect(try await next.value == 5)
    #expect(ContinuousClock.now - start < .milliseconds(100))
  }

  @Test func endsWorkThatTakesTooLong() async throws {
    await #expect(throws: ToolFailure.self) {
      try await within(seconds: 0.01) { try await Task.sleep(for: .seconds(60)) }
    }
    #expect(try await within(seconds: 60) { 3 } == 3)
  }
}
