#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The few questions that this module asks the file system.
enum FileSystem {
  /// What a path leads to.
  enum Kind: Hashable { case file, folder, other }

  /// Kind and size of what `path` leads to, links followed; `nil` when there is nothing.
  static func status(_ path: String) -> (kind: Kind, size: Int)? {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    let type = info.st_mode & S_IFMT
    let kind: Kind = type == S_IFREG ? .file : type == S_IFDIR ? .folder : .other
    return (kind, Int(info.st_size))
  }

  /// The absolute path without links and dots; `nil` when there is nothing.
  static func resolved(_ path: String) -> String? {
    guard let buffer = realpath(path, nil) else { return nil }
    defer { free(buffer) }
    return String(cString: buffer)
  }

  static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

  /// The names in a folder, in byte order.
  static func names(in folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted {
        $0.utf8.lexicographicallyPrecedes($1.utf8)
      }
    } catch {
      throw CorpusError.file(path: folder, operation: "list", reason: "permission denied or gone")
    }
  }

  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CorpusError.file(path: path, operation: "make the folder", reason: lastError())
    }
  }

  /// The contents of a file of at most `limit` bytes.
  static func contents(_ path: String, limit: Int) throws -> Data {
    guard let found = status(path), found.kind == .file else {
      throw CorpusError.file(path: path, operation: "read", reason: "no such file")
    }
    guard found.size <= limit else {
      throw CorpusError.file(
        path: path, operation: "read",
        reason: "it holds \(byteText(found.size)), more than the limit of \(byteText(limit))")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CorpusError.file(path: path, operation: "read", reason: lastError())
    }
    return data
  }

  static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a whole file so that it is there completely or not at all, even after a power cut.
  static func writeDurably(_ data: Data, to path: String, temporary: String) throws {
    guard FileManager.default.createFile(atPath: temporary, contents: data) else {
      throw CorpusError.file(path: temporary, operation: "write", reason: lastError())
    }
    try publish(temporary, as: path)
  }

  /// Makes a finished temporary file durable and gives it its name.
  static func publish(_ temporary: String, as path: String) throws {
    try synchronize(temporary)
    guard rename(temporary, path) == 0 else {
      throw CorpusError.file(path: path, operation: "rename to it", reason: lastError())
    }
    try synchronize(folder(of: path))
  }

  /// Free bytes of the disk that holds `path`.
  static func freeBytes(_ path: String) -> Int? {
    var info = statvfs()
    guard statvfs(path, &info) == 0 else { return nil }
    return Int(info.f_bavail) * Int(info.f_frsize)
  }

  private static func synchronize(_ path: String) throws {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else {
      throw CorpusError.file(path: path, operation: "open", reason: lastError())
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw CorpusError.file(path: path, operation: "flush to disk", reason: lastError())
    }
  }

  /// What the system says about the call that just failed.
  static func lastError() -> String { String(cString: strerror(errno)) }

  // MARK: - Paths as text

  static func join(_ folder: String, _ name: String) -> String {
    if name.hasPrefix("/") || folder.isEmpty { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The path from the root of the file system; links and dots stay.
  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : join(FileManager.default.currentDirectoryPath, path)
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The name without folder and last extension, and that extension in lower case.
  static func stemAndExtension(_ path: String) -> (stem: String, extension: String) {
    let name = name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return (name, "") }
    return (String(name[..<dot]), name[name.index(after: dot)...].lowercased())
  }
}
