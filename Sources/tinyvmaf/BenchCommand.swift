import ArgumentParser
import DurableFiles
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
    usage: "tinyvmaf bench [<videos> ...] [<options>]",
    discussion: """
      Every case is a process of its own, as a user would run it; in each round every case runs \
      once, the programs in turn, and medians of CPU time per frame are compared, so that load on \
      the machine weighs on all of them. Raw video is read, so decoding costs nothing. Without \
      videos a grainy synthetic pair is measured, 1920x1080 with 8 bits unless the options say \
      otherwise.

      EXAMPLES:
        tinyvmaf bench
        tinyvmaf bench --bitdepth 10 --rounds 7
        tinyvmaf bench --suite --peer /usr/bin/vmaf -o performance.md
        tinyvmaf bench ref.yuv dis.yuv -w 1920 -h 1080 -p 420 -b 8 --json
      """,
    helpNames: .long)

  @Argument(help: "A raw reference and a raw distorted video; synthetic ones when left out.")
  var videos: [String] = []

  @OptionGroup(title: "Raw video") var raw: RawVideoArguments

  @Option(help: "A vmaf binary, or an ffmpeg with the libvmaf filter.")
  var peer: String?

  @Flag(help: "Also measure 1920x1080 with 10 bits and 576x324.")
  var suite = false

  @Option(help: "How often each case is measured.")
  var rounds = 5

  @Option(help: "Frames per case; an eighth of them for scalar code.")
  var frames = 48

  @Option(help: "Distorted videos of the ladder case; 0 leaves it out.")
  var ladder = 6

  @Flag(help: "Leave out the slow scalar cases.")
  var skipScalar = false

  @Flag(help: "Write JSON, with every run, instead of a Markdown table.")
  var json = false

  @OptionGroup(title: "Messages") var narration: NarrationArguments

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write the report here.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Write the synthetic pair here and end.", visibility: .hidden))
  var clipFolder: String?

  func validate() throws {
    guard videos.isEmpty || videos.count == 2 else {
      throw ValidationError("Give a reference and a distorted video, or none.")
    }
    let isDescribed =
      raw.width != nil || raw.height != nil || raw.pixelFormat != nil || raw.bitdepth != nil
    guard !suite || (videos.isEmpty && !isDescribed) else {
      throw ValidationError("--suite has its own videos: give none, and no size or depth.")
    }
    guard rounds > 0, frames > 0, ladder >= 0 else {
      throw ValidationError("--rounds and --frames must be positive, --ladder not negative.")
    }
  }

  mutating func run() async throws {
    if let clipFolder {
      let folder = URL(filePath: clipFolder)
      try await BenchClip(folder: folder, format: clipFormat(), frameCount: frames).write()
      return
    }
    if let output { try AtomicFile.checkDestination(output) }
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "tinyvmaf-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }

    let peer = peer.map(BenchPeer.init)
    var plan = BenchPlan(
      peer: peer, ladder: ladder, includesScalar: !skipScalar, scratch: scratch.path)
    let pairs = try pairs(in: scratch)
    for (index, pair) in pairs.enumerated() { plan.add(pair, index == 0 ? .full : .brief) }
    let version = try peer?.check(BenchArguments(pair: pairs[0], scratch: scratch.path))

    let progress = narration.display("measuring", unit: "runs")
    defer { progress.finish() }
    let report = try BenchReport(
      plan, program: try Self.ownPath(), peerVersion: version, rounds: rounds
    ) { progress.update($0, of: $1, detail: $2) }
    progress.finish()
    let text = json ? try report.json() : report.markdown()
    if let output { try AtomicFile.write(text, to: output) } else { Terminal.out(text) }
  }

  /// What is measured: first the pair that is measured in full.
  private func pairs(in scratch: URL) throws -> [BenchPair] {
    if !videos.isEmpty {
      guard let format = try raw.format() else {
        throw ValidationError(
          "Raw videos need --width, --height, --pixel_format and --bitdepth.")
      }
      return [
        try BenchPair(reference: videos[0], distorted: videos[1], format: format, limit: frames)
      ]
    }
    var clips = [(try clipFormat(), frames)]
    if suite {
      let deep = PixelFormat(chroma: .yuv420, bitDepth: 10)
      clips.append((VideoFormat(width: 1920, height: 1080, pixelFormat: deep), frames))
      // Small frames take little time, so more of them are needed to measure it.
      let shallow = PixelFormat(chroma: .yuv420, bitDepth: 8)
      clips.append((VideoFormat(width: 576, height: 324, pixelFormat: shallow), frames * 5))
    }
    return try clips.map { format, count in
      try makeClip(
        BenchClip(
          folder: scratch.appending(path: "\(format)"), format: format, frameCount: count))
    }
  }

  /// The format of the synthetic pair.
  private func clipFormat() throws -> VideoFormat {
    var raw = raw
    (raw.width, raw.height) = (raw.width ?? 1920, raw.height ?? 1080)
    (raw.pixelFormat, raw.bitdepth) = (raw.pixelFormat ?? "420", raw.bitdepth ?? 8)
    guard let format = try raw.format(), format.pixelFormat.chroma == .yuv420 else {
      throw ValidationError("The synthetic pair has --pixel_format 420.")
    }
    return format
  }

  /// Has a child process write a clip: Linux counts the memory of this process, as large as it
  /// ever was, as a floor of what its later children took.
  private func makeClip(_ clip: BenchClip) throws -> BenchPair {
    let format = clip.format
    let words = [
      "bench", "--clip-folder", clip.folder.path, "-w", "\(format.width)", "-h",
      "\(format.height)", "-p", format.pixelFormat.chroma.rawValue, "-b",
      "\(format.pixelFormat.bitDepth)", "--frames", "\(clip.frameCount)",
    ]
    let process = try MeasuredProcess.run(try Self.ownPath(), words)
    try Task.checkCancellation()
    guard process.status == 0 else {
      throw Failure.Message(
        text: "the synthetic pair cannot be written to \(clip.folder.path): is the disk full?",
        code: .failure)
    }
    return clip.pair
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
