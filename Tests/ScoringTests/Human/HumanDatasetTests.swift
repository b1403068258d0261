import Evaluation
import Foundation
import Testing

@testable import Scoring

@Suite struct HumanDatasetTests {
  @Test func readsThePublicSet() throws {
    let dataset = try PublicSet.dataset()
    #expect(dataset.clips.count == 68)
    #expect(dataset.references == 9 && dataset.incomplete == 2)
    #expect(Set(dataset.clips.map(\.source)).count == 9)
    let clip = try #require(dataset.clips.first { $0.name == "BigBuckBunny_288_375" })
    #expect(clip.target == 22.5 && clip.bitrate == 375)
    #expect(
      clip.features == [
        0.699681257, 0.213345785, 0.531219744, 0.696610687, 0.811168172, 5.67791154,
      ])
    #expect((2.0...8.0).contains(clip.standardError))
    #expect(dataset.clips.allSatisfy { $0.test == nil })
  }

  /// Random halves of the 26 subjects' differences to the references correlate at .9706 (numpy).
  @Test func knowsTheCeilingOfThePanel() throws {
    let reliability = try #require(try PublicSet.dataset().reliability)
    #expect(abs(reliability.plcc.splitHalf - 0.9706) < 0.001)
    #expect(abs(reliability.plcc.ceiling - 0.9925) < 0.0005)
    #expect(reliability.subjects == 26 && reliability.stimuli == 68)
  }

  @Test func ratingsGiveTheScoresThatSubjectsMeant() throws {
    let mean = try PublicSet.dataset("dmos_26").clips
    let model = try PublicSet.dataset("dmos_model").clips
    let official = try PublicSet.dataset().clips
    func difference(_ a: [HumanClip], _ b: [HumanClip]) -> Double {
      zip(a, b).map { abs($0.target - $1.target) }.max() ?? 0
    }
    #expect(difference(mean, model) < 6)
    #expect(difference(mean, model) > 0.01)
    #expect(difference(mean, official) > 1)
    for clip in model { #expect((1.0...8.0).contains(clip.standardError), "\(clip.name)") }
  }

  /// No feature may know the answer: the label in the original file names is not in the table.
  @Test func noColumnHoldsTheExpertsLabel() throws {
    let text = try String(contentsOfFile: "\(PublicSet.folder)/nflx_public.csv", encoding: .utf8)
    let header = try #require(text.split(separator: "\n").first)
    #expect(!header.contains("quality") && !header.contains("label"))
    for line in text.split(separator: "\n").dropFirst() {
      let name = line.split(separator: ",")[0]
      #expect(name.split(separator: "_").count <= 3, "\(name)")
    }
  }

  @Test func readsOtherScalesFramesAndTests() throws {
    let folder = try ScratchFolder()
    try """
    clip,content,test,mos,ci,level
    a,X,1,1,0.98,keep
    b,X,1,5,0.98,keep
    a,Y,2,3,0.98,keep
    c,Y,2,3,0.98,drop
    """.write(toFile: folder.file("clips.csv"), atomically: true, encoding: .utf8)
    var frames = "test,video,frame,adm2,vif_scale0,vif_scale1,vif_scale2,vif_scale3,motion2\n"
    for (test, clip) in [("1", "a"), ("1", "b"), ("2", "a")] {
      for frame in 0..<4 {
        frames += "\(test),\(clip),\(frame),0.\(frame + 1),0.5,0.6,0.7,0.8,\(test)\n"
      }
    }
    try frames.write(toFile: folder.file("frames.csv"), atomically: true, encoding: .utf8)
    try """
    {"schema": "tinyvmaf.human-data/1", "name": "t", "table": "clips.csv", "isAnchor": false,
     "columns": {"clip": "clip", "source": "content", "test": "test"},
     "keep": {"level": ["keep"]},
     "targets": {"mos": {"column": "mos", "confidence95": "ci", "scale": [1, 5]}},
     "defaultTarget": "mos",
     "frames": {"table": "frames.csv", "clip": "video", "prefix": "test", "every": 2},
     "contents": {"Y": ["shared"]}}
    """.write(toFile: folder.file("t.json"), atomically: true, encoding: .utf8)
    let clips = try HumanDataset(contentsOf: folder.file("t.json")).clips
    #expect(clips.map(\.target) == [0, 100, 50])
    #expect(clips.map(\.name) == ["1/a", "1/b", "2/a"])
    #expect(clips.map(\.test) == ["t/1", "t/1", "t/2"])
    #expect(clips.allSatisfy { abs($0.standardError - 12.5) < 0.01 })
    #expect(clips[2].contents == ["shared"] && clips[0].contents == ["X"])
    #expect(clips[2].features.count == 12)
    #expect(clips[2].mean(ofFeature: 0) == 0.2 && clips[2].mean(ofFeature: 5) == 2)
  }

  @Test(arguments: [
    #"{"schema": "other/1"}"#,
    #"{"schema": "tinyvmaf.human-data/1", "name": "x", "table": "t.csv", "targets": {}, "#
      + #""defaultTarget": "mos"}"#,
    #"{"schema": "tinyvmaf.human-data/1", "name": "x", "table": "t.csv", "#
      + #""targets": {"mos": {}}, "defaultTarget": "mos"}"#,
    #"{"schema": "tinyvmaf.human-data/1", "name": "x", "table": "t.csv", "#
      + #""targets": {"mos": {"column": "mos", "scale": [5, 1]}}, "defaultTarget": "mos"}"#,
  ])
  func refusesDescriptionsThatSayNothing(text: String) throws {
    let folder = try ScratchFolder()
    try text.write(toFile: folder.file("x.json"), atomically: true, encoding: .utf8)
    #expect(throws: HumanDataError.self) {
      try HumanDataDescription(contentsOf: folder.file("x.json"))
    }
  }

  @Test func namesTheTargetsThatItHas() throws {
    #expect(
      throws: HumanDataError.unknownTarget(
        "mos", data: "nflx-public", known: ["dmos", "dmos_26", "dmos_model"])
    ) { try PublicSet.dataset("mos") }
  }
}
