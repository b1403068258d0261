/// Why a corpus could not be found, read or made.
public enum CorpusError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Neither an option nor the environment names the corpus.
  case noDataRoot
  /// The folder is not there or is no folder.
  case rootNotFound(String)
  /// The `corpus.json` cannot be used.
  case manifest(path: String, reason: String)
  /// A pairs file cannot be used; `line` is 0 when the whole file is meant.
  case pairsFile(path: String, line: Int, reason: String)
  /// A ladder file cannot be used.
  case ladder(path: String, reason: String)
  /// A split of the sources is impossible.
  case split(String)
  /// A video to make a corpus from cannot be used.
  case input(path: String, reason: String)
  /// A file could not be read or written.
  case file(path: String, operation: String, reason: String)
  /// The programs that encode are missing or failed.
  case tool(name: String, reason: String)
  /// What is planned does not fit on the disk.
  case notEnoughSpace(path: String, needed: Int, free: Int)
  /// Another process is making a corpus in the same folder.
  case busy(String)

  /// One sentence that says what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .noDataRoot:
      "no corpus given: pass --data-root DIR or set TINYVMAF_DATA_ROOT (or VMAF_DATA_ROOT) to "
        + "the folder that holds ref/ and dis/"
    case .rootNotFound(let path):
      "\(path): no such folder; a corpus is a folder that holds ref/ and dis/"
    case .manifest(let path, let reason), .ladder(let path, let reason),
      .input(let path, let reason):
      "\(path): \(reason)"
    case .pairsFile(let path, let line, let reason):
      line > 0 ? "\(path), line \(line): \(reason)" : "\(path): \(reason)"
    case .split(let reason):
      reason
    case .file(let path, let operation, let reason):
      "\(path): cannot \(operation): \(reason)"
    case .tool(let name, let reason):
      "\(name): \(reason)"
    case .notEnoughSpace(let path, let needed, let free):
      "\(path): about \(byteText(needed)) are needed and \(byteText(free)) are free; use "
        + "fewer rungs or frames, keep the encodes only, or choose another disk"
    case .busy(let path):
      "\(path): another process is making a corpus here; wait for it or choose another folder"
    }
  }
}

/// A byte count for people: `1.5 GB`.
func byteText(_ count: Int) -> String {
  var value = Double(count)
  var units = ["B", "kB", "MB", "GB", "TB"][...]
  while value >= 999.5, units.count > 1 {
    value /= 1000
    units = units.dropFirst()
  }
  let tenths = Int((value * 10).rounded())
  let number =
    tenths % 10 == 0 || tenths >= 1000 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  return "\(number) \(units.first ?? "B")"
}
