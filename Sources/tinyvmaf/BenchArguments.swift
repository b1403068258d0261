import Processor
import VideoIO

/// The command lines that do one thing to a pair of videos, ours and others'.
struct BenchArguments {
  let pair: BenchPair
  /// The folder for what the programs write.
  let scratch: String

  private var geometry: [String] {
    let pixels = pair.format.pixelFormat
    return [
      "-w", "\(pair.format.width)", "-h", "\(pair.format.height)", "-p", pixels.chroma.rawValue,
      "-b", "\(pixels.bitDepth)",
    ]
  }

  /// Our own words.
  func own(
    _ work: BenchCase.Work, set: InstructionSet, threads: Int, frames: Int, videos: Int
  ) -> [String] {
    var words = ["score", "-q", "-r", pair.reference]
    for _ in 0..<videos { words += ["-d", pair.distorted] }
    words += geometry + ["--isa", set.rawValue, "--threads", "\(threads)"]
    words += ["--frame_cnt", "\(frames)"]
    switch work {
    case .whole, .wholeWithoutAIM: break
    // The machine formats have libvmaf's columns, AIM among them.
    case .wholeWithAIM: words += ["--json", "-o", scratch + "/own.json"]
    case .feature(let name): words += ["-n", "--feature", name]
    }
    return words
  }

  /// The words of libvmaf's tool, which computes AIM unless told otherwise.
  func tool(
    _ work: BenchCase.Work, set: InstructionSet, threads: Int, frames: Int
  ) -> [String] {
    // libvmaf's masks name what not to use: 16 and 32 are AVX-512, 255 is all of them.
    let mask =
      switch set {
      case .scalar: 255
      case .avx2: 16 + 32
      case .avx512, .neon: 0
      }
    var words = ["-r", pair.reference, "-d", pair.distorted] + geometry
    words += ["-q", "--json", "-o", scratch + "/peer.json", "--threads", "\(threads)"]
    words += ["--cpumask", "\(mask)", "--frame_cnt", "\(frames)"]
    switch work {
    case .whole, .wholeWithAIM: break
    case .wholeWithoutAIM: words += ["-m", "version=vmaf_v0.6.1:adm.adm_skip_aim=true"]
    case .feature("adm"): words += ["-n", "--feature", "adm=adm_skip_aim=true"]
    case .feature(let name): words += ["-n", "--feature", name]
    }
    return words
  }

  /// The words of FFmpeg's filter.
  func filter(threads: Int, frames: Int) -> [String] {
    let format = pair.format
    var pixels = "yuv\(format.pixelFormat.chroma.rawValue)p"
    if format.pixelFormat.chroma == .yuv400 { pixels = "gray" }
    if format.pixelFormat.bitDepth > 8 { pixels += "\(format.pixelFormat.bitDepth)le" }
    let input = ["-f", "rawvideo", "-s", "\(format.width)x\(format.height)", "-pix_fmt", pixels]
    let graph = "[0:v][1:v]libvmaf=n_threads=\(threads)"
    return ["-v", "error", "-nostdin", "-threads", "1"] + input + ["-i", pair.distorted] + input
      + ["-i", pair.reference, "-lavfi", graph, "-frames:v", "\(frames)", "-f", "null", "-"]
  }
}
