public import ArgumentParser
public import Scoring

/// What `score` does about videos that are not in step.
struct AlignmentArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Look for an offset, dropped and repeated frames and black bars: check warns, auto also \
      leaves out frames at the start.
      """, valueName: "mode"))
  var align: AlignmentMode = .check
}

extension AlignmentMode: ExpressibleByArgument {}
