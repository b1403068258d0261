import Foundation
import Testing
import VideoIO

@testable import Corpus

@Suite struct LadderTests {
  static func format(_ width: Int, _ height: Int) -> VideoFormat {
    VideoFormat(
      width: width, height: height, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: 8))
  }

  @Test(arguments: [(1920, 1080), (3840, 2160), (1280, 720), (480, 270), (416, 240), (320, 180)])
  func defaultLaddersFitTheSource(width: Int, height: Int) {
    let ladder = Ladder.publicSet(for: Self.format(width, height), frameRate: FrameRate(25))
    #expect(ladder.rungs.count >= 9)
    #expect(Set(ladder.rungs).count == ladder.rungs.count)
    #expect(ladder.rungs.allSatisfy { $0.height <= height && $0.height.isMultiple(of: 2) })
    if height >= 1080 {
      #expect(ladder == Ladder.publicSet)
    } else {
      #expect(ladder.rungs.last?.height == height)
    }
  }

  @Test func smallSourcesGetAShareOfTheBits() {
    // 480x270 at 50 frames per second is an eighth of 1920x1080 at 25.
    let ladder = Ladder.publicSet(for: Self.format(480, 270), frameRate: FrameRate(50))
    #expect(ladder.rungs.first == Ladder.Rung(height: 72, rate: .kbps(47)))
    #expect(ladder.rungs.last == Ladder.Rung(height: 270, rate: .kbps(2500)))
  }

  @Test func thinningKeepsBothEnds() {
    let full = Ladder.publicSet.rungs
    for count in 2...9 {
      let thin = Ladder.publicSet.thinned(to: count).rungs
      #expect(thin.count == count)
      #expect(Set(thin).count == count)
      #expect(thin.first == full.first && thin.last == full.last)
    }
    #expect(Ladder.publicSet.thinned(to: 10) == .publicSet)
    #expect(Ladder.publicSet.thinned(to: 1).rungs.count == 1)
  }

  @Test func readsLadderFiles() throws {
    let corpus = try ScratchCorpus()
    try corpus.write(
      "a.json", text: #"{"rungs": [{"height": 288, "kbps": 375}, {"height": 720, "crf": 23}]}"#)
    try corpus.write("b.json", text: #"[{"height": 288, "kbps": 375}, {"height": 720, "crf": 23}]"#)
    let expected = Ladder(rungs: [
      Ladder.Rung(height: 288, rate: .kbps(375)), Ladder.Rung(height: 720, rate: .rateFactor(23)),
    ])
    #expect(try Ladder.read(corpus.path("a.json")) == expected)
    #expect(try Ladder.read(corpus.path("b.json")) == expected)
  }

  @Test(arguments: [
    ("[]", "no rung"), ("{", "not valid JSON"), (#"{"rung": []}"#, "\"rungs\" is missing"),
    (#"[{"height": 288}]"#, "rung 1"), (#"[{"height": 288, "kbps": 1, "crf": 2}]"#, "rung 1"),
    (#"[{"height": 288, "kbps": 0}]"#, "rung 1"), (#"[{"height": 288, "crf": 64}]"#, "rung 1"),
    (#"[{"height": 2, "kbps": 9}]"#, "rung 1"), (#"[{"height": "x", "kbps": 9}]"#, "height"),
    (#"[{"height": 90, "kbps": 9}, {"height": 90, "kbps": 9}]"#, "rung 2 is there twice"),
  ])
  func damagedLadderFilesAreErrors(text: String, says: String) throws {
    let corpus = try ScratchCorpus()
    try corpus.write("l.json", text: text)
    let path = corpus.path("l.json")
    let error = #expect(throws: CorpusError.self) { try Ladder.read(path) }
    #expect(error?.description.contains(says) == true, "\(String(describing: error))")
  }

  @Test func encodeSizesAreEvenAndNetflixsAreNotSquare() {
    let hd = Self.format(1920, 1080)
    let expected = [288: 384, 384: 512, 480: 720, 720: 1280, 1080: 1920]
    for (height, width) in expected {
      let size = EncodeRecipe.netflix.encodeSize(height: height, of: hd)
      #expect(size.width == width && size.height == height)
    }
    for recipe in EncodeRecipe.allCases {
      for height in 64...270 {
        let size = recipe.encodeSize(height: height, of: Self.format(480, 270))
        #expect(size.width.isMultiple(of: 2) && size.height.isMultiple(of: 2))
      }
    }
    #expect(EncodeRecipe.x264.encodeSize(height: 480, of: hd).width == 854)
  }

  @Test func theNetflixRecipeScalesItsBufferWithTheRate() {
    let arguments = EncodeRecipe.netflix.arguments(.kbps(1000)).joined(separator: " ")
    #expect(arguments.contains("vbv-maxrate=1500:vbv-bufsize=2000"))
    #expect(arguments.contains("8x8dct=0:rc-lookahead=50:qcomp=0.5:qpmin=6"))
    #expect(EncodeRecipe.netflix.usesTwoPasses(.kbps(1000)))
    #expect(!EncodeRecipe.netflix.usesTwoPasses(.rateFactor(20)))
  }
}
