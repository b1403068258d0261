import Processor
import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The measurements of a session.
struct BenchReport: Encodable {
  /// The medians of one case, and the runs that they are of.
  struct Row: Encodable {
    /// One run of a program.
    struct Run: Encodable {
      let cpuSeconds: Double
      let wallSeconds: Double
      let peakBytes: Int
    }

    let work: String
    let video: String
    let isa: String
    let threads: Int
    let frames: Int
    /// The distorted videos of a ladder, else 1.
    let distorted: Int
    /// CPU time per frame and distorted video.
    let cpuMilliseconds: Double
    /// Frames per second on the clock, all distorted videos counted.
    let framesPerSecond: Double
    /// Peak resident memory.
    let peakMegabytes: Double
    /// The peer's, for one distorted video.
    let peerCpuMilliseconds: Double?
    let peerFramesPerSecond: Double?
    let peerPeakMegabytes: Double?
    /// How many times as fast as the peer, by CPU time.
    let cpuRatio: Double?
    /// How many times as fast as the peer, by the clock.
    let wallRatio: Double?
    let runs: [Run]
    let peerRuns: [Run]
  }

  let processor: String
  let cores: Int
  let rounds: Int
  let peer: String?
  let peerVersion: String?
  let rows: [Row]
  /// Sentences that belong to the table.
  let notes: [String]

  /// Measures all cases of a plan: in every round each case once, ours and the peer's in turn, so
  /// that whatever else the machine does weighs on all of them.
  ///
  /// - Parameters:
  ///   - program: The path of the running binary.
  ///   - peerVersion: What the peer says that it is.
  ///   - progress: Receives the runs done, the runs in all and the name of the case.
  init(
    _ plan: BenchPlan, program: String, peerVersion: String?, rounds: Int,
    progress: (Int, Int, String) -> Void
  ) throws {
    var done = 0
    let total = rounds * plan.cases.reduce(0) { $0 + ($1.peer == nil ? 1 : 2) }
    func measure(_ path: String, _ words: [String], _ name: String) throws -> Row.Run {
      let process = try MeasuredProcess.run(path, words)
      try Task.checkCancellation()
      guard process.status == 0 else {
        throw MeasuredProcessError.failed(
          ([path] + words).joined(separator: " "), process.status)
      }
      done += 1
      progress(done, total, name)
      return Row.Run(
        cpuSeconds: process.cpuSeconds, wallSeconds: process.wallSeconds,
        peakBytes: process.peakMemory)
    }
    var own = Array(repeating: [Row.Run](), count: plan.cases.count)
    var other = own
    for _ in 0..<rounds {
      for (index, item) in plan.cases.enumerated() {
        own[index].append(try measure(program, item.own, item.name))
        if let peer = plan.peer, let words = item.peer {
          other[index].append(try measure(peer.path, words, item.name))
        }
      }
    }
    rows = plan.cases.indices.map { Row(plan.cases[$0], own: own[$0], peer: other[$0]) }
    self.rounds = rounds
    self.peerVersion = peerVersion
    processor = Self.processorName()
    cores = Terminal.coreCount
    peer = plan.peer?.name
    notes = Self.notes(rows, peer: plan.peer)
  }

  private static func notes(_ rows: [Row], peer: BenchPeer?) -> [String] {
    var notes: [String] = []
    for row in rows where row.work == "score" && row.threads > 1 {
      let single = rows.first {
        $0.work == row.work && $0.video == row.video && $0.isa == row.isa && $0.threads == 1
      }
      guard let single else { continue }
      let gain = Figures.fixed(row.framesPerSecond / single.framesPerSecond, 2)
      notes.append("\(row.threads) threads are \(gain) times as fast as 1 by the clock.")
    }
    if let peer, peer.isFFmpeg {
      notes.append(
        "FFmpeg's filter costs about 1.17 of libvmaf's vmaf tool: divide the ratios by that.")
    } else if peer != nil {
      notes.append(
        "Unless told otherwise libvmaf also computes AIM, which the model does not use, and we do "
          + "not; the rows 'both with' and 'both without AIM' compare like with like, and so do "
          + "those of single features.")
    }
    return notes
  }

  private static func processorName() -> String {
    let text = try? String(contentsOf: URL(filePath: "/proc/cpuinfo"), encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix("model name") }
    guard let value = line?.split(separator: ":").last else { return "unknown processor" }
    return value.drop { $0 == " " }.description
  }
}

extension BenchReport.Row {
  /// The medians of a case's runs.
  init(_ item: BenchCase, own: [Run], peer: [Run]) {
    func median(_ runs: [Run], _ value: (Run) -> Double) -> Double? {
      let sorted = runs.map(value).sorted()
      guard !sorted.isEmpty else { return nil }
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    let results = Double(item.frames * item.videos)
    let cpu = (median(own) { $0.cpuSeconds } ?? 0) / results
    let wall = (median(own) { $0.wallSeconds } ?? 0) / results
    // The peer scores one distorted video at a time.
    let peerCPU = median(peer) { $0.cpuSeconds }.map { $0 / Double(item.frames) }
    let peerWall = median(peer) { $0.wallSeconds }.map { $0 / Double(item.frames) }
    work = item.name
    video = "\(item.format.width)x\(item.format.height) \(item.format.pixelFormat.bitDepth)-bit"
    isa = item.instructionSet.rawValue
    threads = item.threads
    frames = item.frames
    distorted = item.videos
    cpuMilliseconds = cpu * 1000
    framesPerSecond = 1 / wall
    peakMegabytes = (median(own) { Double($0.peakBytes) } ?? 0) / 1e6
    peerCpuMilliseconds = peerCPU.map { $0 * 1000 }
    peerFramesPerSecond = peerWall.map { 1 / $0 }
    peerPeakMegabytes = median(peer) { Double($0.peakBytes) }.map { $0 / 1e6 }
    cpuRatio = peerCPU.map { $0 / cpu }
    wallRatio = peerWall.map { $0 / wall }
    runs = own
    peerRuns = peer
  }
}
