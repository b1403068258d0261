import Corpus
import Testing
import VideoIO

@Suite struct PublicSetTests {
  static let counts = [
    "BigBuckBunny": 10, "BirdsInCage": 8, "CrowdRun": 7, "ElFuente1": 7, "ElFuente2": 9,
    "FoxBird": 6, "OldTownCross": 7, "Seeking": 10, "Tennis": 6,
  ]

  @Test(arguments: [0, 1, 17]) func countsStubsByName(size: Int) throws {
    let corpus = try ScratchCorpus.publicSet(size: size)
    for namesOnly in [true, false] {
      let scan = try corpus.scan(CorpusScan.Options(namesOnly: namesOnly))
      #expect(scan.references.count == 9)
      #expect(scan.distorted.count == 70)
      #expect(scan.pairs.count == 70)
      let found = Dictionary(grouping: scan.pairs, by: \.source).mapValues(\.count)
      #expect(found == Self.counts)
      let report = PublicSetReport(scan)
      #expect(report.referenceCount == 9)
      #expect(report.distortedCount == 70)
      #expect(report.missing.isEmpty && report.extra.isEmpty && report.renamed.isEmpty)
      if namesOnly {
        #expect(scan.issues.isEmpty)
        #expect(scan.usablePairs.count == 70)
        #expect(report.isComplete)
      } else {
        let code = size == 0 ? "empty" : "truncated"
        #expect(scan.issues.count { $0.code == code } == 79)
        #expect(scan.usablePairs.isEmpty)
      }
    }
  }

  @Test func totalsAreThePublishedOnes() {
    #expect(PublicSet.referenceCount == 9)
    #expect(PublicSet.distortedCount == 70)
    let frames = PublicSet.sources.reduce(0) { $0 + $1.frameCount * $1.distorted.count }
    #expect(frames == 11_040)
    #expect(Set(PublicSet.sources.flatMap(\.distorted)).count == 70)
  }

  @Test func acceptsOnlyTheRightLengths() throws {
    let corpus = try ScratchCorpus()
    let frame = 1920 * 1080 * 3 / 2
    for source in PublicSet.sources {
      try corpus.write("ref/\(source.reference).yuv", size: source.frameCount * frame)
      for stem in source.distorted {
        try corpus.write("dis/\(stem).yuv", size: source.frameCount * frame)
      }
    }
    let scan = try corpus.scan()
    #expect(!scan.hasErrors)
    #expect(scan.issues.map(\.code) == ["inferred-geometry"])
    #expect(scan.usablePairs.count == 70)
    #expect(scan.usablePairs.allSatisfy { $0.rawFormat?.width == 1920 })
    #expect(PublicSetReport(scan).isComplete)

    try corpus.write("ref/Tennis_24fps.yuv", size: 119 * frame)
    let short = PublicSetReport(try corpus.scan())
    #expect(!short.isComplete)
    #expect(short.wrongLength.map(\.path) == ["ref/Tennis_24fps.yuv"])
    #expect(short.wrongLength.map(\.frames) == [119])
  }

  @Test func namesWhatIsMissingExtraOrRenamed() throws {
    let corpus = try ScratchCorpus.publicSet()
    try corpus.remove("dis/Tennis_20_288_375.yuv")
    try corpus.remove("ref/Seeking_25fps.yuv")
    try corpus.write("dis/Other_20_288_375.yuv", size: 0)
    try corpus.rename("dis/FoxBird_20_288_375.yuv", to: "dis/FoxBird_20_289_375.yuv")
    try corpus.rename("dis/FoxBird_40_384_750.yuv", to: "dis/FoxBird_41_384_750.yuv")
    try corpus.rename("dis/FoxBird_55_480_750.yuv", to: "dis/FoxBird_55_480_751.yuv")
    try corpus.rename("ref/Tennis_24fps.yuv", to: "ref/Tennis_25fps.yuv")
    let scan = try corpus.scan(CorpusScan.Options(namesOnly: true))
    let report = PublicSetReport(scan)
    #expect(report.referenceCount == 7)
    #expect(report.distortedCount == 66)
    #expect(report.missing == ["Seeking_25fps", "Tennis_24fps", "Tennis_20_288_375"])
    #expect(report.extra == ["Tennis_25fps", "Other_20_288_375"])
    #expect(
      Set(report.renamed.map(\.description)) == [
        "FoxBird_20_289_375: wrong height, the public set has FoxBird_20_288_375",
        "FoxBird_41_384_750: wrong label, the public set has FoxBird_40_384_750",
        "FoxBird_55_480_751: wrong bit rate, the public set has FoxBird_55_480_750",
      ])
    #expect(!report.isComplete)
  }

  @Test func acceptsTheOtherReferenceNameAndContainers() throws {
    let corpus = try ScratchCorpus.publicSet()
    try corpus.rename("ref/Tennis_24fps.yuv", to: "ref/Tennis_0_1080_0.yuv")
    try corpus.rename("dis/Tennis_20_288_375.yuv", to: "dis/Tennis_20_288_375.mp4")
    let scan = try corpus.scan(CorpusScan.Options(namesOnly: true))
    #expect(scan.pairs.count == 70)
    #expect(PublicSetReport(scan).isComplete)
  }
}
