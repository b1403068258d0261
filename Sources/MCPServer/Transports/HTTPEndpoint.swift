import HTTPTypes
import Hummingbird
import NIOCore

/// The address that clients send messages to: Streamable HTTP of all revisions that have it.
///
/// Each message is a request of its own. Stateless requests repeat their method and revision in
/// headers, which must agree with the body; clients of the revisions with a handshake get a session,
/// so that they can cancel. Closing the connection cancels what it was waiting for.
struct HTTPEndpoint: Sendable {
  let dispatcher: Dispatcher
  let policy: AccessPolicy
  let messageLimit: Int
  let sessions = Sessions()

  /// The path of the address.
  static let path = "/mcp"

  /// Answers a request.
  func respond(to request: Hummingbird.Request) async -> Response {
    do throws(Refusal) {
      try checkAccess(request)
      switch request.method {
      case .post: return try await receive(request)
      case .delete: return try closeSession(request)
      default: throw Refusal(.methodNotAllowed, nil, [("Allow", "POST, DELETE")])
      }
    } catch {
      return error.response
    }
  }

  private func checkAccess(_ request: Hummingbird.Request) throws(Refusal) {
    guard policy.allows(authority: request.head.authority) else {
      throw Refusal(.forbidden, ProtocolError(.invalidRequest, "This is another host."))
    }
    if let origin = request.headers.value(of: "origin"), !policy.allows(origin: origin) {
      throw Refusal(
        .forbidden,
        ProtocolError(.invalidRequest, "Pages of this origin may not call; see --allow-origin."))
    }
    guard policy.allows(authorization: request.headers.value(of: "authorization")) else {
      throw Refusal(
        .unauthorized, ProtocolError(.invalidRequest, "The bearer token is missing or wrong."),
        [("WWW-Authenticate", "Bearer realm=\"tinyvmaf\"")])
    }
    guard request.uri.path == Self.path else {
      throw Refusal(
        .notFound, ProtocolError(.invalidRequest, "There is nothing here; use \(Self.path)."))
    }
  }

  private func closeSession(_ request: Hummingbird.Request) throws(Refusal) -> Response {
    guard let id = request.headers.value(of: "mcp-session-id"), sessions.close(id) else {
      throw Refusal(.notFound, nil)
    }
    return Response(status: .noContent)
  }
}

/// A refusal of the transport.
private struct Refusal: Error {
  let status: HTTPResponse.Status
  let error: ProtocolError?
  var headers: [(String, String)]
  var id: RequestID?

  init(
    _ status: HTTPResponse.Status, _ error: ProtocolError?, _ headers: [(String, String)] = [],
    to id: RequestID? = nil
  ) {
    self.status = status
    self.error = error
    self.headers = headers
    self.id = id
  }

  var response: Response {
    var response = Response(status: status)
    if let error { response = .json(error.response(to: id), status: status) }
    for (name, value) in headers { response.headers.add(name, value) }
    return response
  }
}

// MARK: - Messages

extension HTTPEndpoint {
  private func receive(_ original: Hummingbird.Request) async throws(Refusal) -> Response {
    var request = original
    let type = request.headers.value(of: "content-type") ?? ""
    guard type.lowercased().hasPrefix("application/json") else {
      throw Refusal(
        .unsupportedMediaType,
        ProtocolError(.invalidRequest, "Content-Type must be application/json."))
    }
    let accept = request.headers.value(of: "accept")?.lowercased() ?? "*/*"
    let takesJSON = accept.contains("application/json") || accept.contains("*/*")
    let takesEvents = accept.contains("text/event-stream")
    guard takesJSON || takesEvents else {
      throw Refusal(
        .notAcceptable,
        ProtocolError(
          .invalidRequest, "Accept must list application/json and text/event-stream."))
    }
    let body: ByteBuffer
    do {
      body = try await request.collectBody(upTo: messageLimit)
    } catch {
      throw Refusal(
        .contentTooLarge,
        ProtocolError(.invalidRequest, "A message has at most \(messageLimit) bytes."),
        [("Connection", "close")])
    }
    let message: IncomingMessage
    do throws(MalformedMessage) {
      message = try IncomingMessage(body.readableBytesView)
    } catch {
      throw Refusal(.badRequest, error.error, to: error.id)
    }
    let session = try session(of: request)
    switch message {
    case .request(let call):
      return try await answer(call, request, session, asEvents: takesEvents)
    case .notification("notifications/cancelled", let parameters):
      if let id = InFlight.cancelled(by: parameters) { session?.requests.cancel(id) }
      return Response(status: .accepted)
    case .notification, .response:
      return Response(status: .accepted)
    }
  }

