import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension QualityServer {
  /// Serves one client over pipes, one message per line, until it closes its end.
  ///
  /// Requests are answered concurrently. When the client goes away, all work is cancelled, and this
  /// returns when it has ended. So it does when the task is cancelled.
  ///
  /// - Parameters:
  ///   - input: The descriptor that messages come from.
  ///   - output: The descriptor that messages go to; nothing else may write there.
  public func serveStandardStreams(
    input: Int32 = 0, output: Int32 = 1
  ) async throws {
    // A client that is gone is noticed by writing, not by a signal.
    _ = signal(SIGPIPE, SIG_IGN)
    let (messages, source) = AsyncStream.makeStream(of: LineReader.Line.self)
    let writer = MessageWriter(descriptor: output) { source.finish() }
    let room = DispatchSemaphore(value: 64)
    let limit = workspace.limits.messageBytes
    DispatchQueue(label: "tinyvmaf.mcp.reader").async {
      var reader = LineReader(descriptor: input, limit: limit)
      while true {
        let line = reader.next()
        if line == .end { break }
        writer.waitForRoom()
        // What was read and not yet looked at is bounded, too.
        room.wait()
        source.yield(line)
      }
      source.finish()
    }

    let connection = StreamConnection(
      dispatcher: dispatcher, writer: writer, messageLimit: limit,
      requestLimit: workspace.limits.waitingCalls + 64)
    await withDiscardingTaskGroup { group in
      for await line in messages {
        room.signal()
        connection.receive(line, in: &group)
      }
      if !Task.isCancelled { await connection.finishSoon() }
      group.cancelAll()
      connection.cancelAll()
    }
    writer.finish()
    try Task.checkCancellation()
  }
}

/// What is known about the client at the other end of a pipe.
private final class StreamConnection: Sendable {
  private let dispatcher: Dispatcher
  private let writer: MessageWriter
  private let messageLimit: Int
  private let requestLimit: Int
  private let requests = InFlight()
  private let handshake = Mutex<Revision?>(nil)

  init(dispatcher: Dispatcher, writer: MessageWriter, messageLimit: Int, requestLimit: Int) {
    self.dispatcher = dispatcher
    self.writer = writer
    self.messageLimit = messageLimit
    self.requestLimit = requestLimit
  }

  /// Lets short work end: a script may close its end of the pipe right after it has asked.
  func finishSoon() async {
    for _ in 0..<20 where requests.count > 0 && !writer.isBroken {
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Stops all work.
  func cancelAll() { requests.cancelAll() }

  /// Acts on a line; the work on a request is added to the group.
  func receive(_ line: LineReader.Line, in group: inout DiscardingTaskGroup) {
    guard case .line(let bytes) = line else {
      let error = ProtocolError(
        .invalidRequest, "A message has more than \(messageLimit) bytes, the server's limit.")
      writer.send(error.response(to: nil))
      return
    }
    // Some clients end lines with a carriage return, or send empty ones.
    guard !bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) else { return }
    do throws(MalformedMessage) {
      switch try IncomingMessage(bytes) {
      case .request(let request): answer(request, in: &group)
      case .notification("notifications/cancelled", let parameters):
        if let id = InFlight.cancelled(by: parameters) { requests.cancel(id) }
      case .notification, .response: break
      }
    } catch {
      writer.send(error.response)
    }
  }

  private func answer(_ request: Request, in group: inout DiscardingTaskGroup) {
    guard requests.count < requestLimit else {
      refuse(request, "There are too many requests at a time; wait for some answers.")
      return
    }
    guard requests.begin(request.id) else {
      refuse(request, "A request with this \"id\" is being worked on.")
      return
    }
    group.addTask { [self] in
      let work = Task { await reply(to: request) }
      requests.setCancellation(of: request.id) { work.cancel() }
      await withTaskCancellationHandler {
        await work.value
      } onCancel: {
        work.cancel()
      }
      requests.end(request.id)
    }
  }

  private func reply(to request: Request) async {
    let (requests, writer, id) = (requests, writer, request.id)
    let reply = try? await dispatcher.reply(
      to: request, handshake: handshake.withLock { $0 }
    ) { notification in
      requests.whileWanted(id) { writer.send(notification, isOptional: true) }
    }
    guard let reply else { return }
    if let revision = reply.handshake { handshake.withLock { $0 = revision } }
    requests.whileWanted(id) { writer.send(reply.message) }
  }

  private func refuse(_ request: Request, _ reason: String) {
    writer.send(ProtocolError(.invalidRequest, reason).response(to: request.id))
  }
}
