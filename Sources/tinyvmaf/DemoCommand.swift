import ArgumentParser
import DurableFiles
import Evaluation
import Reports
import Scoring

/// `tinyvmaf demo`: the whole way on an embedded synthetic corpus.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "The whole way on an embedded synthetic corpus, in about a minute.",
    usage: "tinyvmaf demo [<options>]",
    discussion: """
      Makes a small corpus of procedural scenes, extracts features and VMAF scores, trains 2x64 \
      students, evaluates them with one scene left out at a time, and shows teacher and student \
      side by side on a scene that the student never saw. Needs no video and no other program.
      """,
    helpNames: .long)

  @Option(name: .shortAndLong, help: ArgumentHelp("Where to write.", valueName: "folder"))
  var output = "runs/demo"

  @OptionGroup(title: "Machine") var compute: ComputeArguments

  @OptionGroup(title: "Messages") var narration: NarrationArguments

  mutating func run() async throws {
    let watch = Stopwatch.wall
    let demo = Demo(
      folder: output, threads: try compute.threadCount(), toolVersion: Tinyvmaf.version)
    let display = narration.stages()
    let result = try await demo.run { stage, done, total in
      display.update(stage.rawValue, done, total, unit: stage == .train ? "steps" : "parts")
    }
    display.finish()

    let json = "\(output)/evaluation.json"
    try AtomicFile.write(try result.evaluation.json(), to: json)
    let markdown = "\(output)/evaluation.md"
    try AtomicFile.write(result.evaluation.markdown(), to: markdown)
    Terminal.out(text(of: result, seconds: watch.seconds))
    Terminal.out("\nWritten:\n")
    let files = result.files + [(json, "the evaluation"), (markdown, "the same to read")]
    let width = files.map(\.path.count).max() ?? 0
    for file in files {
      let space = String(repeating: " ", count: width - file.path.count)
      Terminal.out("  \(file.path)\(space)  \(file.what)\n")
    }
  }

  private func text(of result: Demo.Result, seconds: Double) -> String {
    let overall = result.evaluation.overall
    var text =
      "\(result.pairCount) pairs, \(result.frameCount) frames, done in "
      + "\(Figures.fixed(seconds, 1)) s\n\n"
    text += "Leave one source out, all \(overall.rows) frames, student against vmaf_v0.6.1:\n"
    text += "  PLCC \(overall.plcc.map { Figures.fixed($0, 6) } ?? "-")"
    text += "  SROCC \(overall.srocc.map { Figures.fixed($0, 6) } ?? "-")"
    text += "  RMSE \(Figures.fixed(overall.rmse, 4))"
    text += "  max error \(Figures.fixed(overall.maxError, 4))\n\n"
    let table = TextTable(
      title: "\(result.heldOutSource), which the student never saw",
      header: ["distorted video", "vmaf_v0.6.1", "student", "max error"],
      rows: result.clips.map { clip in
        [
          clip.name, Figures.fixed(clip.teacher, 4), Figures.fixed(clip.student, 4),
          Figures.fixed(clip.maxError, 4),
        ]
      })
    return text + Figures.text(table)
  }
}
