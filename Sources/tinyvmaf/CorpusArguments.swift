import ArgumentParser
import Corpus

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where a corpus is and how its raw files are laid out.
struct CorpusArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder of the corpus; TINYVMAF_DATA_ROOT or VMAF_DATA_ROOT when left out.",
      valueName: "folder"))
  var dataRoot: String?

  @OptionGroup(title: "Raw video") var raw: RawVideoArguments

  /// The folder of the corpus.
  func root() throws -> String {
    try DataRoot.resolve(
      option: dataRoot, environment: ProcessInfo.processInfo.environment)
  }

  /// Looks at every file; containers are probed unless only names count.
  func scan(namesOnly: Bool = false) throws -> CorpusScan {
    try CorpusScan(
      root: root(),
      options: CorpusScan.Options(namesOnly: namesOnly, rawFormat: raw.format()))
  }
}
