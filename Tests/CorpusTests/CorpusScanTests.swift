import Corpus
import Foundation
import Testing
import VideoIO

@Suite struct CorpusScanTests {
  static let small = VideoFormat(
    width: 64, height: 48, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: 8))
  static let frame = 64 * 48 * 3 / 2

  /// Two sources with two distorted videos each, five frames of 64x48.
  func sound() throws -> ScratchCorpus {
    let corpus = try ScratchCorpus()
    for source in ["A", "B_2"] {
      try corpus.write("ref/\(source)_25fps.yuv", size: 5 * Self.frame)
      for rung in ["20_24_100", "90_48_400"] {
        try corpus.write("dis/\(source)_\(rung).yuv", size: 5 * Self.frame)
      }
    }
    return corpus
  }

  func scan(_ corpus: ScratchCorpus) throws -> CorpusScan {
    try corpus.scan(CorpusScan.Options(rawFormat: Self.small))
  }

  @Test func aSoundCorpusHasNoIssue() throws {
    let corpus = try sound()
    let scan = try scan(corpus)
    #expect(scan.issues.isEmpty)
    #expect(scan.sources == ["A", "B_2"])
    #expect(
      scan.usablePairs.map(\.id) == [
        "A_20_24_100", "A_90_48_400", "B_2_20_24_100", "B_2_90_48_400",
      ]
    )
    let pair = try #require(scan.pairs.first)
    #expect(pair.encodeHeight == 24)
    #expect(pair.bitrateKbps == 100)
    #expect(pair.frameRate == FrameRate(25))
    #expect(pair.rawFormat == Self.small)
    #expect(pair.reference == scan.root + "/ref/A_25fps.yuv")
    #expect(scan.distorted.allSatisfy { $0.file.frameCount == 5 })
  }

  /// What is done to the sound corpus, the issue it causes, and how many pairs are left.
  static let damages:
    [(code: String, usable: Int, says: String, damage: @Sendable (ScratchCorpus) throws -> Void)] =
      [
        (
          "misnamed", 3, "dis/A_low_24_100.yuv",
          {
            try $0.rename("dis/A_20_24_100.yuv", to: "dis/A_low_24_100.yuv")
          }
        ),
        ("misnamed", 2, "ref/A.yuv", { try $0.rename("ref/A_25fps.yuv", to: "ref/A.yuv") }),
        ("misplaced", 3, "dis/A_20_24_100.yuv", { _ in }),
        ("missing-reference", 2, "A_<fps>fps.yuv", { try $0.remove("ref/A_25fps.yuv") }),
        ("missing-folder", 0, "dis/ is missing", { try $0.remove("dis") }),
        (
          "truncated", 3, "5 bytes more",
          {
            try $0.write("dis/A_20_24_100.yuv", size: 4 * frame + 5)
          }
        ),
        (
          "uneven-length", 3, "4 frames, but ref/A_25fps.yuv has 5",
          {
            try $0.write("dis/A_20_24_100.yuv", size: 4 * frame)
          }
        ),
        (
          "empty", 3, "dis/A_20_24_100.yuv: empty",
          {
            try $0.write("dis/A_20_24_100.yuv", size: 0)
          }
        ),
        ("empty", 2, "ref/A_25fps.yuv: empty", { try $0.write("ref/A_25fps.yuv", size: 0) }),
        (
          "duplicated-reference", 2, "A has 2 references",
          {
            try $0.write("ref/A_30fps.yuv", size: 5 * frame)
          }
        ),
        (
          "duplicated-reference", 2, "ref/A_0_48_0.yuv",
          {
            try $0.write("ref/A_0_48_0.yuv", size: 5 * frame)
          }
        ),
        (
          "duplicated-video", 4, "also there as dis/A_20_24_100.mkv",
          {
            try $0.write("dis/A_20_24_100.mkv", size: 9)
          }
        ),
        (
          "duplicated-rung", 5, "dis/A_21_24_100.yuv",
          {
            try $0.write("dis/A_21_24_100.yuv", size: 5 * frame)
          }
        ),
        (
          "wrong-height", 3, "says 96 rows, the reference has 48",
          {
            try $0.rename("dis/A_20_24_100.yuv", to: "dis/A_20_96_100.yuv")
          }
        ),
        (
          "wrong-height", 2, "says 50 rows",
          {
            try $0.rename("ref/A_25fps.yuv", to: "ref/A_0_50_0.yuv")
          }
        ),
        ("extra-file", 4, "dis/notes.txt", { try $0.write("dis/notes.txt", size: 3) }),
        (
          "extra-file", 4, "dis/old",
          {
            try FileManager.default.createDirectory(
              atPath: $0.path("dis/old"), withIntermediateDirectories: false)
          }
        ),
        (
          "unused-reference", 4, "ref/C_25fps.yuv",
          {
            try $0.write("ref/C_25fps.yuv", size: 5 * frame)
          }
        ),
        (
          "unreadable", 3, "leads nowhere",
          {
            try $0.remove("dis/A_20_24_100.yuv")
            try $0.link("dis/A_20_24_100.yuv", to: "nothing.yuv")
          }
        ),
        (
          "leaves-root", 3, "leads out of the corpus",
          {
            try $0.remove("dis/A_20_24_100.yuv")
            try $0.link("dis/A_20_24_100.yuv", to: "/dev/null")
          }
        ),
        (
          "leaves-root", 0, "dis: leads out",
          {
            try $0.remove("dis")
            try $0.link("dis", to: "/")
          }
        ),
        (
          "leaves-root", 4, "../other.yuv",
          {
            try $0.write("corpus.json", text: #"{"files": {"ref/../../other.yuv": {}}}"#)
          }
        ),
        (
          "absent", 4, "dis/A_1_2_3.yuv",
          {
            try $0.write("corpus.json", text: #"{"files": {"dis/A_1_2_3.yuv": {}}}"#)
          }
        ),
        (
          "unexpected-length", 2, "5 frames, but corpus.json says 6",
          {
            try $0.write("corpus.json", text: #"{"files": {"ref/A_25fps.yuv": {"frames": 6}}}"#)
          }
        ),
      ]

  @Test(arguments: damages.indices) func namesEachKindOfDamage(index: Int) throws {
    let (code, usable, says, damage) = Self.damages[index]
    let corpus = try sound()
    if code == "misplaced" {
      try corpus.rename("dis/A_20_24_100.yuv", to: "ref/A_20_24_100.yuv")
      let found = try scan(corpus)
      #expect(found.issues.map(\.description).contains { $0.contains("belongs into dis/") })
      #expect(found.usablePairs.count == usable)
      return
    }
    try damage(corpus)
    let found = try scan(corpus)
    let issue = try #require(found.issues.first { $0.code == code }, "no \(code)")
    #expect(issue.description.contains(says), "\(issue)")
    #expect(found.usablePairs.count == usable)
    #expect(found.hasErrors == found.issues.contains { $0.severity == .error })
    // Nothing else is reported beside consequences of the same damage.
    let consequences = ["missing-reference", "unused-reference", "uneven-length"]
    #expect(found.issues.allSatisfy { $0.code == code || consequences.contains($0.code) })
  }

  @Test func linksInsideTheRootAreFollowed() throws {
    let corpus = try sound()
    try corpus.rename("dis/A_20_24_100.yuv", to: "stored.yuv")
    try corpus.link("dis/A_20_24_100.yuv", to: "../stored.yuv")
    let found = try scan(corpus)
    #expect(found.issues.isEmpty)
    #expect(found.usablePairs.count == 4)
  }

  @Test func manifestGeometryWinsOverInferenceAndLosesToTheUser() throws {
    let corpus = try sound()
    let text =
      #"{"schema": 1, "default": {"width": 64, "height": 48}, "#
      + #""files": {"ref/A_25fps.yuv": {"frame_rate": "24000/1001"}}}"#
    try corpus.write("corpus.json", text: text)
    let found = try corpus.scan()
    #expect(found.issues.isEmpty)
    #expect(found.pairs.first?.rawFormat == Self.small)
    #expect(found.pairs.first?.frameRate == FrameRate(24000, 1001))
    var other = Self.small
    other.height = 24
    let told = try corpus.scan(CorpusScan.Options(rawFormat: other))
    #expect(told.pairs.first?.rawFormat == other)
  }

  @Test(arguments: [
    (#"{"default": {"width": 64}}"#, "both width and height"),
    (#"{"default": {"width": 64, "height": -1}}"#, "height -1"),
    (#"{"default": {"bitdepth": 7}}"#, "bitdepth 7"),
    (#"{"files": {"ref/x": {"pixel_format": "411"}}}"#, "pixel_format 411"),
    (#"{"files": {"ref/x": {"frame_rate": "0/1"}}}"#, "frame_rate 0/1"),
    (#"{"default": {"width": "64"}}"#, "at default.width"),
    (#"{"schema": 2}"#, "schema 2"),
    (#"{"#, "not valid JSON"),
  ])
  func aDamagedManifestIsAnError(text: String, says: String) throws {
    let corpus = try sound()
    try corpus.write("corpus.json", text: text)
    let error = #expect(throws: CorpusError.self) { try corpus.scan() }
    #expect(error?.description.contains(says) == true, "\(String(describing: error))")
    #expect(error?.description.contains("corpus.json") == true)
  }

  @Test func aMissingRootIsAnError() throws {
    #expect(throws: CorpusError.rootNotFound("/nowhere/at/all")) {
      try CorpusScan(root: "/nowhere/at/all")
    }
  }

  @Test func infersOnlyWhatIsUnambiguousAndSaysSo() throws {
    // 7 frames of 576x324 fit no other common size.
    let corpus = try ScratchCorpus()
    let size = 576 * 324 * 3 / 2 * 7
    try corpus.write("ref/A_25fps.yuv", size: size)
    try corpus.write("dis/A_20_288_375.yuv", size: size)
    let found = try corpus.scan()
    #expect(found.issues.map(\.code) == ["inferred-geometry"])
    #expect(found.issues.first?.description.contains("2 raw files are taken for 576x324") == true)
    #expect(found.usablePairs.first?.rawFormat?.width == 576)

    // 36 frames of 320x180 are as many bytes as one of 1920x1080; the tallest encode decides.
    let twin = try ScratchCorpus()
    try twin.write("ref/A_25fps.yuv", size: 1920 * 1080 * 3 / 2)
    try twin.write("dis/A_20_180_375.yuv", size: 1920 * 1080 * 3 / 2)
    let unsure = try twin.scan()
    #expect(unsure.issues.map(\.code) == ["unknown-geometry", "unknown-geometry"])
    #expect(unsure.usablePairs.isEmpty)
    try twin.rename("dis/A_20_180_375.yuv", to: "dis/A_20_1080_375.yuv")
    #expect(try twin.scan().usablePairs.first?.rawFormat?.width == 1920)

    // A size that fits nothing.
    try twin.write("ref/A_25fps.yuv", size: 1_000_003)
    try twin.write("dis/A_20_1080_375.yuv", size: 1_000_003)
    let nothing = try twin.scan()
    #expect(nothing.issues.first?.description.contains("fit no common frame size") == true)
  }

  @Test func aTruncatedFileDoesNotMisleadTheInference() throws {
    let corpus = try ScratchCorpus()
    let frame = 1920 * 1080 * 3 / 2
    try corpus.write("ref/A_25fps.yuv", size: 3 * frame)
    try corpus.write("dis/A_20_288_375.yuv", size: 3 * frame)
    try corpus.write("dis/A_30_1080_1050.yuv", size: 3 * frame - 7)
    let found = try corpus.scan()
    #expect(found.issues.filter { $0.code == "truncated" }.count == 1)
    #expect(found.usablePairs.map(\.id) == ["A_20_288_375"])
  }

  @Test func looksIntoFilesWithHeaders() throws {
    let corpus = try ScratchCorpus()
    func writeY4M(_ path: String, _ width: Int, _ height: Int, frames: Int) throws {
      var data = Data("YUV4MPEG2 W\(width) H\(height) F24:1 C420\n".utf8)
      let size = width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2)
      for _ in 0..<frames { data += Data("FRAME\n".utf8) + Data(count: size) }
      try data.write(to: corpus.root.appending(path: path))
    }
    try writeY4M("ref/A_25fps.y4m", 64, 48, frames: 5)
    try writeY4M("dis/A_20_24_100.y4m", 32, 24, frames: 5)
    try writeY4M("dis/A_40_48_200.y4m", 60, 48, frames: 5)
    try writeY4M("dis/A_80_48_400.y4m", 64, 48, frames: 4)
    try writeY4M("dis/A_90_48_500.y4m", 64, 48, frames: 5)
    try corpus.write("dis/A_60_48_300.y4m", text: "no header")
    let found = try corpus.scan()
    // An encode that was kept at its own size is sound.
    #expect(found.usablePairs.map(\.id) == ["A_20_24_100", "A_90_48_500"])
    #expect(found.usablePairs.first?.rawFormat == nil)
    #expect(found.usablePairs.first?.frameRate == FrameRate(24))
    let text = found.issues.map(\.description).joined(separator: "\n")
    #expect(text.contains("A_40_48_200.y4m: 60x48 4:2:0 8-bit, but its reference is 64x48"))
    #expect(text.contains("A_60_48_300.y4m: cannot be read"))
    #expect(text.contains("A_80_48_400.y4m: 4 frames, but ref/A_25fps.y4m has 5"))
    #expect(found.issues.count == 3)
  }
}
