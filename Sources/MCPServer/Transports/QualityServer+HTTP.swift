import Hummingbird
import Logging
import NIOCore

/// Where a server listens.
public struct HTTPAddress: Sendable {
  /// A name or an address.
  public let host: String
  /// A port; 0 is any that is free.
  public let port: Int

  /// Reads `HOST:PORT`, `[ADDRESS]:PORT` or `PORT`, which is on this machine alone.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let last = parts.last, let port = UInt16(last) else { return nil }
    var host = parts.count > 1 ? String(text.dropLast(last.count + 1)) : "127.0.0.1"
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard !host.isEmpty else { return nil }
    self.host = host
    self.port = Int(port)
  }
}

extension QualityServer {
  /// Serves any number of clients over HTTP until the task is cancelled.
  ///
  /// - Parameters:
  ///   - address: Where to listen.
  ///   - policy: Who may call.
  ///   - onStart: Is called with the address of the endpoint once clients can call.
  public func serveHTTP(
    at address: HTTPAddress, policy: AccessPolicy,
    onStart: @escaping @Sendable (String) async -> Void
  ) async throws {
    let endpoint = HTTPEndpoint(
      dispatcher: dispatcher, policy: policy, messageLimit: workspace.limits.messageBytes)
    // Requests are answered, not logged: what clients ask for is their affair.
    let logger = Logger(label: "tinyvmaf.mcp") { _ in SwiftLogNoOpLogHandler() }
    var configuration = ApplicationConfiguration(
      address: .hostname(address.host, port: address.port))
    configuration.availableConnectionsDelegate = .maximum(
      workspace.limits.connections, logger: logger)
    let application = Application(
      responder: CallbackResponder { request, _ -> Response in
        await endpoint.respond(to: request)
      } as CallbackResponder<BasicRequestContext>,
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: configuration,
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? address.port
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        await onStart("http://\(host):\(port)\(HTTPEndpoint.path)")
      },
      logger: logger)
    try await application.run()
  }
}