  private func session(
    of request: Hummingbird.Request
  ) throws(Refusal) -> Sessions.Session? {
    let headers = RequestHeaders(request.headers)
    guard !headers.isStateless, let id = request.headers.value(of: "mcp-session-id") else {
      return nil
    }
    guard let session = sessions.find(id) else {
      throw Refusal(
        .notFound, ProtocolError(.invalidRequest, "This session is over; initialize again."))
    }
    return session
  }

  private func answer(
    _ call: Request, _ request: Hummingbird.Request, _ session: Sessions.Session?,
    asEvents: Bool
  ) async throws(Refusal) -> Response {
    let headers = RequestHeaders(request.headers)
    let isStateless =
      headers.isStateless || call.metadata?[RequestTerms.versionKey] != nil
      || call.method == "server/discover"
    var handshake = session?.revision
    do throws(ProtocolError) {
      if isStateless {
        _ = try RequestTerms(call, handshake: nil, isStateless: true)
        try headers.check(against: call)
      } else if let version = headers.version {
        guard let known = Revision(rawValue: version) else {
          throw RequestTerms.unsupported(version)
        }
        handshake = handshake ?? known
      }
    } catch {
      throw Refusal(.badRequest, error, to: call.id)
    }

    let work = Work(
      call: call, handshake: handshake, isStateless: isStateless,
      requests: session?.requests ?? InFlight())
    guard work.requests.begin(call.id) else {
      throw Refusal(
        .badRequest,
        ProtocolError(.invalidRequest, "A request with this \"id\" is being worked on."),
        to: call.id)
    }
    // Only calls take long enough for a client to go away meanwhile.
    guard call.method == "tools/call" else { return await quickResponse(work) }
    let wantsProgress = call.metadata?["progressToken"] != nil
    return asEvents && wantsProgress
      ? events(work, request) : await patientResponse(work, request)
  }
}

/// A request and under which terms it is answered.
private struct Work: Sendable {
  let call: Request
  let handshake: Revision?
  let isStateless: Bool
  let requests: InFlight
}

// MARK: - Replies

extension HTTPEndpoint {
  /// Does the work in a task that cancelling the request ends.
  private func perform(
    _ work: Work, notify: @escaping @Sendable (JSONValue) -> Void = { _ in }
  ) async -> Dispatcher.Reply? {
    let (requests, id) = (work.requests, work.call.id)
    let task = Task {
      try? await dispatcher.reply(
        to: work.call, handshake: work.handshake, isStateless: work.isStateless
      ) { notification in
        requests.whileWanted(id) { notify(notification) }
      }
    }
    requests.setCancellation(of: id) { task.cancel() }
    let reply = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    var wanted: Dispatcher.Reply?
    requests.whileWanted(id) { wanted = reply }
    requests.end(id)
    return wanted
  }

  private func quickResponse(_ work: Work) async -> Response {
    let reply = await perform(work)
    guard let reply else { return Response(status: .noContent) }
    var response = Response.json(reply.message, status: status(of: reply, work))
    if let revision = reply.handshake {
      response.headers.add("Mcp-Session-Id", sessions.open(revision).id)
    }
    return response
  }

  /// A reply that comes as one JSON text, unless the client goes away before.
  private func patientResponse(_ work: Work, _ request: Hummingbird.Request) async -> Response {
    let reply = try? await request.body.consumeWithCancellationOnInboundClose { _ in
      await perform(work)
    }
    var response = Response(status: .noContent)
    if let reply {
      response = .json(reply.message, status: status(of: reply, work))
    }
    response.headers.add("Connection", "close")
    return response
  }

  /// A reply that comes as server-sent events, after progress.
  private func events(_ work: Work, _ request: Hummingbird.Request) -> Response {
    let body = request.body
    var response = Response(
      status: .ok,
      body: ResponseBody { writer in
        try await body.consumeWithCancellationOnInboundClose { _ in
          try await EventStream.write(to: &writer) { notify in
            await perform(work, notify: notify)?.message
          }
        }
        try await writer.finish(nil)
      })
    response.headers.add("Content-Type", "text/event-stream")
    response.headers.add("Cache-Control", "no-cache")
    response.headers.add("X-Accel-Buffering", "no")
    response.headers.add("Connection", "close")
    return response
  }

  /// The HTTP status of a reply: stateless revisions have some for errors.
  private func status(of reply: Dispatcher.Reply, _ work: Work) -> HTTPResponse.Status {
    guard work.isStateless, case .failure(let error) = reply.outcome else { return .ok }
    return error.code == .methodNotFound ? .notFound : .ok
  }
}

extension Response {
  /// A response with a JSON text.
  fileprivate static func json(_ value: JSONValue, status: HTTPResponse.Status) -> Response {
    var response = Response(
      status: status, body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.bytes)))
    response.headers.add("Content-Type", "application/json")
    return response
  }
}
