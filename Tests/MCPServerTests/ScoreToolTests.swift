import Features
import Reports
import Scoring
import Testing
import VideoIO

@testable import MCPServer

@Suite struct ScoreToolTests {
  let folder: ScratchFolder
  let server: TestServer
  let reference: String
  let distorted: String

  init() throws {
    folder = try ScratchFolder()
    server = try TestServer(folder)
    reference = try folder.writeClip("ref.y4m")
    distorted = try folder.writeClip("dis.y4m", noise: 8)
  }

  private func values(_ arguments: JSONObject) async throws -> JSONValue {
    let result = try await server.call("vmaf_score", arguments)
    try #require(result["isError"] == false, "\(result.resultText)")
    let values = try #require(result["structuredContent"])
    #expect(values.text == result.resultText)
    let tool = try #require(server.dispatcher.tools.first { $0.name == "vmaf_score" })
    #expect(tool.definition.outputSchema.problems(with: values, at: "") == [])
    return values
  }

  private func exact(subsample: Int = 1) async throws -> [Double] {
    var request = ScoreRequest(reference: reference, distorted: [distorted])
    request.subsample = subsample
    let run = try await Scorer(request).run()
    return try #require(run.results[0].table[FeatureName("vmaf")])
  }

  @Test func givesTheScoresOfTheScorer() async throws {
    let scores = try await exact()
    let values = try await values(["reference": "ref.y4m", "distorted": "dis.y4m", "worst": 2])
    #expect(values["score"]?.number == Pooling.mean(scores))
    #expect(values["frames"] == 4)
    #expect(values["video"]?["frame_rate"] == 25.0)
    let result = try #require(values["results"]?.array?.first)
    #expect(result["distorted"] == .string(distorted))
    let pooled = result["scores"]?.array?.first?["pooled"]
    #expect(pooled?["min"]?.number == scores.min())
    #expect(pooled?["p5"]?.number == Pooling.percentile(5)(scores))
    let worst = try #require(result["worst_frames"]?.array)
    #expect(worst.count == 2)
    #expect(worst.first?["score"]?.number == scores.min())
    #expect(worst.first?["frame"]?.integer == scores.firstIndex(of: scores.min() ?? 0))
  }

  @Test func takesOtherNamesAndLadders() async throws {
    let one = try await values(["ref": "ref.y4m", "dis": "dis.y4m", "backend": "cpu"])
    let several = try await values([
      "reference": "ref.y4m", "distorted": ["ref.y4m", "dis.y4m"],
      "model": ["vmaf_v0.6.1", "vmaf_v0.6.1neg"], "pooling": "min",
    ])
    let results = try #require(several["results"]?.array)
    #expect(results.count == 2)
    let scores = try #require(results[1]["scores"]?.array)
    #expect(scores.map { $0["model"] } == ["vmaf_v0.6.1", "vmaf_v0.6.1neg"])
    #expect(scores[0]["name"] != scores[1]["name"])
    #expect(scores[0]["pooled"]?["mean"] == one["score"])
    #expect(scores[0]["score"] == scores[0]["pooled"]?["min"])
  }

  @Test func readsRawVideo() async throws {
    let raw = try folder.write("flat.yuv", [UInt8](repeating: 90, count: 64 * 48 * 3 / 2 * 2))
    let values = try await values([
      "ref": .string(raw), "dis": .string(raw), "width": 64, "height": 48, "pixfmt": "420",
      "bitdepth": 8,
    ])
    #expect(values["frames"] == 2)
    let half = try await server.call(
      "vmaf_score", ["ref": .string(raw), "dis": .string(raw), "width": 64])
    #expect(half.resultText.contains("\"height\""))
    let none = try await server.call("vmaf_score", ["ref": .string(raw), "dis": .string(raw)])
    #expect(none.resultText.contains("width, height, pixel_format, bit_depth"))
  }

  @Test func keepsFramesForReading() async throws {
    let values = try await values(["reference": "ref.y4m", "distorted": "dis.y4m"])
    let uri = try #require(values["results"]?.array?.first?["resource"]?.string)
    let contents = try await server.ask("resources/read", ["uri": .string(uri)]).outcome.get()
    let text = try #require(contents["contents"]?.array?.first?["text"]?.string)
    let report = try JSONParser.parse(text.utf8)
    let scores = report["frames"]?.array?.compactMap { $0["metrics"]?["vmaf"]?.number }
    #expect(scores == (try await exact()))
    let part = try await server.ask(
      "resources/read", ["uri": .string(uri + "?frames=1-2")]
    ).outcome.get()
    let partText = try #require(part["contents"]?.array?.first?["text"]?.string)
    let frames = try JSONParser.parse(partText.utf8)["frames"]?.array?.map { $0["frameNum"] }
    #expect(frames == [1, 2])
    let listed = try await server.ask("resources/list").outcome.get()
    #expect(listed["resources"]?.array?.contains { $0["uri"] == .string(uri) } == true)
    for query in ["?frames=2-1", "?frames=a", "?frames=1-2-3", "?x", "?frames=-1"] {
      let reply = try await server.ask("resources/read", ["uri": .string(uri + query)])
      #expect(throws: ProtocolError.self) { try reply.outcome.get() }
    }
  }

