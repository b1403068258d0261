#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folders whose files a client may name.
///
/// A path is looked at twice: as it is written, so that nothing outside is even looked up, and
/// with all symbolic links resolved, so that none leads out. Only regular files pass, and nothing
/// below `/proc`, `/sys` and `/dev`, whatever the folders are. What comes out is the resolved path,
/// which is what must be opened.
public struct AllowedFolders: Sendable {
  /// A folder, as it was given and with links resolved; both without a slash at the end.
  private struct Folder: Sendable {
    let written: String
    let resolved: String
  }

  private let folders: [Folder]

  /// The folders with links resolved.
  public var paths: [String] { folders.map(\.resolved) }

  /// Allows folders.
  ///
  /// - Throws: ``AccessError`` for a folder that is not there.
  public init(_ paths: [String]) throws(AccessError) {
    var folders: [Folder] = []
    for path in paths {
      guard let resolved = realPath(path), isFolder(resolved) else {
        throw AccessError("\(path): there is no such folder to allow.")
      }
      let written = lexical(path.hasPrefix("/") ? path : currentFolder() + "/" + path)
      folders.append(Folder(written: written, resolved: resolved == "/" ? "" : resolved))
    }
    self.folders = folders
  }

  /// The folders of a server that was not told any.
  ///
  /// That is the current folder, as editors and shells start servers in a project; but not `/` or
  /// the home folder, in which desktop hosts start them, and where far too much would be allowed.
  public static func standard(home: String?) -> AllowedFolders {
    let current = realPath(".") ?? "/"
    guard current != "/", current != home.flatMap(realPath) else { return AllowedFolders() }
    return (try? AllowedFolders([current])) ?? AllowedFolders()
  }

  private init() { folders = [] }

  /// The real path of a file that a client names.
  ///
  /// - Parameters:
  ///   - path: Absolute, or relative to one of the folders.
  ///   - kind: What it must be.
  /// - Throws: ``AccessError``.
  public func resolve(_ path: String, as kind: FileKind = .file) throws(AccessError) -> String {
    guard !folders.isEmpty else {
      throw AccessError(
        "No folder is allowed: start the server with --allow FOLDER, or set TINYVMAF_MCP_ALLOW.")
    }
    try Self.checkText(path)
    let candidates =
      path.hasPrefix("/")
      ? [lexical(path)] : folders.map { lexical($0.resolved + "/" + path) }
    let inside = candidates.filter { candidate in
      folders.contains { isBelow(candidate, $0.written) || isBelow(candidate, $0.resolved) }
    }
    guard !inside.isEmpty else { throw outside(path) }
    for candidate in inside {
      guard let real = realPath(candidate) else { continue }
      guard folders.contains(where: { isBelow(real, $0.resolved) }) else { throw outside(path) }
      try Self.checkPlace(real, written: path)
      try kind.check(real, written: path)
      return real
    }
    throw AccessError("\(path): there is no such \(kind.rawValue); check the path.")
  }

  private func outside(_ path: String) -> AccessError {
    AccessError(
      "\(path): this is outside of the allowed folders, which are "
        + folders.map { $0.resolved.isEmpty ? "/" : $0.resolved }.joined(separator: ", ") + ".")
  }

  /// Refuses what programs take for something else than a path.
  private static func checkText(_ path: String) throws(AccessError) {
    guard !path.isEmpty, path != "-" else {
      throw AccessError("A path is missing; give the path of a file.")
    }
    guard path.utf8.count < 4096, !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw AccessError("A path is too long or has control characters.")
    }
    // "http://…", "concat:…", "subfile,,start,…:": protocols of FFmpeg.
    let scheme = path.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.,_".contains($0)) }
    if path.first != "/", path.dropFirst(scheme.count).first == ":" {
      throw AccessError("\(path): addresses are not read; give the plain path of a file.")
    }
  }

  /// Refuses the folders of the system's own devices and processes.
  private static func checkPlace(_ real: String, written: String) throws(AccessError) {
    for place in ["/proc", "/sys", "/dev"] where isBelow(real, place) {
      throw AccessError("\(written): nothing below \(place) is read.")
    }
  }
}

/// What a path must name.
public enum FileKind: String, Sendable {
  /// A regular file.
  case file
  /// A folder.
  case folder

  fileprivate func check(_ real: String, written: String) throws(AccessError) {
    var status = stat()
    guard stat(real, &status) == 0 else {
      throw AccessError("\(written): it cannot be read.")
    }
    let type = status.st_mode & S_IFMT
    guard type == (self == .file ? S_IFREG : S_IFDIR) else {
      throw AccessError("\(written): this is no \(self == .file ? "regular file" : "folder").")
    }
  }
}

/// Why a client may not read a file; one sentence.
public struct AccessError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// The path with all links resolved, or `nil` when there is nothing.
private func realPath(_ path: String) -> String? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return String(validatingCString: real)
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

private func currentFolder() -> String { realPath(".") ?? "" }

/// The path without `.`, `..` and doubled slashes, as it is written.
private func lexical(_ path: String) -> String {
  var parts: [Substring] = []
  for part in path.split(separator: "/") {
    switch part {
    case ".": continue
    case "..": _ = parts.popLast()
    default: parts.append(part)
    }
  }
  return parts.map { "/" + $0 }.joined()
}

/// Whether a path is a folder or lies in it; compared byte by byte, as the system does.
private func isBelow(_ path: String, _ folder: String) -> Bool {
  let (path, folder) = (Array(path.utf8), Array(folder.utf8))
  guard path.starts(with: folder) else { return false }
  return path.count == folder.count || path[folder.count] == UInt8(ascii: "/")
}
