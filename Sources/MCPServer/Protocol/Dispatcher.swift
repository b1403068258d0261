/// Answers requests: the part of the server that is the same for every transport.
///
/// It keeps nothing about clients. A transport reads messages, decides under which revision a
/// client speaks where the request does not say so, runs each request in a task of its own,
/// cancels that task, and sends what comes back.
struct Dispatcher: Sendable {
  /// Who answers.
  let identity: ServerIdentity
  /// What can be called, in the order of the list.
  let tools: [any Tool]
  /// What can be read.
  let resources: ResourceCatalog
  /// What can be asked with.
  let prompts: [Prompt]

  /// The answer to a request.
  struct Reply: Sendable {
    /// The identifier of the request.
    let id: RequestID
    /// The members of the result, or what went wrong.
    let outcome: Result<JSONObject, ProtocolError>
    /// The revision that a handshake has settled.
    var handshake: Revision?

    /// The message to send.
    var message: JSONValue {
      switch outcome {
      case .success(let result):
        ["jsonrpc": "2.0", "id": id.json, "result": .object(result)]
      case .failure(let error): error.response(to: id)
      }
    }
  }

  /// Answers a request.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - handshake: The revision that an earlier handshake of this client has settled, if any.
  ///   - isStateless: Whether the transport knows already that the request is stateless.
  ///   - notify: Sends a notification about this request.
  /// - Returns: The answer.
  /// - Throws: `CancellationError` when the task was cancelled; nothing is to be sent then.
  func reply(
    to request: Request, handshake: Revision? = nil, isStateless: Bool = false,
    notify: @escaping @Sendable (JSONValue) -> Void
  ) async throws(CancellationError) -> Reply {
    do {
      let terms = try RequestTerms(request, handshake: handshake, isStateless: isStateless)
      if request.method == "initialize", !terms.revision.isStateless {
        let revision = Self.negotiate(request.parameters["protocolVersion"]?.string)
        return Reply(
          id: request.id, outcome: .success(greeting(under: revision)), handshake: revision)
      }
      let progress = ProgressReporter(for: request, under: terms.revision, send: notify)
      var result = try await result(of: request, under: terms.revision, progress)
      if terms.revision.isStateless { sign(&result) }
      return Reply(id: request.id, outcome: .success(result))
    } catch let error as ProtocolError {
      return Reply(id: request.id, outcome: .failure(error))
    } catch let error as CancellationError {
      throw error
    } catch {
      return Reply(
        id: request.id, outcome: .failure(ProtocolError(.internalError, "\(error)")))
    }
  }

  private func result(
    of request: Request, under revision: Revision, _ progress: ProgressReporter
  ) async throws -> JSONObject {
    let parameters = request.parameters
    switch request.method {
    case "server/discover" where revision.isStateless: return discovery
    case "ping" where !revision.isStateless: return [:]
    case "tools/list": return try toolList(parameters, under: revision)
    case "tools/call": return try await callTool(parameters, under: revision, progress)
    case "resources/list": return try resourceList(parameters, under: revision)
    case "resources/templates/list": return try templateList(parameters, under: revision)
    case "resources/read": return try await readResource(parameters, under: revision)
    case "prompts/list": return try promptList(parameters, under: revision)
    case "prompts/get": return try prompt(parameters, under: revision)
    default:
      throw ProtocolError(
        .methodNotFound,
        "There is no method \(JSONValue.string(request.method).kind) in revision "
          + "\(revision.rawValue).")
    }
  }
}

/// Who the server is.
public struct ServerIdentity: Sendable {
  /// The program's name.
  public let name: String
  /// What people call it.
  public let title: String
  /// The program's version.
  public let version: String
  /// How a model best uses it.
  public let instructions: String

  /// The identity as the protocol has it.
  func json(under revision: Revision) -> JSONValue {
    var members: JSONObject = ["name": .string(name)]
    if revision.hasStructuredContent { members["title"] = .string(title) }
    members["version"] = .string(version)
    return .object(members)
  }
}

// MARK: - Opening

extension Dispatcher {
  private var capabilities: JSONValue { ["tools": [:], "resources": [:], "prompts": [:]] }

  /// The revision that a handshake settles on: the client's, else the newest with a handshake.
  private static func negotiate(_ wish: String?) -> Revision {
    guard let wish, let known = Revision(rawValue: wish), !known.isStateless else {
      return .newestWithHandshake
    }
    return known
  }

  private func greeting(under revision: Revision) -> JSONObject {
    [
      "protocolVersion": .string(revision.rawValue), "capabilities": capabilities,
      "serverInfo": identity.json(under: revision),
      "instructions": .string(identity.instructions),
    ]
  }

  private var discovery: JSONObject {
    var result: JSONObject = [
      "supportedVersions": .array(Revision.stateless.map { .string($0.rawValue) }),
      "capabilities": capabilities, "instructions": .string(identity.instructions),
    ]
    Caching.settled.add(to: &result, under: .july2026)
    return result
  }

  /// Adds what every result has since the stateless revisions.
  private func sign(_ result: inout JSONObject) {
    result["resultType"] = "complete"
    var metadata = result["_meta"]?.object ?? [:]
    metadata[RequestTerms.serverKey] = identity.json(under: .july2026)
    result["_meta"] = .object(metadata)
  }
}

/// How long a client may keep a list.
enum Caching {
  /// The list stays as long as the server runs.
  case settled
  /// The list may change at any time, and is this client's alone.
  case changing

  func add(to result: inout JSONObject, under revision: Revision) {
    guard revision.isStateless else { return }
    result["ttlMs"] = self == .settled ? 300_000 : 0
    result["cacheScope"] = self == .settled ? "public" : "private"
  }
}
