#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The few folder operations of the store.
enum Folder {
  /// Creates a folder and those above it, where they are missing.
  static func create(_ path: String) throws {
    var partial = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      partial += (partial.isEmpty || partial.hasSuffix("/") ? "" : "/") + part
      if mkdir(partial, 0o755) != 0, errno != EEXIST {
        let error = StoreError.lastSystemError("create folder", partial)
        // A parent that may not be written to, and is there, is no obstacle.
        var status = stat()
        guard stat(partial, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw error }
      }
    }
  }

  /// The names of the entries, sorted, without `.` and `..`.
  static func entries(_ path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw StoreError.lastSystemError("list", path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes renames and removals in a folder durable.
  static func flush(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError.lastSystemError("open folder", path) }
    defer { close(descriptor) }
    // Some network file systems cannot flush a folder and say so with EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw StoreError.lastSystemError("flush folder", path)
    }
  }

  /// Whether something of that name exists.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Removes a file; one that is gone already is no error.
  static func removeFile(_ path: String) throws {
    if unlink(path) != 0, errno != ENOENT { throw StoreError.lastSystemError("remove", path) }
  }
}

/// An exclusive lock between processes, held while `body` runs.
///
/// Readers never need it. On a file system without locks the body runs unlocked: what it guards is
/// derived from the stored files and can be made again.
func withFileLock<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
  let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw StoreError.lastSystemError("open", path) }
  defer { close(descriptor) }
  while flock(descriptor, LOCK_EX) != 0 {
    if errno == EINTR { continue }
    if [ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP].contains(errno) { break }
    throw StoreError.lastSystemError("lock", path)
  }
  return try body()
}
