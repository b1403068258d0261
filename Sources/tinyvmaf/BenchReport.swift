import Processor
import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The measurements of a bench run.
struct BenchReport: Encodable {
  /// The medians of one case.
  struct Row: Encodable {
    let name: String
    let isa: String
    let threads: Int
    /// CPU milliseconds per frame and distorted video.
    let cpu: Double
    /// Frames per second of wall time, all distorted videos counted.
    let fps: Double
    /// Peak resident memory in megabytes.
    let memory: Double
    /// The peer's CPU milliseconds per frame and distorted video.
    let peerCPU: Double?
    /// How many times as fast as the peer, by CPU time.
    let ratio: Double?
    /// How many times as fast as the peer, by the clock.
    let wallRatio: Double?
    /// The peer's peak resident memory in megabytes.
    let peerMemory: Double?
  }

  let processor: String
  let width: Int
  let height: Int
  let bitDepth: Int
  let rounds: Int
  let peer: String?
  let rows: [Row]

  /// Measures all cases of a plan, the two programs in turn.
  ///
  /// - Parameter progress: Receives the runs done, the runs in all and the name of the case.
  init(_ plan: BenchPlan, rounds: Int, progress: (Int, Int, String) -> Void) throws {
    var done = 0
    let total = rounds * plan.cases.reduce(0) { $0 + ($1.peer == nil ? 1 : 2) }
    func measure(_ path: String, _ words: [String], _ name: String) throws -> MeasuredProcess {
      let process = try MeasuredProcess.run(path, words)
      guard process.status == 0 else {
        throw MeasuredProcessError.failed(
          ([path] + words).joined(separator: " "), process.status)
      }
      done += 1
      progress(done, total, name)
      return process
    }
    var rows: [Row] = []
    for item in plan.cases {
      var own: [MeasuredProcess] = []
      var other: [MeasuredProcess] = []
      for _ in 0..<rounds {
        own.append(try measure(plan.own, item.own, item.name))
        if let peer = plan.peer, let words = item.peer {
          other.append(try measure(peer.path, words, item.name))
        }
      }
      rows.append(Self.row(item, own: own, other: other))
    }
    self.rows = rows
    self.rounds = rounds
    processor = Self.processorName()
    width = plan.format.width
    height = plan.format.height
    bitDepth = plan.format.pixelFormat.bitDepth
    peer = plan.peer?.path
  }

  private static func row(
    _ item: BenchCase, own: [MeasuredProcess], other: [MeasuredProcess]
  ) -> Row {
    let frames = Double(item.frames * item.videos)
    let cpu = median(own.map(\.cpuSeconds)) / frames * 1000
    let wall = median(own.map(\.wallSeconds)) / frames
    // The peer scores one distorted video at a time.
    let peerFrames = Double(item.frames)
    let peerCPU =
      other.isEmpty ? nil : median(other.map(\.cpuSeconds)) / peerFrames * 1000
    let peerWall = other.isEmpty ? nil : median(other.map(\.wallSeconds)) / peerFrames
    return Row(
      name: item.name, isa: item.instructionSet.rawValue, threads: item.threads, cpu: cpu,
      fps: 1 / wall, memory: median(own.map { Double($0.peakMemory) }) / 1e6, peerCPU: peerCPU,
      ratio: peerCPU.map { $0 / cpu }, wallRatio: peerWall.map { $0 / wall },
      peerMemory: other.isEmpty ? nil : median(other.map { Double($0.peakMemory) }) / 1e6)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  private static func processorName() -> String {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
      return "unknown processor"
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    guard let value = line?.split(separator: ":").last else { return "unknown processor" }
    return value.drop { $0 == " " }.description
  }
}

extension BenchReport {
  /// The report as one JSON object.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// The report as a Markdown table, which also reads well on a terminal.
  func markdown() -> String {
    var lines = [
      "\(width)x\(height), \(bitDepth) bits, \(processor); medians of \(rounds) rounds."
    ]
    if let peer { lines.append("Peer: \(peer.split(separator: "/").last ?? "").") }
    var table = [["work", "isa", "threads", "CPU ms/frame", "frames/s", "MB"]]
    if peer != nil { table[0] += ["peer CPU ms", "peer MB", "CPU ratio", "wall ratio"] }
    for row in rows {
      var cells = [row.name, row.isa, "\(row.threads)"]
      cells += [Self.text(row.cpu, 2), Self.text(row.fps, 1), Self.text(row.memory, 0)]
      if peer != nil {
        cells += [
          Self.text(row.peerCPU, 2), Self.text(row.peerMemory, 0), Self.text(row.ratio, 2),
          Self.text(row.wallRatio, 2),
        ]
      }
      table.append(cells)
    }
    let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < 2 ? cell + space : space + cell
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule = widths.enumerated().map { column, width in
      column < 2
        ? String(repeating: "-", count: width) : String(repeating: "-", count: width - 1) + ":"
    }
    lines.append("")
    lines.append(line(table[0]))
    lines.append("| " + rule.joined(separator: " | ") + " |")
    lines += table.dropFirst().map(line)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(_ value: Double?, _ digits: Int) -> String {
    value.map { Figures.fixed($0, digits) } ?? "–"
  }
}
