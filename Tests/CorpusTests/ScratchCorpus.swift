import Corpus
import Foundation

/// A corpus in a temporary folder that goes away with the test.
final class ScratchCorpus {
  let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appending(path: "corpus-\(UUID().uuidString)")
    for folder in ["ref", "dis"] {
      try FileManager.default.createDirectory(
        at: root.appending(path: folder), withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  /// Netflix's public set, each file of `size` bytes that take no room on the disk.
  static func publicSet(size: Int = 0) throws -> ScratchCorpus {
    let corpus = try ScratchCorpus()
    for source in PublicSet.sources {
      try corpus.write("ref/\(source.reference).yuv", size: size)
      for stem in source.distorted { try corpus.write("dis/\(stem).yuv", size: size) }
    }
    return corpus
  }

  func path(_ relative: String) -> String { root.appending(path: relative).path }

  /// Makes a file of `size` zeros.
  func write(_ relative: String, size: Int) throws {
    let url = root.appending(path: relative)
    try Data().write(to: url)
    let handle = try FileHandle(forWritingTo: url)
    try handle.truncate(atOffset: UInt64(size))
    try handle.close()
  }

  func write(_ relative: String, text: String) throws {
    try Data(text.utf8).write(to: root.appending(path: relative))
  }

  func rename(_ old: String, to new: String) throws {
    try FileManager.default.moveItem(at: root.appending(path: old), to: root.appending(path: new))
  }

  func remove(_ relative: String) throws {
    try FileManager.default.removeItem(at: root.appending(path: relative))
  }

  func link(_ relative: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path(relative), withDestinationPath: target)
  }

  func scan(_ options: CorpusScan.Options = CorpusScan.Options()) throws -> CorpusScan {
    try CorpusScan(root: root.path, options: options)
  }
}
