import Foundation
import Testing
import VideoIO

@testable import Corpus

/// Whether the programs that encode are there.
let hasFFmpeg: Bool = {
  let tools = FFmpegTools.locate()
  return tools.ffmpeg != nil && tools.ffprobe != nil
}()

@Suite struct SyntheticCorpusTests {
  static let distortions = [
    SyntheticDistortion(.rung, strength: 5), SyntheticDistortion(.noise, strength: 3),
  ]

  static func maker(_ corpus: ScratchCorpus, jobs: Int = 2) -> CorpusMaker {
    var options = CorpusMaker.Options()
    options.distortions = distortions
    options.jobs = jobs
    let scenes = SyntheticScene.standard(3, width: 48, height: 32, frameCount: 3)
    return CorpusMaker(root: corpus.root.path, inputs: scenes.map { .scene($0) }, options: options)
  }

  /// Every file of a corpus with its contents.
  static func contents(_ corpus: ScratchCorpus) throws -> [String: Data] {
    var result: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: corpus.root.path) {
      result[name] = FileManager.default.contents(atPath: corpus.path(name))
    }
    return result
  }

  @Test func makesASoundCorpus() async throws {
    let corpus = try ScratchCorpus()
    let maker = Self.maker(corpus)
    let plan = try maker.plan()
    #expect(plan.outputs.count == 9)
    #expect(plan.totalBytes == 9 * 3 * 48 * 32 * 3 / 2)
    #expect(plan.remainingBytes == plan.totalBytes)
    #expect(plan.summary.hasPrefix("9 files, about 62.2 kB"))
    let report = try await maker.run(plan)
    #expect(report.made == plan.outputs.map(\.relativePath))
    #expect(report.failures.isEmpty)
    let scan = try corpus.scan()
    #expect(scan.issues.isEmpty)
    #expect(scan.sources == ["Bricks1", "Meadow1", "ZonePlate1"])
    #expect(scan.usablePairs.count == 6)
    #expect(scan.usablePairs.allSatisfy { $0.frameRate == FrameRate(25) })
    #expect(scan.usablePairs.first?.id == "Bricks1_155_14_0")
    #expect(scan.distorted.allSatisfy { $0.name.expertLabel == nil && $0.name.origin != nil })
  }

  @Test func theSameBytesForAnyNumberOfJobsAndAfterAnInterruption() async throws {
    let (first, second) = (try ScratchCorpus(), try ScratchCorpus())
    for (corpus, jobs) in [(first, 1), (second, 4)] {
      let maker = Self.maker(corpus, jobs: jobs)
      _ = try await maker.run(try maker.plan())
    }
    let expected = try Self.contents(first)
    #expect(expected.count == 10)
    #expect(try Self.contents(second) == expected)

    // A missing file, a file cut short, left-overs of a killed process, a reference gone.
    try second.remove("dis/Meadow1_155_14_0.yuv")
    try second.write("dis/Bricks1_143_32_0.yuv", size: 100)
    try second.remove("ref/ZonePlate1_25fps.yuv")
    try FileManager.default.createDirectory(
      atPath: second.path(".work"), withIntermediateDirectories: false)
    try second.write(".work/Meadow1_155_14_0.yuv.part", size: 7)
    let maker = Self.maker(second)
    let plan = try maker.plan()
    let names = [
      "ref/ZonePlate1_25fps.yuv", "dis/Meadow1_155_14_0.yuv", "dis/ZonePlate1_155_14_0.yuv",
      "dis/ZonePlate1_143_32_0.yuv", "dis/Bricks1_143_32_0.yuv",
    ]
    #expect(plan.remaining.map(\.relativePath) == names)
    let report = try await maker.run(plan)
    #expect(report.made == names)
    #expect(report.found == 4)
    #expect(try Self.contents(second) == expected)
    #expect(try maker.plan().remaining.isEmpty)
  }

  @Test func progressCountsEveryFile() async throws {
    final class Log: @unchecked Sendable {
      // Progress is reported by one call at a time.
      var steps: [CorpusMaker.Progress] = []
    }
    let corpus = try ScratchCorpus()
    let maker = Self.maker(corpus)
    let log = Log()
    _ = try await maker.run(try maker.plan()) { log.steps.append($0) }
    #expect(log.steps.map(\.done) == Array(1...9))
    #expect(log.steps.allSatisfy { $0.total == 9 })
    #expect(log.steps.last?.doneBytes == log.steps.last?.totalBytes)
  }

  @Test func aFolderInUseIsRefused() async throws {
    let corpus = try ScratchCorpus()
    let maker = Self.maker(corpus)
    let plan = try maker.plan()
    let lock = try #require(FolderLock(corpus.root.path))
    await #expect(throws: CorpusError.busy(corpus.root.path)) { try await maker.run(plan) }
    lock.release()
    #expect(try await maker.run(plan).made.count == 9)
  }

  @Test func aMissingProgramIsNamed() async throws {
    let corpus = try ScratchCorpus()
    let scene = SyntheticScene(.night, width: 48, height: 32, frameCount: 1)
    try scene.write(frames: 1, distortion: nil, to: corpus.path("x.yuv"))
    let format = Picture.format(width: 48, height: 32)
    for (tool, says) in [(nil, "not found; install"), ("/bin/false", "ended abnormally")] {
      var options = CorpusMaker.Options()
      options.tools = FFmpegTools(ffmpeg: tool, ffprobe: nil)
      options.maximalRungs = 1
      let input = MakeInput.video(
        path: corpus.path("x.yuv"), rawFormat: format, frameRate: FrameRate(25))
      let maker = CorpusMaker(root: corpus.root.path, inputs: [input], options: options)
      let report = try await maker.run(try maker.plan())
      #expect(report.made.isEmpty)
      #expect(report.failures.map(\.path) == (try maker.plan().outputs.map(\.relativePath)))
      #expect(report.failures.first?.reason.contains(says) == true, "\(report.failures)")
      #expect(report.failures.last?.reason.contains("its reference was not made") == true)
    }
  }

  @Test func inputsThatCannotBeUsedAreErrors() throws {
    let corpus = try ScratchCorpus()
    try corpus.write("x.yuv", size: 100)
    let scene = SyntheticScene(.night, width: 48, height: 32, frameCount: 1)
    let cases: [([MakeInput], String)] = [
      ([], "no video"), ([.video(path: corpus.path("gone.mkv"))], "no such file"),
      ([.video(path: corpus.path("x.yuv"))], "frame size and frame rate"),
      ([.scene(scene), .scene(scene)], "would be the source Night1"),
    ]
    for (inputs, says) in cases {
      let maker = CorpusMaker(root: corpus.root.path, inputs: inputs)
      let error = #expect(throws: CorpusError.self) { try maker.plan() }
      #expect(error?.description.contains(says) == true, "\(String(describing: error))")
    }
  }
}

