#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writing files so that a reader finds the old or the new contents, never a part.
///
/// The bytes go to a new file in the same folder, which is flushed to disk and then renamed. When
/// anything fails, the new file is removed and the old one is untouched. Symbolic links are
/// followed, the permissions of a file that is replaced are kept. What is there but is not a
/// regular file (a pipe, `/dev/stdout`) is written to directly.
public enum AtomicFile {
  /// Writes text.
  ///
  /// - Throws: ``AtomicFileError``.
  public static func write(_ text: String, to path: String) throws(AtomicFileError) {
    var text = text
    let failure = text.withUTF8 { utf8 -> AtomicFileError? in
      do throws(AtomicFileError) {
        try write(UnsafeRawBufferPointer(utf8), to: path)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }

  /// Writes bytes.
  ///
  /// - Throws: ``AtomicFileError``.
  public static func write(_ bytes: [UInt8], to path: String) throws(AtomicFileError) {
    let failure = bytes.withUnsafeBytes { buffer -> AtomicFileError? in
      do throws(AtomicFileError) {
        try write(buffer, to: path)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }

  /// Checks, before work is put into its contents, that a file can be written.
  ///
  /// - Throws: ``AtomicFileError`` when its folder is missing or may not be written to, or when the
  ///   path is a folder.
  public static func checkDestination(_ path: String) throws(AtomicFileError) {
    let destination = try Destination(path)
    if destination.isSpecial { return }
    guard access(destination.folder, W_OK) == 0 else {
      throw AtomicFileError(path: path, code: errno)
    }
  }

  private static func write(
    _ bytes: UnsafeRawBufferPointer, to path: String
  ) throws(AtomicFileError) {
    let destination = try Destination(path)
    if destination.isSpecial {
      let file = open(destination.path, O_WRONLY | O_APPEND | O_CLOEXEC)
      guard file >= 0 else { throw AtomicFileError(path: path, code: errno) }
      let code = writeAll(bytes, to: file)
      close(file)
      if code != 0 { throw AtomicFileError(path: path, code: code) }
      return
    }

    let tag = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let temporary = "\(destination.folder)/.\(destination.name.prefix(80)).\(tag).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw AtomicFileError(path: path, code: errno) }
    var code = writeAll(bytes, to: file)
    // Some file systems have no permissions; that is no reason to fail.
    if let mode = destination.mode { fchmod(file, mode) }
    if code == 0, fsync(file) != 0 { code = errno }
    if close(file) != 0, code == 0 { code = errno }
    if code == 0, rename(temporary, destination.path) != 0 { code = errno }
    guard code == 0 else {
      unlink(temporary)
      throw AtomicFileError(path: path, code: code)
    }
    // The rename itself lasts once the folder is flushed; folders that refuse it are left alone.
    let folder = open(destination.folder, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// Writes everything; returns 0 or the error's code.
  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Glibc)
        let count = Glibc.write(file, part.baseAddress, part.count)
      #else
        let count = Darwin.write(file, part.baseAddress, part.count)
      #endif
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      rest = rest.dropFirst(count)
    }
    return 0
  }
}

/// Where the bytes of a path really go.
private struct Destination {
  /// The path behind symbolic links.
  let path: String
  let folder: String
  let name: Substring
  /// The permissions of the file that is there.
  var mode: mode_t?
  /// Whether something other than a regular file is there.
  var isSpecial = false

  init(_ path: String) throws(AtomicFileError) {
    guard !path.isEmpty else { throw AtomicFileError(path: path, code: ENOENT) }
    var status = stat()
    var resolved = path
    if stat(path, &status) == 0 {
      let kind = status.st_mode & S_IFMT
      guard kind != S_IFDIR else { throw AtomicFileError(path: path, code: EISDIR) }
      isSpecial = kind != S_IFREG
      mode = status.st_mode & 0o777
      if let real = realpath(path, nil) {
        resolved = String(cString: real)
        free(real)
      }
    }
    self.path = resolved
    if let slash = resolved.lastIndex(of: "/") {
      folder = slash == resolved.startIndex ? "/" : String(resolved[..<slash])
      name = resolved[resolved.index(after: slash)...]
    } else {
      folder = "."
      name = resolved[...]
    }
    guard !name.isEmpty else { throw AtomicFileError(path: path, code: EISDIR) }
    guard isSpecial || stat(folder, &status) == 0 else {
      throw AtomicFileError(path: path, code: ENOENT)
    }
  }
}
