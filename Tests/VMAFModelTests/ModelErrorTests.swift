import Features
import Foundation
import Testing
import VMAFModel

@Suite struct ModelErrorTests {
  /// The clause after "The model "test.json" cannot be used: ", or the whole sentence.
  private func problem(_ text: ModelText) -> String? {
    let error = #expect(throws: ModelError.self) { _ = try text.model() }
    guard case .invalid("test.json", let problem)? = error else { return error?.description }
    return problem
  }

  @Test func lengthsAndNumbers() {
    var text = ModelText()
    text.slopes = "[1.0, 1.0]"
    #expect(
      problem(text)
        == "it has 2 slopes and 3 intercepts, not one for the score and one for each of 2 features")
    text.slopes = "[0, 1, 1]"
    #expect(
      problem(text) == "its slopes and intercepts must be finite, and the score's slope not 0")
    text.slopes = #"[1, "x", 1]"#
    #expect(problem(text) == "model_dict.slopes[1] has the wrong type")
    text.slopes = "[1, NaN, 1]"
    #expect(problem(text) == "it is not JSON")
    text.slopes = "[1, 1e999, 1]"
    #expect(problem(text)?.isEmpty == false)
    text = ModelText()
    text.names = "[]"
    #expect(problem(text) == "it has 0 feature_names, not 1 to 64")
    text = ModelText()
    text.extras = #", "feature_opts_dicts": [{}]"#
    #expect(problem(text) == "it has 1 feature_opts_dicts for 2 features")
    text.extras = #", "score_clip": [100, 0]"#
    #expect(problem(text) == "its score_clip is not a pair of a smallest and a largest score")
    text.extras = #", "score_transform": {"knots": [[0, 0], [0, 1]]}"#
    #expect(problem(text) == "the x of its knots must rise and the y not fall")
    text.extras = #", "score_transform": {"knots": [[0, 0, 1], [0, 1]]}"#
    #expect(problem(text) == "its knots are not at least two pairs of numbers")
    text = ModelText()
    text.norm = #""clip_0to1""#
    #expect(problem(text) == "its norm_type is \"clip_0to1\", not linear_rescale or none")
  }

  @Test func featuresThatDoNotExist() {
    var text = ModelText()
    text.names = #"["VMAF_feature_adm2_score", "VMAF_integer_feature_motion2_score"]"#
    #expect(
      problem(text)
        == "no feature extractor provides the feature \"VMAF_feature_adm2_score\"; only libvmaf's "
        + "integer adm, motion, vif and psnr features are available")
    text.names = #"["integer_vif", "VMAF_integer_feature_motion2_score"]"#
    #expect(
      problem(text)
        == "feature extractor \"vif\" does not give \"integer_vif\" with these options")
    text = ModelText()
    text.extras = #", "feature_opts_dicts": [{"adm_enhn_gain_limit": 0.5}, {}]"#
    #expect(
      problem(text)
        == "problem loading feature extractor \"adm\": adm_enhn_gain_limit must be a number from 1 "
        + "to 100, not \"0.5\"")
  }

  @Test(arguments: [
    (#"c_svc\nkernel_type rbf\n"#, "its svm_type is \"c_svc\", not nu_svr or epsilon_svr"),
    (
      #"nu_svr\nkernel_type sigmoid\n"#, "its kernel_type is \"sigmoid\", not rbf or linear"
    ),
    (
      #"nu_svr\nkernel_type rbf\ntotal_sv 0\nrho 0\nSV\n"#,
      "the support vector machine has no number gamma"
    ),
    (
      #"nu_svr\nkernel_type linear\ntotal_sv 1\nrho nan\nSV\n1 1:1"#,
      "the support vector machine has no number rho"
    ),
    (
      #"nu_svr\nkernel_type linear\ntotal_sv 4000000000\nrho 0\nSV\n1 1:1"#,
      "it announces 4000000000 support vectors but has 1"
    ),
    (
      #"nu_svr\nkernel_type linear\ntotal_sv 0\nrho 0\nSV\n"#,
      "it announces 0 support vectors but has 0"
    ),
    (
      #"nu_svr\nkernel_type linear\ntotal_sv 1\nrho 0\nSV\nnan 1:1"#,
      "its support vector 1 has no coefficient"
    ),
    (
      #"nu_svr\nkernel_type linear\ntotal_sv 2\nrho 0\nSV\n1 1:1\n1 1:inf"#,
      "its support vector 2 has \"1:inf\" where index:value must be"
    ),
    (
      #"nu_svr\nkernel_type linear\ntotal_sv 1\nrho 0\nSV\n1 3:1"#,
      "its support vector 1 has index 3, which is not ascending from 1 to 2"
    ),
    (
      #"nu_svr\nkernel_type linear\ntotal_sv 1\nrho 0\nSV\n1 2:1 1:1"#,
      "its support vector 1 has index 1, which is not ascending from 1 to 2"
    ),
    (
      #"nu_svr\nkernel_type linear\ntotal_sv 1\nrho 0\nSV\n1 9223372036854775808:1"#,
      "its support vector 1 has \"9223372036854775808:1\" where index:value must be"
    ),
  ])
  func supportVectors(vectors: String, clause: String) {
    var text = ModelText()
    text.vectors = vectors
    #expect(problem(text) == clause)
  }

  @Test(arguments: [
    ("", "it is not JSON"), ("ELF\u{7F}", "it is not JSON"), ("[1, 2]", "it is not a JSON object"),
    ("{}", "model_dict is missing"),
    (#"{"model_dict": {}}"#, "model_dict.feature_names is missing"),
    (#"{"0": {"model_dict": 3}}"#, "0.model_dict has the wrong type"),
  ])
  func notAModel(json: String, clause: String) throws {
    let specification = try ModelSpecification("test.json")
    #expect(throws: ModelError.invalid(source: "test.json", problem: clause)) {
      try QualityModel(bytes: Array(json.utf8), specification: specification)
    }
  }

  /// Deep nesting must not exhaust the stack.
  @Test func deepNesting() throws {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
    let specification = try ModelSpecification("test.json")
    #expect(throws: ModelError.self) {
      try QualityModel(bytes: bytes, specification: specification)
    }
  }

  @Test func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }

    let absent = folder.appending(path: "none.json").path
    #expect(throws: ModelError.unreadable(path: absent, reason: "No such file or directory")) {
      try QualityModel(ModelSpecification(source: .path(absent)))
    }
    #expect(throws: ModelError.unreadable(path: folder.path, reason: "Is a directory")) {
      try QualityModel(ModelSpecification(source: .path(folder.path)))
    }
    let large = folder.appending(path: "large.json")
    #expect(FileManager.default.createFile(atPath: large.path, contents: nil))
    let handle = try FileHandle(forWritingTo: large)
    try handle.truncate(atOffset: 100 << 20)
    try handle.close()
    let error = #expect(throws: ModelError.self) {
      try QualityModel(ModelSpecification(source: .path(large.path)))
    }
    #expect(
      error?.description
        == "The model file \"\(large.path)\" is larger than 16 MiB, which no VMAF model is.")

    let good = folder.appending(path: "good.json")
    try Data(ModelText().json.utf8).write(to: good)
    #expect(try QualityModel(ModelSpecification(source: .path(good.path))).featureNames.count == 2)
  }
}
