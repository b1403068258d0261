import Processor
import VideoIO

/// Another program that computes VMAF.
struct BenchPeer {
  let path: String
  /// An ffmpeg with the libvmaf filter, whose instruction set cannot be chosen.
  let isFFmpeg: Bool

  init(path: String) {
    self.path = path
    isFFmpeg = (path.split(separator: "/").last ?? "").contains("ffmpeg")
  }
}

/// One thing to measure: our command, and the peer's for the same work.
struct BenchCase {
  let name: String
  let instructionSet: InstructionSet
  let threads: Int
  let frames: Int
  /// Results per frame: the distorted videos of a ladder.
  let videos: Int
  let own: [String]
  let peer: [String]?
}

/// The cases of a run and the programs that they run.
struct BenchPlan {
  let own: String
  let peer: BenchPeer?
  let format: VideoFormat
  let cases: [BenchCase]

  init(
    own: String, peer: BenchPeer?, reference: String, distorted: String, format: VideoFormat,
    frames: Int, ladder: Int, includesScalar: Bool, scratch: String
  ) {
    self.own = own
    self.peer = peer
    self.format = format
    let builder = Builder(
      peer: peer, reference: reference, distorted: distorted, format: format, scratch: scratch)
    var cases: [BenchCase] = []
    let best = InstructionSet.best
    for set in InstructionSet.supported.reversed() where set != .scalar || includesScalar {
      let count = set == .scalar ? max(frames / 8, 2) : frames
      cases.append(builder.make("whole", set: set, threads: 1, frames: count))
    }
    cases.append(builder.make("whole", set: best, threads: 2, frames: frames))
    for feature in ["vif", "adm", "motion"] {
      cases.append(builder.make(feature, set: best, threads: 1, frames: frames))
    }
    if ladder > 1 {
      cases.append(
        builder.make("ladder of \(ladder)", set: best, threads: 1, frames: frames, videos: ladder))
    }
    self.cases = cases
  }

  /// Writes the command lines.
  private struct Builder {
    let peer: BenchPeer?
    let reference: String
    let distorted: String
    let format: VideoFormat
    let scratch: String

    func make(
      _ name: String, set: InstructionSet, threads: Int, frames: Int, videos: Int = 1
    ) -> BenchCase {
      let feature = ["vif", "adm", "motion"].contains(name) ? name : nil
      return BenchCase(
        name: name, instructionSet: set, threads: threads, frames: frames, videos: videos,
        own: own(feature: feature, set: set, threads: threads, frames: frames, videos: videos),
        peer: peerArguments(feature: feature, set: set, threads: threads, frames: frames))
    }

    private var geometry: [String] {
      [
        "-w", "\(format.width)", "-h", "\(format.height)",
        "-p", format.pixelFormat.chroma.rawValue, "-b", "\(format.pixelFormat.bitDepth)",
      ]
    }

    private func own(
      feature: String?, set: InstructionSet, threads: Int, frames: Int, videos: Int
    ) -> [String] {
      var words = ["score", "-q", "-r", reference]
      for _ in 0..<videos { words += ["-d", distorted] }
      words += geometry + ["--isa", set.rawValue, "--threads", "\(threads)"]
      words += ["--frame_cnt", "\(frames)"]
      if let feature { words += ["-n", "--feature", feature] }
      return words
    }

    private func peerArguments(
      feature: String?, set: InstructionSet, threads: Int, frames: Int
    ) -> [String]? {
      guard let peer else { return nil }
      if peer.isFFmpeg { return filter(feature, set: set, threads: threads, frames: frames) }
      let masks: [InstructionSet: Int] = [.scalar: 255, .avx2: 16 + 32, .avx512: 0, .neon: 0]
      var words = ["-r", reference, "-d", distorted] + geometry
      words += ["-q", "--json", "-o", scratch + "/peer.json", "--threads", "\(threads)"]
      words += ["--cpumask", "\(masks[set] ?? 0)", "--frame_cnt", "\(frames)"]
      if let feature { words += ["-n", "--feature", feature] }
      return words
    }

    private func filter(
      _ feature: String?, set: InstructionSet, threads: Int, frames: Int
    ) -> [String]? {
      // The filter always predicts and always uses the best instruction set.
      guard feature == nil, set == .best else { return nil }
      var pixels = "yuv\(format.pixelFormat.chroma.rawValue)p"
      if format.pixelFormat.bitDepth > 8 { pixels += "\(format.pixelFormat.bitDepth)le" }
      let input = ["-f", "rawvideo", "-s", "\(format.width)x\(format.height)", "-pix_fmt", pixels]
      let graph = "[0:v][1:v]libvmaf=n_threads=\(threads)"
      return ["-v", "error", "-nostdin", "-threads", "1"] + input + ["-i", distorted] + input
        + ["-i", reference, "-frames:v", "\(frames)", "-lavfi", graph, "-f", "null", "-"]
    }
  }
}
