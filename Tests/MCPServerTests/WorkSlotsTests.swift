import Synchronization
import Testing

@testable import MCPServer

/// What jobs did.
private final class Record: Sendable {
  private struct State {
    var running = 0
    var most = 0
    var order: [Int] = []
  }
  private let state = Mutex(State())

  func begin(_ index: Int) {
    state.withLock { state in
      state.running += 1
      state.most = max(state.most, state.running)
      state.order.append(index)
    }
  }

  func end() { state.withLock { $0.running -= 1 } }

  var most: Int { state.withLock { $0.most } }
  var order: [Int] { state.withLock { $0.order } }
}

@Suite struct WorkSlotsTests {
  @Test func runsSoManyAtATimeInOrder() async throws {
    let slots = WorkSlots(count: 2, waiting: 100)
    let record = Record()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask {
          try await slots.run {
            record.begin(index)
            try await Task.sleep(for: .milliseconds(2))
            record.end()
          }
        }
        // One after the other, so that there is an order.
        while record.order.count + slots.waitingCount <= index {
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      try await group.waitForAll()
    }
    #expect(record.most == 2)
    #expect(record.order == Array(0..<20))
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

  @Test(.timeLimit(.minutes(10))) func cancellingFreesASlot() async throws {
    let slots = WorkSlots(count: 1, waiting: 10)
    let long = Task { try await slots.run { try await Task.sleep(for: .seconds(86_400)) } }
    let next = Task { try await slots.run { 5 } }
    while slots.waitingCount < 1 { try await Task.sleep(for: .milliseconds(1)) }
    long.cancel()
    #expect(try await next.value == 5)
  }

  @Test func endsWorkThatTakesTooLong() async throws {
    await #expect(throws: ToolFailure.self) {
      try await within(seconds: 0.01) { try await Task.sleep(for: .seconds(60)) }
    }
    #expect(try await within(seconds: 60) { 3 } == 3)
  }
}
