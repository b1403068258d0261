import ArgumentParser
import Corpus
import Processor
import Scoring
import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `tinyvmaf bench`: this machine's speed, beside a peer's if one is given.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure this machine's speed, per feature and whole, against a peer if given.",
    discussion: """
      Every case is a process of its own, as a user would run it; the programs take turns, and \
      medians of CPU time per frame are compared, so that load on the machine weighs on all of \
      them. Raw video is read, so decoding costs nothing.

      EXAMPLES:
        tinyvmaf bench
        tinyvmaf bench --peer /usr/bin/vmaf --rounds 7
        tinyvmaf bench ref.yuv dis.yuv -w 1920 -h 1080 -p 420 -b 8 --peer vmaf --json
      """,
    helpNames: .long)

  @Argument(help: "A raw reference and a raw distorted video; synthetic ones when left out.")
  var videos: [String] = []

  @OptionGroup(title: "Raw video") var raw: RawVideoArguments

  @Option(help: "A vmaf binary, or an ffmpeg with the libvmaf filter.")
  var peer: String?

  @Option(help: "How often each case is measured.")
  var rounds = 5

  @Option(help: "Frames per case; fewer for scalar code.")
  var frames = 48

  @Option(help: "Distorted videos of the ladder case; 0 leaves it out.")
  var ladder = 6

  @Flag(help: "Leave out the slow scalar cases.")
  var skipScalar = false

  @Flag(help: "Write JSON instead of a table.")
  var json = false

  mutating func run() async throws {
    guard videos.isEmpty || videos.count == 2 else {
      throw ValidationError("Give a reference and a distorted video, or none.")
    }
    guard rounds > 0, frames > 0, ladder >= 0 else {
      throw ValidationError("--rounds and --frames must be positive.")
    }
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "tinyvmaf-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }

    let format =
      try raw.format()
      ?? VideoFormat(
        width: 1920, height: 1080, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: 8))
    if videos.isEmpty {
      videos = try await BenchClip.write(format: format, frameCount: 24, to: scratch)
    }
    let plan = BenchPlan(
      own: try Self.ownPath(), peer: peer.map(BenchPeer.init), reference: videos[0],
      distorted: videos[1], format: format, frames: frames, ladder: ladder,
      includesScalar: !skipScalar, scratch: scratch.path)
    let progress = ProgressDisplay("measuring", unit: "runs")
    let report = try BenchReport(plan, rounds: rounds) { progress.update($0, of: $1, detail: $2) }
    progress.finish()
    Terminal.out(json ? try report.json() : report.markdown())
  }

  /// The path of the running binary.
  private static func ownPath() throws -> String {
    #if os(Linux)
      return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    #else
      return CommandLine.arguments[0]
    #endif
  }
}
