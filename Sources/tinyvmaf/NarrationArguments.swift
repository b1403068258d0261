import ArgumentParser
import Scoring

/// What a command says while it works; shared by every command that may take long.
struct NarrationArguments: ParsableArguments {
  /// How progress is shown on standard error.
  enum Progress: String, ExpressibleByArgument, CaseIterable {
    /// A line that is replaced; nothing where standard error is no terminal.
    case bar
    /// A JSON object per line, for programs.
    case json
    /// Nothing.
    case none
  }

  @Option(
    help: ArgumentHelp(
      "Progress on standard error: bar (the default on a terminal), json lines, or none.",
      valueName: "form"))
  var progress: Progress?

  @Flag(help: "Say how long each stage took.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "No progress, no notes.")
  var quiet = false

  /// A display of the progress of one stage.
  func display(_ label: String, unit: String) -> ProgressDisplay {
    ProgressDisplay(
      label, unit: unit, form: progress ?? (quiet ? .none : .bar), showsTime: verbose)
  }

  /// A display whose stage changes.
  func stages() -> StageDisplay { StageDisplay { display($0, unit: $1) } }

  /// Shows a note or a warning, unless there are to be none.
  func note(_ text: String) {
    if !quiet { Terminal.noteLine(text) }
  }

  /// Shows where the time of a scored run went, if that is wanted.
  func timings(_ timings: ScoreTimings, writing: Double, cpu: Double) {
    timing("opening", timings.opening)
    if timings.aligning > 0.001 { timing("aligning", timings.aligning, "before scoring") }
    timing("features", timings.features, "all frames, on all threads")
    timing("reading", timings.reading, "of that: files and decoders, in turns")
    timing("align check", timings.watching, "of that")
    timing("prediction", timings.prediction)
    timing("writing", writing)
    timing("processor", cpu, "of all threads, decoders not counted")
  }

  /// Shows how long something took.
  private func timing(_ label: String, _ seconds: Double, _ remark: String = "") {
    guard verbose else { return }
    let padding = String(repeating: " ", count: max(14 - label.count, 1))
    let figure = Figures.fixed(seconds, 3)
    let space = String(repeating: " ", count: max(9 - figure.count, 0))
    Terminal.noteLine(
      "time: \(label)\(padding)\(space)\(figure) s" + (remark.isEmpty ? "" : "  " + remark))
  }
}
