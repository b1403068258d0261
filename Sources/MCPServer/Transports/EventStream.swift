import Hummingbird
import NIOCore

/// The answer to a request as server-sent events: progress, then the reply, then the end.
enum EventStream {
  /// What is sent next.
  private enum Event: Sendable {
    case message(JSONValue)
    /// Keeps proxies from closing a quiet connection.
    case comment
    case end
  }

  /// The seconds between two comments.
  private static let quietTime = 15

  /// Writes events until the work has ended.
  ///
  /// - Parameters:
  ///   - writer: Where to.
  ///   - work: Calls its argument for each notification and returns the reply, or `nil` when
  ///     nothing is to be said any more.
  static func write(
    to writer: inout any ResponseBodyWriter,
    _ work: @escaping @Sendable (@escaping @Sendable (JSONValue) -> Void) async -> JSONValue?
  ) async throws {
    // A client that reads too slowly misses progress, never the reply, which comes last.
    let (events, source) = AsyncStream.makeStream(
      of: Event.self, bufferingPolicy: .bufferingNewest(256))
    let worker = Task {
      if let reply = await work({ source.yield(.message($0)) }) { source.yield(.message(reply)) }
      source.yield(.end)
    }
    let pulse = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: .seconds(quietTime))
        source.yield(.comment)
      }
    }
    defer { pulse.cancel() }
    try await withTaskCancellationHandler {
      do {
        for await event in events {
          switch event {
          case .message(let message): try await writer.write(Self.buffer(message))
          case .comment: try await writer.write(ByteBuffer(string: ":\n\n"))
          case .end: source.finish()
          }
        }
      } catch {
        worker.cancel()
        await worker.value
        throw error
      }
      await worker.value
    } onCancel: {
      worker.cancel()
    }
  }

  private static func buffer(_ message: JSONValue) -> ByteBuffer {
    var buffer = ByteBuffer(string: "event: message\ndata: ")
    buffer.writeBytes(message.bytes)
    buffer.writeString("\n\n")
    return buffer
  }
}
