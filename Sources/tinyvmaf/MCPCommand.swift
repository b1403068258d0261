import ArgumentParser
import DurableFiles
import MCPServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `tinyvmaf mcp`: quality scores for agents.
struct MCPCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcp",
    abstract: "Serve the Model Context Protocol, so that agents can score videos.",
    discussion: """
      Speaks JSON-RPC over standard input and output, as hosts such as Claude, Cursor and VS Code \
      start it. Only files below the allowed folders are read: --allow, else the folders in \
      TINYVMAF_MCP_ALLOW (separated by colons), else the current folder unless that is / or your \
      home folder.

      With --http, clients on this machine can call at http://HOST:PORT/mcp instead; from other \
      machines only with a token.

      EXAMPLES:
        tinyvmaf mcp --allow /videos
        tinyvmaf mcp --allow /videos --http 127.0.0.1:8642
        claude mcp add tinyvmaf -- tinyvmaf mcp --allow "$PWD"
      """,
    helpNames: .long)

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Let clients read files below this folder; may be repeated.",
      valueName: "folder"))
  var allow: [String] = []

  @Option(
    help: ArgumentHelp(
      "Serve HTTP here instead, at the path /mcp; port 0 is any.", valueName: "host:port"))
  var http: String?

  @Option(
    help: ArgumentHelp(
      "File with the bearer token that clients must send; else TINYVMAF_MCP_TOKEN.",
      valueName: "file"))
  var tokenFile: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Let web pages of this origin call, such as https://tools.example; may be repeated.",
      valueName: "origin"))
  var allowOrigin: [String] = []

  @Option(
    help: ArgumentHelp("The most frames of a video that one call reads.", valueName: "count"))
  var maxFrames = 100_000

  @Option(help: ArgumentHelp("The most seconds that one call takes.", valueName: "seconds"))
  var maxSeconds = 600

  @Option(
    help: ArgumentHelp("The most calls that are worked on at a time.", valueName: "count"))
  var maxConcurrent = 2

  @OptionGroup(title: "Machine") var compute: ComputeArguments

  @Option(
    help: ArgumentHelp("Write the manual pages of the tools here and end.", visibility: .hidden))
  var writeDocs: String?

  func validate() throws {
    try require(
      [
        ("--max-frames", maxFrames), ("--max-seconds", maxSeconds),
        ("--max-concurrent", maxConcurrent),
      ], atLeast: 1)
  }

  mutating func run() async throws {
    let address = try httpAddress()
    let workspace = Workspace(
      folders: try folders(), limits: try limits(), version: Tinyvmaf.version)
    let server = QualityServer(workspace)
    if let writeDocs {
      for page in ToolManual(server).pages {
        try AtomicFile.write(page.text, to: "\(writeDocs)/\(page.file)")
      }
      return
    }
    if let address {
      return try await serve(server, at: address)
    }
    if isatty(STDIN_FILENO) == 1 {
      Terminal.noteLine(
        "tinyvmaf mcp: this is a server for agents; it reads JSON-RPC from standard input. "
          + "Ctrl-D ends it.")
    }
    try await server.serveStandardStreams()
  }

  /// The folders that clients may read.
  private func folders() throws -> AllowedFolders {
    var paths = allow
    if paths.isEmpty, let variable = getenv("TINYVMAF_MCP_ALLOW") {
      paths = String(cString: variable).split(separator: ":").map(String.init)
    }
    do {
      guard paths.isEmpty else { return try AllowedFolders(paths) }
      return AllowedFolders.standard(home: getenv("HOME").map { String(cString: $0) })
    } catch {
      throw Failure.Message(text: error.description, code: Failure.missingInput)
    }
  }

  private func httpAddress() throws -> HTTPAddress? {
    guard let http else {
      guard tokenFile == nil, allowOrigin.isEmpty else {
        throw ValidationError("--token-file and --allow-origin only make sense with --http.")
      }
      return nil
    }
    guard let address = HTTPAddress(http) else {
      throw ValidationError("--http must be HOST:PORT, such as 127.0.0.1:8642, not \(http).")
    }
    return address
  }

  private func serve(_ server: QualityServer, at address: HTTPAddress) async throws {
    var token = getenv("TINYVMAF_MCP_TOKEN").map { String(cString: $0) }
    if let tokenFile {
      let bytes = try FileContents.read(tokenFile, limit: 4096)
      token =
        String(decoding: bytes, as: UTF8.self)
        .split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }
    let policy: AccessPolicy
    do throws(AccessError) {
      policy = try AccessPolicy(host: address.host, token: token, origins: allowOrigin)
    } catch {
      throw ValidationError(error.description)
    }
    try await server.serveHTTP(at: address, policy: policy) { url in
      Terminal.noteLine("tinyvmaf mcp: listening on \(url)")
    }
  }

  private func limits() throws -> ServerLimits {
    var limits = ServerLimits()
    limits.frames = maxFrames
    limits.seconds = Double(maxSeconds)
    limits.concurrentCalls = maxConcurrent
    limits.threads = try compute.threadCount()
    return limits
  }
}
