import Alignment
import ArgumentParser
import Reports
import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `tinyvmaf align`: how distorted videos belong to their reference.
struct AlignCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "align",
    abstract: "Find the offset, dropped and repeated frames, and black bars of a video.",
    discussion: """
      Frames are recognised by small pictures of their luma. The offset is looked for within 120 \
      frames; nothing is changed: give --align auto to score, or the skips that are shown.

      EXAMPLES:
        tinyvmaf align reference.mp4 encode.mkv
        tinyvmaf align ref.yuv dis.yuv -w 1920 -h 1080 -p 420 -b 8 --json
      """,
    helpNames: .long)

  @Argument(help: "The reference.") var reference: String

  @Argument(help: "One or several distorted videos.") var distorted: [String]

  @OptionGroup(title: "Raw video") var raw: RawVideoArguments

  @Option(
    help: ArgumentHelp(
      "Scale distorted videos of another size to the reference's.", valueName: "filter"))
  var scale: VideoScale.Filter?

  @Option(
    name: .customLong("frame_cnt"),
    help: ArgumentHelp("Stop after this many frames; 0 is all.", valueName: "frames"))
  var frameCount = "0"

  @Flag(help: "Print JSON.") var json = false

  @OptionGroup(title: "Messages") var narration: NarrationArguments

  mutating func run() async throws {
    var options = VideoInputOptions(rawFormat: try raw.format())
    let reference = try openVideo(path: reference, options: options)
    let format = reference.source.format
    options.scale = scale.map {
      VideoScale(width: format.width, height: format.height, filter: $0)
    }
    let distorted = try distorted.map { try openVideo(path: $0, options: options) }
    let preflight = Preflight.findings(
      reference: reference.probe, distorted: distorted.map(\.probe), scale: options.scale)
    // Another bit depth or chroma does not matter here; another size does.
    try preflight.filter { $0.topic == .size }.throwRefusal()

    let limit = try cNumber(frameCount, option: "--frame_cnt")
    let display = narration.display("aligning", unit: "frames")
    let total = reference.source.frameCount
    let sources = ([reference] + distorted).map(\.source)
    let alignments = try await withTaskCancellationHandler {
      try align(
        reference: sources[0], distorted: Array(sources.dropFirst()),
        frameLimit: limit > 0 ? limit : nil
      ) { display.update($0, of: total) }
    } onCancel: { [interrupts = sources.map(\.interrupt)] in
      for interrupt in interrupts { interrupt() }
    }
    display.finish()
    Terminal.out(json ? try jsonText(alignments) : text(alignments))
  }

  private func text(_ alignments: [VideoAlignment]) -> String {
    let texts = zip(distorted, alignments).map { path, alignment in
      AlignmentSummary(reference: reference, distorted: path, alignment: alignment).text
    }
    return texts.joined(separator: "\n")
  }

  private func jsonText(_ alignments: [VideoAlignment]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let results = zip(distorted, alignments).map { path, alignment in
      Result(
        reference: reference, distorted: path, time: alignment.time, picture: alignment.picture,
        findings: alignment.findings(reference: reference, distorted: path))
    }
    return String(decoding: try encoder.encode(results), as: UTF8.self) + "\n"
  }

  /// One distorted video in the JSON.
  private struct Result: Encodable {
    let reference: String
    let distorted: String
    let time: TemporalAlignment
    let picture: PictureAlignment?
    let findings: [String]
  }
}

/// What a person sees of an alignment.
private struct AlignmentSummary {
  let reference: String
  let distorted: String
  let alignment: VideoAlignment

  var text: String {
    let time = alignment.time
    var rows = [("distorted", distorted), ("reference", reference)]
    rows.append(("offset", "\(time.offset) frames" + (time.offset == 0 ? "" : ": " + skips)))
    rows.append(("confidence", confidence))
    rows += time.events.prefix(20).enumerated().map { index, event in
      (
        index == 0 ? "events" : "",
        "\(event.count == 1 ? "1 frame" : "\(event.count) frames") \(event.kind.rawValue) "
          + "at frame \(event.frame)"
      )
    }
    if time.events.count > 20 { rows.append(("", "and \(time.events.count - 20) more")) }
    if time.events.isEmpty { rows.append(("events", "no dropped or repeated frame found")) }
    if let picture { rows.append(("picture", picture)) }
    return rows.map { label, text in
      label + String(repeating: " ", count: 12 - label.count) + text + "\n"
    }.joined()
  }

  /// What to give to `score`.
  private var skips: String {
    let offset = alignment.time.offset
    return offset > 0
      ? "score with --frame_skip_ref \(offset)" : "score with --frame_skip_dist \(-offset)"
  }

  private var confidence: String {
    guard let correlation = alignment.time.correlation else {
      return "none: the pictures hardly change, or do not match"
    }
    return "\(Figures.fixed(alignment.time.confidence, 2)), changes correlate by "
      + Figures.fixed(correlation, 3)
  }

  private var picture: String? {
    guard let picture = alignment.picture else { return nil }
    if picture.hasOtherBars {
      return "\(picture.distorted) inside black bars, the reference's \(picture.reference)"
    }
    let move = picture.displacement
    if alignment.time.offset == 0, move.right != 0 || move.down != 0 {
      return "displaced by \(move.right) to the right and \(move.down) down"
    }
    return "\(picture.distorted), no other bars than the reference's"
  }
}
