import ArgumentParser
import Corpus

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `tinyvmaf corpus list`: the pairs of a corpus.
struct CorpusListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the usable pairs of a corpus, one per line.",
    usage: "tinyvmaf corpus list [<options>]",
    discussion: """
      EXAMPLES:
        tinyvmaf corpus list --data-root corpus
        tinyvmaf corpus list --data-root corpus --json > pairs.jsonl
      """,
    helpNames: .long)

  @OptionGroup var corpus: CorpusArguments

  @Flag(help: "Write a pairs file, with absolute paths, for extract --pairs.")
  var json = false

  mutating func run() throws {
    let scan = try corpus.scan()
    let prefix = scan.root + "/"
    func short(_ path: String) -> String {
      path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }
    for pair in scan.usablePairs {
      if json {
        let folder = FileManager.default.currentDirectoryPath
        Terminal.out(try PairsFile.line(of: pair, relativeTo: folder) + "\n")
        continue
      }
      let format = pair.rawFormat.map { "  \($0)" } ?? ""
      Terminal.out("\(pair.source)  \(short(pair.reference))  \(short(pair.distorted))\(format)\n")
    }
    let left = scan.pairs.count - scan.usablePairs.count
    if left > 0 {
      Terminal.noteLine("\(left) damaged pairs left out; tinyvmaf corpus check names the reasons.")
    }
  }
}
