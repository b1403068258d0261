import Corpus
import Testing

@Suite struct VideoNameTests {
  @Test(arguments: [
    ("BigBuckBunny_20_288_375", "BigBuckBunny", "20", 288, 375),
    ("CrowdRun_03_288_375", "CrowdRun", "03", 288, 375),
    ("ElFuente2_05_1080_20000", "ElFuente2", "05", 1080, 20000),
    ("a_b_c_1_2_3", "a_b_c", "1", 2, 3),
    ("2001_10_720_3050", "2001", "10", 720, 3050),
    ("12_34_56_78_90", "12_34", "56", 78, 90),
    ("take_2__10_288_375", "take_2_", "10", 288, 375),
    ("Straße_100_480_1050", "Straße", "100", 480, 1050),
    ("x_264_270_1250", "x", "264", 270, 1250),
    ("scene_111_180_0", "scene", "111", 180, 0),
  ])
  func readsDistortedNamesFromTheRight(
    stem: String, source: String, label: String, height: Int, bitrate: Int
  ) throws {
    guard case .distorted(let name)? = VideoName(stem: stem) else {
      Issue.record("\(stem) is not read as a distorted video")
      return
    }
    #expect(name.source == source)
    #expect(name.labelText == label)
    #expect(name.encodeHeight == height)
    #expect(name.bitrateField == bitrate)
    #expect(name.bitrateKbps == (bitrate == 0 ? nil : bitrate))
    #expect(name.stem == stem)
  }

  @Test(arguments: [
    ("Tennis_24fps", "Tennis", ReferenceName.Detail.frameRate(24)),
    ("ElFuente1_30fps", "ElFuente1", .frameRate(30)),
    ("a_1_25fps", "a_1", .frameRate(25)),
    ("BigBuck_0_576_0", "BigBuck", .height(576)),
    ("a_2_0_1080_0", "a_2", .height(1080)),
  ])
  func readsReferenceNames(stem: String, source: String, detail: ReferenceName.Detail) {
    guard case .reference(let name)? = VideoName(stem: stem) else {
      Issue.record("\(stem) is not read as a reference")
      return
    }
    #expect(name.source == source)
    #expect(name.detail == detail)
    #expect(name.stem == stem)
  }

  @Test(arguments: [
    "", "_", "Tennis", "Tennis_24", "Tennis_fps", "_24fps", "Tennis_0fps", "Tennis_24FPS",
    "Tennis_29.97fps", "_20_288_375", "__20_288_375", "Tennis_20_288", "Tennis_20_0_375",
    "Tennis_x_288_375", "Tennis_20_288_375k", "Tennis_20_-288_375", "Tennis_20_288_",
    "Tennis_٢٠_288_375", "Tennis_20_288_9999999999", "Tennis 20 288 375", "Tennis_+20_288_375",
  ])
  func refusesOtherNames(stem: String) {
    #expect(VideoName(stem: stem) == nil)
  }

  @Test func expertsLabelsAndOriginsAreApart() throws {
    for label in 0...100 {
      let name = DistortedName(
        source: "a", labelText: String(label), encodeHeight: 288, bitrate: 375)
      #expect(name.expertLabel == label)
      #expect(name.origin == nil)
    }
    var seen: Set<String> = []
    var origins: [Origin] = EncodeRecipe.allCases.map { .bitrate($0) }
    for recipe in EncodeRecipe.allCases {
      origins += [0, 5, 23, 63].map { .rateFactor(recipe, $0) }
    }
    for kind in SyntheticDistortion.Kind.allCases {
      origins += (1...9).map { .synthetic(SyntheticDistortion(kind, strength: $0)) }
    }
    for origin in origins {
      let name = DistortedName(
        source: "a", labelText: origin.labelText, encodeHeight: 288, bitrate: 0)
      #expect(name.expertLabel == nil)
      #expect(name.origin == origin)
      #expect(seen.insert(origin.labelText).inserted, "two origins share \(origin.labelText)")
    }
    #expect(Origin(labelText: "999") == nil)
    #expect(Origin(labelText: "26464") == nil)
    #expect(Origin(labelText: "110") == nil)
  }

  @Test func dataRootComesFromTheOptionFirst() throws {
    let both = ["TINYVMAF_DATA_ROOT": "/a", "VMAF_DATA_ROOT": "/b"]
    #expect(try DataRoot.resolve(option: "/c", environment: both) == "/c")
    #expect(try DataRoot.resolve(option: nil, environment: both) == "/a")
    #expect(try DataRoot.resolve(option: "", environment: ["VMAF_DATA_ROOT": "/b"]) == "/b")
    #expect(throws: CorpusError.noDataRoot) {
      try DataRoot.resolve(option: nil, environment: ["TINYVMAF_DATA_ROOT": ""])
    }
  }
}
