import FeatureStore
import Features
import Testing

@testable import MCPServer

@Suite struct EvaluationToolsTests {
  let folder: ScratchFolder
  let server: TestServer

  init() throws {
    folder = try ScratchFolder()
    server = try TestServer(folder)
    // Rows of six sources, of which the target is the default student's own idea plus an offset.
    var text = "source,pair,frame,adm2,vif_scale0,vif_scale1,vif_scale2,vif_scale3,motion2,human\n"
    for source in 0..<6 {
      for frame in 0..<20 {
        let quality = 0.35 + 0.03 * Double(frame) + 0.004 * Double(source)
        let row = [0.6 + quality * 0.38, quality, quality, quality, quality]
        let values = row.map { "\(min($0, 1))" }.joined(separator: ",")
        let human = 20 + 75 * quality + (frame % 2 == 0 ? 1 : -1)
        text += "source\(source),clip\(frame / 10),\(frame),\(values),\(2 + source),\(human)\n"
      }
    }
    _ = try folder.write("rows.csv", Array(text.utf8))
  }

  private func values(_ tool: String, _ arguments: JSONObject) async throws -> JSONValue {
    let result = try await server.call(tool, arguments)
    try #require(result["isError"] == false, "\(result.resultText)")
    let values = try #require(result["structuredContent"])
    let definition = try #require(server.dispatcher.tools.first { $0.name == tool }).definition
    #expect(definition.outputSchema.problems(with: values, at: "") == [])
    return values
  }

  @Test func ranksModels() async throws {
    let values = try await values(
      "compare_models",
      [
        "models": ["tiny:2x16", "tiny", "vmaf_v0.6.1", "nonsense"], "features": "rows.csv",
        "target": "human", "replicates": 200,
      ])
    let ranked = try #require(values["ranked"]?.array)
    #expect(ranked.count == 3)
    let errors = ranked.compactMap { $0["rmse"]?.number }
    #expect(errors == errors.sorted())
    #expect(ranked[0]["rows"] == 120)
    #expect(ranked[0]["difference_from_best"] == nil)
    #expect(ranked[1]["difference_from_best"]?["rmse"]?["difference"]?.number ?? -1 >= 0)
    let interval = (ranked[0]["intervals"]?["rmse"]?.array ?? []).compactMap(\.number)
    #expect(interval.count == 2 && interval[0] <= errors[0] && errors[0] <= interval[1])
    #expect(values["errors"]?.array?.first?["model"] == "nonsense")
    // The student gives nearly its teacher's scores.
    let byName = Dictionary(
      uniqueKeysWithValues: ranked.map { ($0["model"]?.string ?? "", $0["rmse"]?.number ?? 0) })
    #expect(abs((byName["tiny"] ?? 0) - (byName["vmaf_v0.6.1"] ?? 99)) < 1)
  }

  @Test func evaluatesOnPartsThatCoverAll() async throws {
    var rows = 0
    for part in ["train", "validation", "test"] {
      let values = try await values(
        "eval_model_on_split",
        ["model": "tiny", "features": "rows.csv", "target": "human", "split": .string(part)])
      #expect(values["split"] == .string(part))
      #expect(values["unit"] == "frame")
      let sources = try #require(values["sources"]?.array)
      #expect(sources.reduce(0) { $0 + ($1["rows"]?.integer ?? 0) } == values["rows"]?.integer)
      rows += values["rows"]?.integer ?? 0
    }
    #expect(rows == 120)
    let clips = try await values(
      "eval_model_on_split",
      [
        "model": "tiny", "features": "rows.csv", "target": "human", "split": "all", "clips": true,
        "replicates": 0,
      ])
    #expect(clips["rows"] == 12)
    #expect(clips["intervals"] == nil)
  }

  @Test func readsStores() async throws {
    let store = try Store(creatingAt: "\(folder.path)/store")
    let mapping = ImportMapping(
      name: "rows", frameColumn: "frame",
      scores: [.init(column: "human", name: FeatureName("human"))])
    _ = try store.importTable(
      at: "\(folder.path)/rows.csv", mapping: mapping, toolVersion: "test")
    let values = try await values(
      "eval_model_on_split",
      ["model": "tiny", "features": "store", "table": "rows", "target": "human", "split": "all"])
    #expect(values["rows"] == 120)
  }

