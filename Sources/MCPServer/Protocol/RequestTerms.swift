/// Under which revision a request is answered, and what its client can do.
struct RequestTerms: Sendable {
  /// The revision.
  let revision: Revision

  static let versionKey = "io.modelcontextprotocol/protocolVersion"
  static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
  static let serverKey = "io.modelcontextprotocol/serverInfo"

  /// Reads what a request says about itself.
  ///
  /// A request that names its revision, or that asks for `server/discover`, follows the stateless
  /// revisions and must have all they require; every other one follows the handshake.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - handshake: The revision of the handshake, if there was one.
  ///   - isStateless: Whether the transport knows already that the request is stateless.
  /// - Throws: ``ProtocolError``.
  init(
    _ request: Request, handshake: Revision?, isStateless: Bool = false
  ) throws(ProtocolError) {
    let version = request.metadata?[Self.versionKey]
    guard version != nil || request.method == "server/discover" || isStateless else {
      revision = handshake ?? .newestWithHandshake
      return
    }
    guard let version = version?.string else {
      throw ProtocolError(
        .invalidParameters, "params._meta needs \"\(Self.versionKey)\", a text.")
    }
    guard let known = Revision(rawValue: version), known.isStateless else {
      throw Self.unsupported(version)
    }
    guard request.metadata?[Self.capabilitiesKey]?.object != nil else {
      throw ProtocolError(
        .invalidParameters, "params._meta needs \"\(Self.capabilitiesKey)\", an object.")
    }
    revision = known
  }

  /// The error for a revision that requests cannot carry with them.
  static func unsupported(_ version: String) -> ProtocolError {
    let supported = Revision.stateless.map(\.rawValue)
    return ProtocolError(
      .unsupportedRevision,
      "Protocol revision \(JSONValue.string(version).kind) is not supported; use "
        + supported.joined(separator: " or ") + ", or the handshake of an earlier one.",
      data: [
        "supported": .array(supported.map(JSONValue.string)), "requested": .string(version),
      ])
  }
}
