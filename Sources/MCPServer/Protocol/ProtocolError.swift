/// An error of the protocol itself, as JSON-RPC has it.
///
/// A tool that fails is no error of the protocol: its result says so, where a model reads it.
struct ProtocolError: Error, Hashable {
  /// The kinds of errors, with their codes.
  enum Code: Int, Hashable, Sendable {
    /// The text is no JSON.
    case parseError = -32700
    /// The JSON is no request.
    case invalidRequest = -32600
    /// There is no such method.
    case methodNotFound = -32601
    /// The parameters are wrong.
    case invalidParameters = -32602
    /// The server failed.
    case internalError = -32603
    /// There is no such resource; up to revision 2025-11-25.
    case resourceNotFound = -32002
    /// HTTP headers say something else than the body; from revision 2026-07-28 on.
    case headerMismatch = -32020
    /// The revision is unknown; from revision 2026-07-28 on.
    case unsupportedRevision = -32022
  }

  /// What kind of error it is.
  let code: Code
  /// One sentence.
  let message: String
  /// Details that a client's code can use.
  var data: JSONValue?

  /// Creates an error.
  init(_ code: Code, _ message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// The answer to a request that failed; without an identifier when it could not be read.
  func response(to id: RequestID?) -> JSONValue {
    var error: JSONObject = ["code": .integer(code.rawValue), "message": .string(message)]
    error["data"] = data
    var members: JSONObject = ["jsonrpc": "2.0"]
    members["id"] = id?.json
    members["error"] = .object(error)
    return .object(members)
  }
}
