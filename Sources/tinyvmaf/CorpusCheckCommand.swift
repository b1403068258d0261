import ArgumentParser
import Corpus

/// `tinyvmaf corpus check`: what is missing, extra, misnamed or damaged.
struct CorpusCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Verify names, pairing, sizes and lengths; exit code 65 when an error is found.",
    usage: "tinyvmaf corpus check [<options>]",
    discussion: """
      EXAMPLES:
        tinyvmaf corpus check --data-root /data/netflix --public-set
        tinyvmaf corpus check --data-root corpus -w 1920 -h 1080 -p 420 -b 8
      """,
    helpNames: .long)

  @OptionGroup var corpus: CorpusArguments

  @Flag(help: "Compare with Netflix's public set: 9 references, 70 distorted videos.")
  var publicSet = false

  @Flag(help: "Check names and pairing alone; the files may be empty.")
  var namesOnly = false

  @Flag(name: .shortAndLong, help: "Only errors and the result.")
  var quiet = false

  mutating func run() throws {
    let scan = try corpus.scan(namesOnly: namesOnly)
    for issue in scan.issues where !quiet || issue.severity == .error {
      Terminal.out("\(issue.severity): \(issue)\n")
    }
    var isSound = !scan.hasErrors
    if publicSet {
      let report = PublicSetReport(scan)
      print(report)
      isSound = isSound && report.isComplete
    }
    let sources = Set(scan.distorted.map(\.name.source)).union(scan.sources)
    Terminal.out(
      "\(scan.references.count) references, \(scan.distorted.count) distorted videos, "
        + "\(sources.count) sources, \(scan.usablePairs.count) usable pairs: "
        + (isSound ? "sound\n" : "not sound\n"))
    if !isSound { throw Failure.badData }
  }

  private func print(_ report: PublicSetReport) {
    for source in report.sources where source.found != source.expected || !source.hasReference {
      let reference = source.hasReference ? "" : ", reference missing"
      Terminal.out(
        "public set: \(source.source) has \(source.found) of \(source.expected)\(reference)\n")
    }
    for name in report.missing { Terminal.out("public set: \(name) is missing\n") }
    for name in report.extra { Terminal.out("public set: \(name) is not part of it\n") }
    for renamed in report.renamed { Terminal.out("public set: \(renamed)\n") }
    for length in report.wrongLength { Terminal.out("public set: \(length)\n") }
    Terminal.out(
      "public set: \(report.referenceCount) of \(PublicSet.referenceCount) references, "
        + "\(report.distortedCount) of \(PublicSet.distortedCount) distorted videos\n")
  }
}