  @Test func selectsFrames() async throws {
    let scores = try await exact(subsample: 2)
    let every = try await values([
      "reference": "ref.y4m", "distorted": "dis.y4m", "subsample": 2,
    ])
    #expect(every["score"]?.number == Pooling.mean(scores))
    let first = try await values([
      "reference": "ref.y4m", "distorted": "dis.y4m", "frames": 2, "first_frame": 1,
    ])
    #expect(first["frames"] == 2)
  }

  @Test(
    arguments: [
      ("4", 0.1234567, 0.1235), ("4", 98.76543, 98.77), ("2", 1234.5, 1200), ("max", 0.1, 0.1),
      ("legacy", 1.23456789, 1.234568), ("17", 0.1234567, 0.1234567), ("3", 0, 0),
      ("3", -2.3456, -2.35),
    ] as [(String, Double, Double)])
  func rounds(choice: String, value: Double, expected: Double) {
    #expect(Rounding(choice)?(value) == .number(expected))
    for wrong in ["18", "0", "", "most"] {
      if Rounding(wrong) != nil { Issue.record("\(wrong) was taken") }
    }
  }

  @Test func refusesHelpfully() async throws {
    _ = try folder.writeClip("small.y4m", width: 40, height: 40)
    for (arguments, words) in [
      (["reference": "ref.y4m", "distorted": "small.y4m"], "\"scale\": \"bicubic\""),
      (["reference": "ref.y4m", "distorted": "nowhere.y4m"], "no such file"),
      (["reference": "ref.y4m", "distorted": "../dis.y4m"], "outside"),
      (["reference": "ref.y4m", "distorted": "dis.y4m", "model": "vmaf_v9"], "vmaf_v"),
      (["reference": "ref.y4m", "distorted": "dis.y4m", "model": "path=/etc/x.json"], "outside"),
      (["reference": "ref.y4m", "distorted": "dis.y4m", "backend": "cuda"], "one of auto, cpu"),
    ] as [(JSONObject, String)] {
      let result = try await server.call("vmaf_score", arguments)
      #expect(result["isError"] == true)
      #expect(result.resultText.contains(words), "\(result.resultText)")
    }
  }

  @Test func keepsItsLimits() async throws {
    var limits = ServerLimits()
    limits.frames = 3
    let strict = try TestServer(folder, limits: limits)
    let arguments: JSONObject = ["reference": "ref.y4m", "distorted": "dis.y4m"]
    #expect(try await strict.call("vmaf_score", arguments).resultText.contains("server's limit"))
    var part = arguments
    part["frames"] = 2
    #expect(try await strict.call("vmaf_score", part)["isError"] == false)
    limits.frames = 4
    #expect(
      try await TestServer(folder, limits: limits).call("vmaf_score", arguments)["isError"]
        == false)
    limits.pixels = 64
    #expect(
      try await TestServer(folder, limits: limits).call("vmaf_score", arguments).resultText
        .contains("scale them down"))
  }

  @Test func probesPairs() async throws {
    _ = try folder.writeClip("short.y4m", frames: 2)
    let result = try await server.call(
      "probe", ["reference": "ref.y4m", "distorted": ["short.y4m"]])
    let values = try #require(result["structuredContent"])
    let tool = try #require(server.dispatcher.tools.first { $0.name == "probe" })
    #expect(tool.definition.outputSchema.problems(with: values, at: "") == [])
    #expect(values["videos"]?.array?.count == 2)
    #expect(values["findings"]?.array?.first?["topic"] == "frameCount")
    #expect(values["scorable"] == true)
  }

  @Test func toolsWithoutVideosFitTheirSchemas() async throws {
    for (name, arguments) in [
      ("list_models", [:]), ("list_backends", [:]), ("describe_model", ["model": "vmaf_v0.6.1"]),
      ("describe_model", ["model": "tiny"]), ("describe_model", ["model": "tiny:2x16"]),
    ] as [(String, JSONObject)] {
      let result = try await server.call(name, arguments)
      let values = try #require(result["structuredContent"])
      let tool = try #require(server.dispatcher.tools.first { $0.name == name })
      #expect(tool.definition.outputSchema.problems(with: values, at: "") == [])
    }
    let unknown = try await server.call("describe_model", ["name": "nope"])
    #expect(unknown.resultText.contains("known are vmaf_v0.6.1"))
  }

  @Test func forgetsTheOldestResults() {
    let store = ResultStore(count: 3, values: 100)
    let table = FeatureTable(
      frames: Array(0..<10),
      columns: [.init(name: FeatureName("vmaf"), values: Array(repeating: 1, count: 10))])
    let report = ScoreReport(
      version: "1", framesPerSecond: .nan, width: 1, height: 1, table: table)
    let ids = (0..<5).map { _ in store.add(reference: "r", distorted: "d", report: report).id }
    #expect(store.all.map(\.id) == ids.suffix(3).reversed())
    #expect(store.find(ids[0]) == nil)
    #expect(store.find(ids[4]) != nil)
    #expect(Set(ids).count == 5)
    let tight = ResultStore(count: 100, values: 50)
    for _ in 0..<5 { _ = tight.add(reference: "r", distorted: "d", report: report) }
    #expect(tight.all.count == 2)
  }
}
