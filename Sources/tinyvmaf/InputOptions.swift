import ArgumentParser
import Processor
import VideoIO

/// How raw video is laid out; shared by every command that opens videos.
struct RawVideoArguments: ParsableArguments {
  @Option(
    name: [.customShort("w", allowingJoined: true), .long],
    help: "Width of raw video; needs the other three as well.")
  var width: Int?

  @Option(
    name: [.customShort("h", allowingJoined: true), .long],
    help: "Height of raw video.")
  var height: Int?

  @Option(
    name: [.customShort("p", allowingJoined: true), .customLong("pixel_format")],
    help: ArgumentHelp("Chroma of raw video: 400, 420, 422 or 444.", valueName: "chroma"))
  var pixelFormat: String?

  @Option(
    name: [.customShort("b", allowingJoined: true), .long],
    help: ArgumentHelp("Bits per sample of raw video: 8, 10, 12, 14 or 16.", valueName: "bits"))
  var bitdepth: Int?

  /// The format, or `nil` when none of the options is given.
  ///
  /// - Throws: `ValidationError` when some are missing or out of range.
  func format() throws -> VideoFormat? {
    guard width != nil || height != nil || pixelFormat != nil || bitdepth != nil else {
      return nil
    }
    let missing = [
      ("--width", width == nil), ("--height", height == nil),
      ("--pixel_format", pixelFormat == nil), ("--bitdepth", bitdepth == nil),
    ].filter(\.1).map(\.0)
    guard let width, let height, let pixelFormat, let bitdepth else {
      throw ValidationError("Raw video also needs \(missing.joined(separator: ", ")).")
    }
    guard let chroma = ChromaSubsampling(rawValue: pixelFormat) else {
      throw ValidationError("--pixel_format must be 400, 420, 422 or 444, not \(pixelFormat).")
    }
    guard [8, 10, 12, 14, 16].contains(bitdepth) else {
      throw ValidationError("--bitdepth must be 8, 10, 12, 14 or 16, not \(bitdepth).")
    }
    guard width > 0, height > 0 else {
      throw ValidationError("--width and --height must be positive.")
    }
    return VideoFormat(
      width: width, height: height,
      pixelFormat: PixelFormat(chroma: chroma, bitDepth: bitdepth))
  }
}

/// How much of the machine to use; shared by every command that computes features.
struct ComputeArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads to use; 0 is all cores. The result never depends on it.", valueName: "count"))
  var threads = "0"

  @Option(
    help: ArgumentHelp(
      "Instruction set: scalar, avx2, avx512 or neon; the best one by default.",
      valueName: "set"))
  var isa: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "libvmaf's mask of instruction sets not to use; 48 leaves AVX2, 56 leaves scalar code.",
      valueName: "bits"))
  var cpumask: String?

  /// The number of threads, at least 1.
  func threadCount() throws -> Int {
    let count = try cNumber(threads, option: "--threads")
    guard (0...1024).contains(count) else {
      throw ValidationError("--threads must be 0 to 1024, not \(threads).")
    }
    return count == 0 ? Terminal.coreCount : count
  }

  /// The instruction set that was asked for, else the best one.
  func instructionSet() throws -> InstructionSet {
    if let cpumask, isa == nil {
      // libvmaf's users write -1 for everything.
      let mask = cpumask == "-1" ? -1 : try cNumber(cpumask, option: "--cpumask")
      if mask & 8 != 0, InstructionSet.best != .neon { return .scalar }
      if mask & 1 != 0, InstructionSet.best == .neon { return .scalar }
      if mask & (16 | 32) != 0, InstructionSet.avx2.isSupported { return .avx2 }
    }
    return try InstructionSet.select(isa)
  }
}

/// Refuses counts below what makes sense.
///
/// - Throws: `ValidationError` that names the option.
func require(_ counts: [(option: String, value: Int?)], atLeast least: Int) throws {
  for (option, value) in counts {
    guard let value, value < least else { continue }
    throw ValidationError("\(option) must be at least \(least), not \(value).")
  }
}

/// Reads a number as C does: decimal, or hexadecimal after `0x`; not negative.
func cNumber(_ text: String, option: String) throws -> Int {
  let number =
    text.lowercased().hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
  guard let number, number >= 0 else {
    throw ValidationError("\(option) must be a whole number from 0 on, not \(text).")
  }
  return number
}
