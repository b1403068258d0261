#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The lines of a pipe, read by blocking, none longer than a limit.
struct LineReader {
  /// What comes next.
  enum Line: Equatable {
    /// A line without its end.
    case line([UInt8])
    /// A line that was too long, of which nothing is kept.
    case tooLong
    /// Nothing more.
    case end
  }

  private let descriptor: Int32
  private let limit: Int
  private var chunk: ArraySlice<UInt8> = []
  private var buffer: [UInt8]

  init(descriptor: Int32, limit: Int) {
    self.descriptor = descriptor
    self.limit = limit
    buffer = [UInt8](repeating: 0, count: 64 << 10)
  }

  /// Reads a line; the last one may lack its end.
  mutating func next() -> Line {
    var line: [UInt8] = []
    var isTooLong = false
    while true {
      if chunk.isEmpty {
        let count = fill()
        guard count > 0 else {
          if isTooLong { return .tooLong }
          return line.isEmpty ? .end : .line(line)
        }
        chunk = buffer[0..<count]
      }
      let end = chunk.firstIndex(of: UInt8(ascii: "\n"))
      let part = chunk[chunk.startIndex..<(end ?? chunk.endIndex)]
      chunk = end.map { chunk[($0 + 1)...] } ?? []
      isTooLong = isTooLong || line.count + part.count > limit
      if isTooLong { line = [] } else { line += part }
      guard end != nil else { continue }
      return isTooLong ? .tooLong : .line(line)
    }
  }

  private mutating func fill() -> Int {
    while true {
      let count = buffer.withUnsafeMutableBytes { bytes in
        systemRead(descriptor, bytes.baseAddress, bytes.count)
      }
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&wait, 1, -1)
      default: return 0
      }
    }
  }
}

/// `read(2)`, whose name the method hides.
private func systemRead(_ file: Int32, _ target: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(file, target, count)
}
