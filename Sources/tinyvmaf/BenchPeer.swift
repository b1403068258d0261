import ArgumentParser
import Processor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Another program that computes VMAF: libvmaf's `vmaf` tool, or an ffmpeg with its filter.
struct BenchPeer {
  let path: String
  /// Whether it is an ffmpeg, whose filter always predicts with the best instruction set.
  let isFFmpeg: Bool

  init(path: String) {
    self.path = path
    isFFmpeg = (path.split(separator: "/").last ?? "").contains("ffmpeg")
  }

  /// What tables call it.
  var name: String { isFFmpeg ? "FFmpeg's libvmaf filter" : "vmaf" }

  /// Scores two frames, so that a program that cannot do the work is found out before the session.
  ///
  /// - Returns: The version that its results state, if they do.
  /// - Throws: `Failure.Message` with the first line that the program wrote.
  func check(_ arguments: BenchArguments) throws -> String? {
    let results = arguments.scratch + "/peer.json"
    let log = arguments.scratch + "/peer.log"
    try? FileManager.default.removeItem(atPath: results)
    let words =
      isFFmpeg
      ? arguments.filter(threads: 1, frames: 2)
      : arguments.tool(.whole, set: .best, threads: 1, frames: 2)
    let process = try MeasuredProcess.run(path, words, errorLog: log)
    let text = try? String(contentsOf: URL(filePath: results), encoding: .utf8)
    if process.status == 0, isFFmpeg || text?.contains("\"vmaf\"") == true {
      guard let found = text?.firstRange(of: "\"version\": \"") else { return nil }
      return text?[found.upperBound...].prefix { $0 != "\"" }.description
    }
    let reason = process.status == 0 ? "wrote no scores" : "ended with status \(process.status)"
    let said = try? String(contentsOf: URL(filePath: log), encoding: .utf8)
    let first = said?.split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
    throw Failure.Message(
      text: "the peer \(path) cannot score raw video: it \(reason)\(first)", code: .failure)
  }
}
