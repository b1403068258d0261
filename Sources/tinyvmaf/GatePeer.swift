import ArgumentParser
import Processor
import Scoring
import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// libvmaf's `vmaf` tool, or an ffmpeg with its filter, as a lane of the parity gate.
struct GatePeer: ParityPeer {
  private let program: BenchPeer

  init(path: String) { program = BenchPeer(path: path) }

  var name: String { program.name }
  /// The tool can be told to leave its vector code out, the filter cannot.
  var isScalar: Bool { !program.isFFmpeg }
  var decimals: Int { 6 }

  func values(
    reference: String, distorted: String, format: VideoFormat, frameCount: Int
  ) async throws -> [String: [Double]] {
    let scratch = URL(filePath: reference).deletingLastPathComponent().path
    let arguments = BenchArguments(
      pair: BenchPair(
        reference: reference, distorted: distorted, format: format, frameCount: frameCount),
      scratch: scratch)
    let results = scratch + "/peer.json"
    let words =
      program.isFFmpeg
      ? arguments.filter(threads: 1, frames: frameCount).map { word in
        word.contains("libvmaf=") ? "\(word):log_path=\(results):log_fmt=json" : word
      }
      : arguments.tool(.whole, set: .scalar, threads: 1, frames: frameCount)
    let log = scratch + "/peer.log"
    try? FileManager.default.removeItem(atPath: results)
    let process = try MeasuredProcess.run(program.path, words, errorLog: log)
    try Task.checkCancellation()
    guard process.status == 0, let text = try? Data(contentsOf: URL(filePath: results)),
      let parsed = try? JSONDecoder().decode(Results.self, from: text)
    else {
      let said = try? String(contentsOf: URL(filePath: log), encoding: .utf8)
      let first = said?.split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
      throw Failure.Message(
        text: "the peer \(program.path) gave no values of \(format)\(first)", code: .failure)
    }
    var columns: [String: [Double]] = [:]
    for frame in parsed.frames {
      for (name, value) in frame.metrics { columns[name, default: []].append(value) }
    }
    return columns
  }

  /// The part of libvmaf's JSON that is compared.
  private struct Results: Decodable {
    struct Frame: Decodable {
      var metrics: [String: Double]
    }
    var frames: [Frame]
  }
}
