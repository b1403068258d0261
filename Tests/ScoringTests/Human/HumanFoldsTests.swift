import Testing
import TinyNets

@testable import Scoring

@Suite struct HumanFoldsTests {
  /// Every fold, inner fold and calibration split, of the public set and of sets whose contents
  /// repeat under other names: what is tested shares no content with what is trained on.
  @Test(arguments: [0, 1, 2])
  func noFoldSeesItsHeldOutContent(kind: Int) throws {
    let clips: [HumanClip]
    let evaluated: String
    switch kind {
    case 0:
      clips = try PublicSet.dataset().clips
      evaluated = "nflx-public"
    case 1:
      clips =
        try PublicSet.dataset().clips
        + madeUpClips(
          data: "other", contents: [["BigBuckBunny"], ["ElFuente1", "ElFuente2"], ["new"]])
      evaluated = "nflx-public"
    default:
      clips =
        madeUpClips(data: "a", contents: [["x"], ["x", "y"], ["z"], ["w"], ["v"]])
        + madeUpClips(data: "b", contents: [["y"], ["z"], ["u"]])
      evaluated = "a"
    }
    let folds = try HumanFolds(clips, evaluated: evaluated)
    var tested: [Int] = []
    for fold in folds.folds {
      check(fold.split, clips)
      tested += fold.split.tested
      let held = contents(fold.split.tested, clips)
      var calibrated: [Int] = []
      for inner in fold.inner {
        check(inner, clips)
        #expect(contents(inner.training + inner.tested, clips).isDisjoint(with: held))
        calibrated += inner.tested
      }
      #expect(Set(calibrated).count == calibrated.count)
      #expect(
        Set(calibrated) == Set(fold.split.training.filter { clips[$0].data == evaluated }))
    }
    #expect(tested.sorted() == clips.indices.filter { clips[$0].data == evaluated })
  }

  private func contents(_ chosen: [Int], _ clips: [HumanClip]) -> Set<String> {
    chosen.reduce(into: []) { $0.formUnion(clips[$1].contents) }
  }

  private func check(_ split: ClipSplit, _ clips: [HumanClip]) {
    #expect(!split.training.isEmpty && !split.tested.isEmpty)
    #expect(contents(split.training, clips).isDisjoint(with: contents(split.tested, clips)))
  }

  @Test func contentsThatOverlapAreOneGroup() throws {
    let clips = madeUpClips(contents: [["x"], ["x", "y"], ["z"], ["w"]])
    let folds = try HumanFolds(clips, evaluated: "made-up").folds
    #expect(folds.map(\.name) == ["w", "x+x&y", "z"])
  }

  @Test func innerGroupsAreMergedEvenly() throws {
    let clips = madeUpClips(contents: (0..<9).map { ["c\($0)"] })
    let folds = try HumanFolds(clips, evaluated: "made-up", innerGroups: 4).folds
    #expect(folds.count == 9)
    for fold in folds {
      #expect(fold.inner.map(\.tested.count).sorted() == [8, 8, 8, 8])
    }
  }

  @Test func twoContentsAreTooFew() {
    #expect(throws: HumanDataError.tooFewContents(data: "made-up", count: 2)) {
      try HumanFolds(madeUpClips(contents: [["a"], ["b"]]), evaluated: "made-up")
    }
  }
}
