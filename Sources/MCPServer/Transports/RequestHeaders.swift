import HTTPTypes
import Hummingbird

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension HTTPFields {
  /// The value of a header by its name in small letters; several are put together with commas.
  func value(of name: String) -> String? {
    let values = filter { $0.name.canonicalName == name }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  /// Adds a header with a name of our own.
  mutating func add(_ name: String, _ value: String) {
    guard let name = HTTPField.Name(name) else { return }
    append(HTTPField(name: name, value: value))
  }
}

/// The headers that repeat what is in the body of a stateless request, so that proxies can act on
/// it.
struct RequestHeaders {
  let version: String?
  let method: String?
  let name: String?

  init(_ fields: HTTPFields) {
    version = fields.value(of: "mcp-protocol-version")
    method = fields.value(of: "mcp-method")
    name = fields.value(of: "mcp-name")
  }

  /// Whether the request follows a stateless revision, by its header.
  var isStateless: Bool {
    version.flatMap(Revision.init(rawValue:))?.isStateless ?? false
  }

  /// Makes sure that the headers say the same as the body.
  ///
  /// - Throws: ``ProtocolError`` with ``ProtocolError/Code/headerMismatch``.
  func check(against request: Request) throws(ProtocolError) {
    try compare("MCP-Protocol-Version", version, request.metadata?[RequestTerms.versionKey]?.string)
    try compare("Mcp-Method", method, request.method)
    let source: String? =
      switch request.method {
      case "tools/call", "prompts/get": "name"
      case "resources/read": "uri"
      default: nil
      }
    guard let source, let expected = request.parameters[source]?.string else { return }
    try compare("Mcp-Name", name.map(Self.decoded) ?? nil, expected)
  }

  private func compare(
    _ header: String, _ given: String?, _ expected: String?
  ) throws(ProtocolError) {
    guard let expected else { return }
    guard let given else {
      throw ProtocolError(.headerMismatch, "The header \(header) is missing or cannot be read.")
    }
    guard given == expected else {
      throw ProtocolError(
        .headerMismatch,
        "The header \(header) is \(JSONValue.string(given).kind), but the body says "
          + "\(JSONValue.string(expected).kind).")
    }
  }

  /// The value of a header that may be encoded; `nil` for one that cannot be decoded.
  private static func decoded(_ value: String) -> String? {
    let (prefix, suffix) = ("=?base64?", "?=")
    guard value.hasPrefix(prefix), value.hasSuffix(suffix),
      value.count >= prefix.count + suffix.count
    else { return value }
    let inner = value.dropFirst(prefix.count).dropLast(suffix.count)
    guard let data = Data(base64Encoded: String(inner)) else { return nil }
    return String(validating: data, as: UTF8.self)
  }
}