  @Test func refusesHelpfully() async throws {
    for (arguments, words) in [
      (["model": "tiny", "features": "/etc"], "outside"),
      (["model": "tiny", "features": "nowhere"], "no such"),
      (["model": "tiny", "features": "rows.csv", "target": "nope"], "nope"),
      (["model": "nope", "features": "rows.csv", "target": "human"], "nope"),
      (["model": "tiny", "features": "rows.csv", "target": "human", "split": "tset"], "one of"),
    ] as [(JSONObject, String)] {
      let result = try await server.call("eval_model_on_split", arguments)
      #expect(result["isError"] == true)
      #expect(result.resultText.contains(words), "\(result.resultText)")
    }
  }
}

@Suite struct WorstFramesToolTests {
  @Test func showsTheWorstFrames() async throws {
    let folder = try ScratchFolder()
    let server = try TestServer(folder)
    _ = try folder.writeClip("ref.y4m")
    _ = try folder.writeClip("dis.y4m", noise: 10)
    let result = try await server.call(
      "worst_frames",
      ["ref": "ref.y4m", "dis": "dis.y4m", "n": 2, "apart": 1, "picture_width": 64])
    try #require(result["isError"] == false, "\(result.resultText)")
    let values = try #require(result["structuredContent"])
    let tool = try #require(server.dispatcher.tools.first { $0.name == "worst_frames" })
    #expect(tool.definition.outputSchema.problems(with: values, at: "") == [])
    let frames = try #require(values["frames"]?.array)
    #expect(frames.count == 2)
    let scores = frames.compactMap { $0["score"]?.number }
    #expect(scores == scores.sorted())
    #expect(frames[0]["features"]?["integer_adm2"] != nil)
    #expect(frames[0]["pictures"] == ["reference", "distorted", "difference"])
    let content = try #require(result["content"]?.array)
    #expect(content.count == 1 + 2 * 3)
    for image in content.dropFirst() {
      #expect(image["type"] == "image" && image["mimeType"] == "image/png")
      #expect(image["data"]?.string?.hasPrefix("iVBORw0KGgo") == true)
    }
    let plain = try await server.call(
      "worst_frames",
      ["reference": "ref.y4m", "distorted": "dis.y4m", "count": 1, "pictures": false])
    #expect(plain["content"]?.array?.count == 1)
  }

  @Test func leavesPicturesOutOfResultsThatAreTooLarge() async throws {
    let folder = try ScratchFolder()
    var limits = ServerLimits()
    limits.resultBytes = 100
    let server = try TestServer(folder, limits: limits)
    _ = try folder.writeClip("ref.y4m")
    let result = try await server.call(
      "worst_frames", ["reference": "ref.y4m", "distorted": "ref.y4m", "count": 1])
    #expect(result["content"]?.array?.count == 1)
    #expect(result.resultText.contains("picture_width"))
  }

  @Test func keepsMomentsApart() {
    let scores = [5.0, 1, 2, 3, 0.5, 9, 4]
    let frames = [0, 2, 4, 6, 8, 10, 12]
    #expect(
      WorstFramesTool.worstRows(scores, frames: frames, count: 3, apart: 1) == [4, 1, 2])
    #expect(
      WorstFramesTool.worstRows(scores, frames: frames, count: 3, apart: 4) == [4, 1, 6])
    #expect(WorstFramesTool.worstRows(scores, frames: frames, count: 9, apart: 100) == [4])
  }
}

@Suite struct BenchmarkToolTests {
  @Test func measuresEveryBackend() async throws {
    let folder = try ScratchFolder()
    let server = try TestServer(folder)
    let result = try await server.call(
      "run_benchmark", ["width": 64, "height": 64, "frames": 4])
    try #require(result["isError"] == false, "\(result.resultText)")
    let values = try #require(result["structuredContent"])
    let tool = try #require(server.dispatcher.tools.first { $0.name == "run_benchmark" })
    #expect(tool.definition.outputSchema.problems(with: values, at: "") == [])
    let cases = try #require(values["cases"]?.array)
    #expect(cases.first?["backend"] == "scalar")
    #expect(cases.allSatisfy { $0["frames_per_second"]?.number ?? 0 > 0 })
    // All kernels give the same bits.
    let whole = cases.filter { $0["frames"] == 4 }.compactMap { $0["score"]?.number }
    #expect(Set(whole).count <= 1)
  }
}
