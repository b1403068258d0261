import ArgumentParser
import Corpus
import VideoIO

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
  func scan(namesOnly: Bool = false) async throws -> CorpusScan {
    var options = CorpusScan.Options(namesOnly: namesOnly, rawFormat: try raw.format())
    options.probe = { path in
      let video = try openVideo(path: path)
      return ProbedVideo(
        format: video.source.format, frameCount: video.source.frameCount,
        frameRate: video.source.frameRate)
    }
    return try await CorpusScan(root: try root(), options: options)
  }
}
