#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file or pipe in order, read with blocking system calls.
///
/// Regular files are read with `pread`, so that skipping costs nothing; pipes, terminals and
/// sockets are read with `read`. Nothing is buffered here: large reads go from the page cache
/// straight to their destination, and the few header bytes of a stream are read one by one.
final class ByteStream {
  /// The path as the user wrote it, for messages.
  let path: String
  /// The number of bytes from the start of the stream, when it is a regular file.
  let byteCount: Int?
  /// How many bytes were read or skipped.
  private(set) var position = 0
  private let descriptor: Int32
  private let ownsDescriptor: Bool
  /// Where in the file the stream starts: not at 0 when standard input was read before.
  private let origin: Int
  private var scratch: UnsafeMutableRawBufferPointer?
  /// Room for as many rows as the system takes in one call.
  private let vectors: UnsafeMutableBufferPointer<iovec>

  /// Opens a file, or standard input for the path `-`.
  convenience init(path: String) throws(VideoError) {
    if path == "-" {
      try self.init(descriptor: STDIN_FILENO, path: "standard input", ownsDescriptor: false)
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw code == ENOENT || code == ENOTDIR
        ? .notFound(path: path) : .unreadable(path: path, reason: systemMessage(code))
    }
    try self.init(descriptor: descriptor, path: path)
  }

  /// Reads from a descriptor, which the stream closes when it is released or cannot be made.
  init(descriptor: Int32, path: String, ownsDescriptor: Bool = true) throws(VideoError) {
    do throws(VideoError) {
      (origin, byteCount) = try Self.extent(of: descriptor, path: path)
    } catch {
      if ownsDescriptor { close(descriptor) }
      throw error
    }
    self.descriptor = descriptor
    self.path = path
    self.ownsDescriptor = ownsDescriptor
    vectors = .allocate(capacity: 1024)
  }

  deinit {
    if ownsDescriptor { close(descriptor) }
    scratch?.deallocate()
    vectors.deallocate()
  }

  private static func extent(
    of descriptor: Int32, path: String
  ) throws(VideoError) -> (origin: Int, byteCount: Int?) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: systemMessage(errno))
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .isDirectory(path: path)
    case S_IFREG:
      let origin = max(0, Int(lseek(descriptor, 0, SEEK_CUR)))
      return (origin, max(0, Int(status.st_size) - origin))
    default:
      #if os(Linux)
        // Fewer wake-ups of both sides than with the usual 64 KiB; refusal does no harm.
        _ = fcntl(descriptor, 1031 /* F_SETPIPE_SZ */, 1 << 20)
      #endif
      return (0, nil)
    }
  }
}

// MARK: - Reading

extension ByteStream {
  /// Reads `count` bytes, or fewer at the end of the stream; returns how many.
  func read(into target: UnsafeMutableRawPointer, count: Int) throws(VideoError) -> Int {
    var done = 0
    while done < count {
      let got =
        if byteCount != nil {
          pread(descriptor, target + done, count - done, off_t(origin + position))
        } else {
          systemRead(descriptor, target + done, count - done)
        }
      if try advance(got) == 0 { break }
      done += max(got, 0)
    }
    return done
  }

  /// Reads rows that are contiguous in the stream into rows that are not in memory.
  ///
  /// - Parameters:
  ///   - base: The first row.
  ///   - bytesPerRow: The distance of rows in memory.
  ///   - rowByteCount: The bytes of a row in the stream.
  ///   - rowCount: The number of rows.
  ///   - body: Is called with each run of complete rows, while they are in the cache.
  /// - Returns: The number of bytes read, fewer than asked for at the end of the stream.
  func readRows(
    into base: UnsafeMutableRawPointer, bytesPerRow: Int, rowByteCount: Int, rowCount: Int,
    body: (Range<Int>) throws(VideoError) -> Void
  ) throws(VideoError) -> Int {
    // Runs of about a quarter of a megabyte, which the second-level cache still holds for `body`.
    let rowsPerRun = max(1, min(vectors.count, (256 << 10) / rowByteCount))
    var (row, done) = (0, 0)
    while row < rowCount {
      let runRows = min(rowsPerRun, rowCount - row)
      for index in 0..<runRows {
        vectors[index] = iovec(
          iov_base: base + (row + index) * bytesPerRow, iov_len: rowByteCount)
      }
      let got =
        if byteCount != nil {
          preadv(descriptor, vectors.baseAddress, Int32(runRows), off_t(origin + position))
        } else {
          readv(descriptor, vectors.baseAddress, Int32(runRows))
        }
      guard try advance(got) > 0 else { break }
      let fresh = max(got, 0)
      done += fresh
      var complete = fresh / rowByteCount
      let part = fresh % rowByteCount
      if part > 0 {
        let target = base + (row + complete) * bytesPerRow + part
        let rest = try read(into: target, count: rowByteCount - part)
        done += rest
        if rest == rowByteCount - part { complete += 1 } else { break }
      }
      if complete > 0 { try body(row..<row + complete) }
      row += complete
    }
    return done
  }

  /// Passes over `count` bytes, or fewer at the end of the stream; returns how many.
  func skip(_ count: Int) throws(VideoError) -> Int {
    if let byteCount {
      let step = min(count, max(0, byteCount - position))
      position += step
      return step
    }
    let buffer = scratch ?? .allocate(byteCount: 256 << 10, alignment: 64)
    scratch = buffer
    guard let base = buffer.baseAddress else { return 0 }
    var done = 0
    while done < count {
      let got = try read(into: base, count: min(buffer.count, count - done))
      if got == 0 { break }
      done += got
    }
    return done
  }

  /// Whether a regular file goes on with the given bytes, which are not consumed.
  func starts(with magic: String) throws(VideoError) -> Bool {
    let start = position
    defer { rewind(to: start) }
    for expected in magic.utf8 {
      var byte: UInt8 = 0
      guard try read(into: &byte, count: 1) == 1, byte == expected else { return false }
    }
    return true
  }

  /// Goes back to an earlier position of a regular file.
  func rewind(to earlier: Int) {
    precondition(byteCount != nil && earlier <= position, "Only files can be rewound.")
    position = earlier
  }

  /// Reads up to and including a line feed, which is not returned.
  ///
  /// - Returns: The bytes before the line feed, or `nil` when there is none among the next
  ///   `limit` bytes.
  func readLine(limit: Int) throws(VideoError) -> [UInt8]? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < limit {
      guard try read(into: &byte, count: 1) == 1 else { return nil }
      if byte == UInt8(ascii: "\n") { return line }
      line.append(byte)
    }
    return nil
  }

  /// Accounts for the result of a system call: positive when to go on, 0 at the end.
  private func advance(_ result: Int) throws(VideoError) -> Int {
    if result >= 0 {
      position += result
      return result
    }
    switch errno {
    case EINTR: return 1
    case EAGAIN:
      // Someone made our standard input non-blocking: wait for more.
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&wait, 1, -1)
      return 1
    case let code: throw .readFailed(path: path, reason: systemMessage(code))
    }
  }
}

/// `read(2)`, whose name the method hides.
private func systemRead(_ file: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, target, count)
}

/// The system's words for an error number.
func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
