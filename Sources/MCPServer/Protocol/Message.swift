/// What tells the answers to a client's requests apart.
enum RequestID: Hashable, Sendable {
  case integer(Int)
  case string(String)

  /// The longest identifier in bytes.
  static let lengthLimit = 1024

  /// Reads an identifier: a text or a whole number, never `null`.
  init?(_ value: JSONValue) {
    switch value {
    case .string(let text) where text.utf8.count <= Self.lengthLimit: self = .string(text)
    default:
      guard let number = value.integer else { return nil }
      self = .integer(number)
    }
  }

  /// The identifier as it goes back to the client.
  var json: JSONValue {
    switch self {
    case .integer(let number): .integer(number)
    case .string(let text): .string(text)
    }
  }
}

/// A message that wants an answer.
struct Request: Sendable {
  let id: RequestID
  let method: String
  let parameters: JSONObject

  /// The request's metadata.
  var metadata: JSONObject? { parameters["_meta"]?.object }
}

/// A message from a client.
enum IncomingMessage: Sendable {
  /// Wants an answer.
  case request(Request)
  /// Wants none.
  case notification(method: String, parameters: JSONObject)
  /// Answers a request, of which this server never sends one.
  case response
}

/// A message that is no request, with what could be read of it.
struct MalformedMessage: Error {
  let id: RequestID?
  let error: ProtocolError

  /// The answer to it.
  var response: JSONValue { error.response(to: id) }
}

extension IncomingMessage {
  /// Reads a message.
  ///
  /// - Throws: ``MalformedMessage`` with the code that JSON-RPC has for it.
  init(_ bytes: some Sequence<UInt8>) throws(MalformedMessage) {
    let value: JSONValue
    do throws(JSONSyntaxError) {
      value = try JSONParser.parse(bytes)
    } catch {
      throw MalformedMessage(
        id: nil, error: ProtocolError(.parseError, "The message is no JSON: \(error)."))
    }
    try self.init(value)
  }

  private init(_ value: JSONValue) throws(MalformedMessage) {
    guard let members = value.object else {
      let what = value.array == nil ? "an object" : "a single object: batches are not supported"
      throw MalformedMessage(
        id: nil, error: ProtocolError(.invalidRequest, "A message is \(what)."))
    }
    let id = members["id"].flatMap(RequestID.init)
    func refuse(_ reason: String, _ code: ProtocolError.Code = .invalidRequest) -> MalformedMessage
    {
      MalformedMessage(id: id, error: ProtocolError(code, reason))
    }
    guard members["jsonrpc"] == "2.0" else {
      throw refuse("A message has \"jsonrpc\": \"2.0\".")
    }
    guard members["id"] == nil || id != nil else {
      throw refuse(
        "\"id\" is a text of at most \(RequestID.lengthLimit) bytes or a whole number of 64 bits.")
    }
    guard let name = members["method"] else {
      guard members["result"] != nil || members["error"] != nil else {
        throw refuse("A message has a \"method\".")
      }
      self = .response
      return
    }
    guard let method = name.string, !method.isEmpty, method.utf8.count <= 256 else {
      throw refuse("\"method\" is a text.")
    }
    let parameters = members["params"] ?? .object([:])
    guard let parameters = parameters.object else {
      throw refuse("\"params\" is an object.", .invalidParameters)
    }
    guard let id else {
      self = .notification(method: method, parameters: parameters)
      return
    }
    self = .request(Request(id: id, method: method, parameters: parameters))
  }
}
