import Corpus
import Testing

@Suite struct SplitTests {
  static let clips = PublicSet.sources.flatMap { source in
    source.distorted.map { _ in source.name }
  }
  static let names = PublicSet.sources.map(\.name)

  @Test(arguments: [0, 1, 3]) func leavesEachSourceOutOnce(validation: Int) throws {
    let splits = try Split.leaveOneSourceOut(Self.clips.reversed(), validation: validation)
    #expect(splits.map(\.test) == Self.names.map { [$0] })
    #expect(splits.map(\.name) == Self.names)
    for split in splits {
      #expect(split.validation.count == validation)
      #expect((split.train + split.validation + split.test).sorted() == Self.names)
    }
    if validation == 1 {
      #expect(splits[8].validation == ["BigBuckBunny"])
      #expect(splits[0].role(of: "BirdsInCage") == .validation)
      #expect(splits[0].role(of: "BigBuckBunny") == .test)
      #expect(splits[0].role(of: "Tennis") == .train)
      #expect(splits[0].role(of: "Nobody") == nil)
    }
  }

  @Test(arguments: 2...9) func foldsAreBalancedAndDisjoint(folds: Int) throws {
    let splits = try Split.groupedFolds(Self.clips, folds: folds)
    #expect(splits.count == folds)
    #expect(splits.flatMap(\.test).sorted() == Self.names)
    let sizes = splits.map { split in Self.clips.count { split.test.contains($0) } }
    #expect(sizes.reduce(0, +) == 70)
    // Dealing to the lightest fold keeps folds within one content of each other.
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 10)
    #expect(splits == (try Split.groupedFolds(Self.clips.reversed(), folds: folds)))
  }

  @Test func threeFoldsOfThePublicSet() throws {
    let splits = try Split.groupedFolds(Self.clips, folds: 3, validation: 1)
    #expect(splits.map { split in Self.clips.count { split.test.contains($0) } } == [24, 23, 23])
    #expect(splits[0].validation == splits[1].test)
    #expect(splits[0].name == "fold 1 of 3")
  }

  @Test func contentsStayTogether() throws {
    let key = { (source: String) in source.hasPrefix("ElFuente") ? "ElFuente" : source }
    let splits = try Split.leaveOneSourceOut(Self.clips, contentKey: key)
    #expect(splits.count == 8)
    #expect(splits.first { $0.name == "ElFuente" }?.test == ["ElFuente1", "ElFuente2"])
    for split in try Split.groupedFolds(Self.clips, folds: 4, contentKey: key) {
      #expect(split.role(of: "ElFuente1") == split.role(of: "ElFuente2"))
    }
  }

  @Test func impossibleSplitsAreErrors() {
    #expect(throws: CorpusError.self) { try Split.leaveOneSourceOut(["a", "a"]) }
    #expect(throws: CorpusError.self) { try Split.leaveOneSourceOut(["a", "b"], validation: 1) }
    #expect(throws: CorpusError.self) { try Split.groupedFolds(["a", "b"], folds: 3) }
    #expect(throws: CorpusError.self) { try Split.groupedFolds(["a", "b"], folds: 1) }
    #expect(throws: CorpusError.self) { try Split.groupedFolds([String](), folds: 2) }
    #expect(throws: CorpusError.self) {
      try Split(name: "x", train: ["a"], validation: ["a"], test: ["b"])
    }
    #expect(throws: CorpusError.self) {
      try Split(name: "x", train: ["a"], validation: [], test: [])
    }
  }
}
