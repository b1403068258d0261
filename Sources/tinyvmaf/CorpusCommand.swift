import ArgumentParser

/// `tinyvmaf corpus`: build, check and list corpora in the Netflix layout.
struct CorpusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus",
    abstract: "Build, check and list a corpus in the Netflix layout.",
    discussion: """
      A corpus is a folder with ref/ (<source>_<fps>fps.yuv) and dis/ \
      (<source>_<label>_<height>_<kbps>.yuv); .y4m, .mp4 and .mkv work too.
      """,
    subcommands: [CorpusCheckCommand.self, CorpusListCommand.self, CorpusMakeCommand.self])
}