@Suite(.enabled(if: hasFFmpeg, "ffmpeg and ffprobe are not on the search path"))
struct EncodedCorpusTests {
  static let format = VideoFormat(
    width: 160, height: 90, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: 8))

  /// Two raw clips as inputs.
  static func inputs(_ corpus: ScratchCorpus) throws -> [MakeInput] {
    try [SyntheticScene.Kind.meadow, .sprites].map { kind in
      let scene = SyntheticScene(kind, width: 160, height: 90, frameCount: 6)
      let path = corpus.path("clip_\(kind.rawValue).yuv")
      try scene.write(frames: 6, distortion: nil, to: path)
      return .video(path: path, rawFormat: format, frameRate: FrameRate(30000, 1001))
    }
  }

  @Test(arguments: EncodeRecipe.allCases) func encodesALadder(recipe: EncodeRecipe) async throws {
    let corpus = try ScratchCorpus()
    var options = CorpusMaker.Options()
    options.ladder = Ladder(rungs: [
      Ladder.Rung(height: 64, rate: .kbps(60)), Ladder.Rung(height: 90, rate: .kbps(200)),
      Ladder.Rung(height: 90, rate: .rateFactor(30)), Ladder.Rung(height: 200, rate: .kbps(9)),
    ])
    options.recipes = [recipe]
    options.jobs = 2
    let maker = CorpusMaker(
      root: corpus.root.path, inputs: try Self.inputs(corpus), options: options)
    let plan = try maker.plan()
    #expect(plan.outputs.count == 8)
    #expect(plan.notes.count == 2)
    let report = try await maker.run(plan)
    try #require(report.failures.isEmpty, "\(report.failures)")
    let scan = try corpus.scan()
    #expect(scan.issues.isEmpty, "\(scan.issues)")
    #expect(scan.sources == ["clipMeadow", "clipSprites"])
    #expect(scan.usablePairs.count == 6)
    #expect(scan.distorted.allSatisfy { $0.file.frameCount == 6 })
    #expect(scan.usablePairs.allSatisfy { $0.frameRate == FrameRate(30000, 1001) })
    #expect(scan.usablePairs.allSatisfy { $0.rawFormat == Self.format && $0.bitrateKbps != nil })
    // The reference is the input, and no encode is.
    let reference = FileManager.default.contents(atPath: scan.references[0].file.path)
    #expect(reference == FileManager.default.contents(atPath: corpus.path("clip_Meadow.yuv")))
    for video in scan.distorted {
      #expect(FileManager.default.contents(atPath: video.file.path) != reference)
    }
    let before = try SyntheticCorpusTests.contents(corpus)
    try corpus.remove("dis/\(scan.distorted[1].file.stem).yuv")
    let again = try await maker.run(try maker.plan())
    #expect(again.made == ["dis/\(scan.distorted[1].file.stem).yuv"])
    #expect(try SyntheticCorpusTests.contents(corpus) == before)
  }

  @Test func keepsEncodes() async throws {
    let corpus = try ScratchCorpus()
    var options = CorpusMaker.Options()
    options.keepsEncoded = true
    options.maximalRungs = 3
    options.maximalFrames = 4
    let maker = CorpusMaker(
      root: corpus.root.path, inputs: try Self.inputs(corpus), options: options)
    let report = try await maker.run(try maker.plan())
    try #require(report.failures.isEmpty, "\(report.failures)")
    let scan = try corpus.scan()
    #expect(scan.issues.isEmpty, "\(scan.issues)")
    #expect(scan.usablePairs.count == 6)
    #expect(scan.distorted.allSatisfy { $0.file.container == .mkv && $0.file.frameCount == 4 })
    #expect(Set(scan.distorted.compactMap(\.file.format?.height)) == [64, 90])
  }

  @Test func changedOptionsMakeAnew() async throws {
    let corpus = try ScratchCorpus()
    var options = CorpusMaker.Options()
    options.maximalRungs = 2
    let inputs = try Self.inputs(corpus)
    var maker = CorpusMaker(root: corpus.root.path, inputs: inputs, options: options)
    _ = try await maker.run(try maker.plan())
    #expect(try maker.plan().remaining.isEmpty)
    options.scaler = .lanczos
    maker = CorpusMaker(root: corpus.root.path, inputs: inputs, options: options)
    #expect(try maker.plan().remaining.count == 4)
    options.maximalFrames = 3
    maker = CorpusMaker(root: corpus.root.path, inputs: inputs, options: options)
    #expect(try maker.plan().remaining.count == 6)
    _ = try await maker.run(try maker.plan())
    let scan = try corpus.scan()
    #expect(scan.issues.isEmpty, "\(scan.issues)")
    #expect(scan.distorted.allSatisfy { $0.file.frameCount == 3 })
  }

  @Test func aBrokenInputIsNamed() throws {
    let corpus = try ScratchCorpus()
    try corpus.write("broken.mkv", text: "this is no video")
    let maker = CorpusMaker(
      root: corpus.root.path, inputs: [.video(path: corpus.path("broken.mkv"))])
    let error = #expect(throws: CorpusError.self) { try maker.plan() }
    #expect(error?.description.contains("broken.mkv") == true)
  }
}
