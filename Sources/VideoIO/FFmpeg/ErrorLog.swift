#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The standard error of a child, in a file without a name that vanishes with the process.
///
/// A file never fills up like a pipe that nobody drains, so the child cannot block on it.
final class ErrorLog: Sendable {
  let descriptor: Int32

  init(path: String) throws(VideoError) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array("\(folder)/tinyvmaf-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else {
      throw .readFailed(
        path: path, reason: "no temporary file in \(folder): \(systemMessage(errno))")
    }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// The end of what the child wrote, line by line, without control characters and final stops.
  var lines: [String] {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    let tail = min(max(size, 0), 16 << 10)
    let bytes = [UInt8](unsafeUninitializedCapacity: tail) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, tail, off_t(size - tail)))
    }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
      var text = String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 })
      while text.last == "." || text.last == " " { text.removeLast() }
      return String(text)
    }
  }

  /// The line that tells best why FFmpeg failed: the last one that is no mere consequence.
  ///
  /// - Parameter path: The file, which our messages name anyway.
  func reason(path: String) -> String? {
    let lines = lines.map { line in
      var text = line[...]
      // FFmpeg's parts sign their lines: "[h264 @ 0x55c8…] …".
      while text.first == "[", let end = text.firstIndex(of: "]") {
        text = text[text.index(after: end)...].drop { $0 == " " }
      }
      let prefix = "file:\(path): "
      return String(text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text)
    }
    if lines.contains(where: { $0.contains("yuv4mpeg can only handle") }) {
      return "its pixel format is not planar YUV"
    }
    if lines.contains(where: { $0.hasPrefix("Format not on whitelist") }) {
      return "its container is not among those that may be opened, since it can name other files"
    }
    let reason = lines.last { line in
      !line.isEmpty && !Self.consequences.contains { line.hasPrefix($0) }
    }
    return (reason ?? lines.last).map { String($0.prefix(300)) }
  }

  /// How the lines begin that follow from an earlier one.
  private static let consequences = [
    "Terminating thread", "Task finished", "Error sending frames", "Nothing was written",
    "Error initializing output", "Could not write header", "Conversion failed",
    "Error writing trailer", "Error closing file", "av_interleaved_write_frame",
    "Error submitting packet", "Error processing packet",
  ]
}
