/// Who may talk to a server over HTTP.
///
/// A browser on the same machine can be made to send requests by any page that it shows. So
/// requests that name an origin are only taken from pages of this machine or of origins that were
/// allowed, and requests for another host than this one are refused, which defeats names that are
/// pointed at this machine ("DNS rebinding").
public struct AccessPolicy: Sendable {
  /// What clients must know, or `nil` when nothing.
  private let token: [UInt8]?
  private let origins: Set<String>
  private let host: String

  /// Creates a policy.
  ///
  /// - Parameters:
  ///   - host: The address that the server listens on.
  ///   - token: What clients must send as bearer token; needed unless the host is this machine.
  ///   - origins: Origins of pages elsewhere that may call, such as `https://tools.example`.
  /// - Throws: ``AccessError`` for a server that anybody could reach.
  public init(
    host: String, token: String? = nil, origins: [String] = []
  ) throws(AccessError) {
    guard Self.isLoopback(host) || token != nil else {
      throw AccessError(
        "\(host): other machines could reach the server there; give it a token with --token-file "
          + "or TINYVMAF_MCP_TOKEN, or listen on 127.0.0.1.")
    }
    if let token, token.utf8.count < 16 || token.utf8.contains(where: { $0 <= 0x20 || $0 > 0x7E }) {
      throw AccessError(
        "The token is too weak: give at least 16 printable ASCII characters without spaces, for "
          + "instance from openssl rand -hex 32.")
    }
    self.token = token.map { Array($0.utf8) }
    self.origins = Set(origins.map { $0.lowercased() })
    self.host = host
  }

  /// Whether an address is this machine's own.
  static func isLoopback(_ host: String) -> Bool {
    let name = host.lowercased()
    return name == "localhost" || name == "::1" || name == "[::1]" || isLoopbackIPv4(name)
  }

  private static func isLoopbackIPv4(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Whether a page of this origin may call.
  func allows(origin: String) -> Bool {
    let origin = origin.lowercased()
    if origins.contains(origin) { return true }
    guard let separator = origin.firstRange(ofText: "://") else { return false }
    let scheme = origin[..<separator.lowerBound]
    guard scheme == "http" || scheme == "https" else { return false }
    return Self.isLoopback(Self.name(ofAuthority: origin[separator.upperBound...]))
  }

  /// Whether a request for this host is meant for this server.
  func allows(authority: String?) -> Bool {
    // Without loopback, the names of the server are unknown here, and a token protects it.
    guard Self.isLoopback(host) else { return true }
    guard let authority else { return false }
    return Self.isLoopback(Self.name(ofAuthority: authority[...]))
  }

  /// The host of `host:port`.
  private static func name(ofAuthority authority: Substring) -> String {
    if authority.first == "[", let end = authority.firstIndex(of: "]") {
      return String(authority[...end])
    }
    return String(authority.prefix { $0 != ":" })
  }

  /// Whether the client knows the token; takes as long for a wrong one as for the right one.
  func allows(authorization: String?) -> Bool {
    guard let token else { return true }
    let scheme = "bearer "
    guard let authorization, authorization.prefix(scheme.count).lowercased() == scheme else {
      return false
    }
    let given = Array(authorization.utf8.dropFirst(scheme.utf8.count))
    var difference = given.count ^ token.count
    for index in token.indices {
      let byte = given.isEmpty ? 0 : given[index % given.count]
      difference |= Int(byte ^ token[index])
    }
    return difference == 0
  }
}

extension String {
  /// Where a short text first stands in this one.
  fileprivate func firstRange(ofText text: String) -> Range<String.Index>? {
    indices.first { self[$0...].hasPrefix(text) }.map {
      $0..<index($0, offsetBy: text.count)
    }
  }
}
