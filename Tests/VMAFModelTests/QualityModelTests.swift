import Features
import Testing

@testable import VMAFModel

/// A model over `adm2` and `motion2` whose parts can be replaced.
struct ModelText {
  var names = #"["VMAF_integer_feature_adm2_score", "VMAF_integer_feature_motion2_score"]"#
  var slopes = "[0.5, 2.0, 0.25]"
  var intercepts = "[0.125, 0.0, 1.0]"
  var norm = #""linear_rescale""#
  var vectors = #"nu_svr\nkernel_type linear\ntotal_sv 2\nrho 0.5\nSV\n2 1:1 2:0.5 \n-1 2:4 \n"#
  var extras = ""

  var json: String {
    #"{"model_dict": {"feature_names": \#(names), "slopes": \#(slopes), "norm_type": \#(norm), "#
      + #""intercepts": \#(intercepts), "model_type": "LIBSVMNUSVR"\#(extras), "#
      + #""model": "svm_type \#(vectors)"}}"#
  }

  func model(_ specification: String = "test.json") throws(ModelError) -> QualityModel {
    try QualityModel(bytes: Array(json.utf8), specification: ModelSpecification(specification))
  }
}

@Suite struct QualityModelTests {
  @Test func linearKernelWithRescaling() throws {
    // x = (2a, 0.25m + 1); y = 2 (x1 + 0.5 x2) - 4 x2 - 0.5; score = (y - 0.125) / 0.5
    let model = try ModelText().model()
    let (a, m) = (0.75, 8.0)
    let (x1, x2) = (2 * a, 0.25 * m + 1)
    let y = 2 * (x1 + 0.5 * x2) - 4 * x2 - 0.5
    #expect(model.predict(features: [a, m]) == (y - 0.125) / 0.5)
    #expect(model.featureNames == [.adm2, .motion2])
    #expect(model.extractors() == [FeatureExtractor(.adm), FeatureExtractor(.motion)])
    #expect(model.extractors(omittingUnusedAIM: true).first == FeatureExtractor(.adm).omittingAIM)
  }

  @Test func featuresAsTheyAre() throws {
    var text = ModelText()
    text.norm = #""none""#
    text.vectors = #"epsilon_svr\nkernel_type linear\ntotal_sv 1\nrho 0\nSV\n2 1:1 2:0.5 \n"#
    #expect(try text.model().predict(features: [3, 4]) == 10)
  }

  @Test func radialBasis() throws {
    var text = ModelText()
    text.norm = #""none""#
    text.vectors =
      #"nu_svr\nkernel_type rbf\ngamma 0.5\nnr_class 2\ntotal_sv 1\nrho 1\nSV\n3 1:1\n"#
    // exp(-0.5 (0 + 2²)) = e^-2
    #expect(abs(try text.model().predict(features: [1, 2]) - (3 * 0.1353352832366127 - 1)) < 1e-15)
  }

  @Test func clipAndTransform() throws {
    var text = ModelText()
    text.norm = #""none""#
    text.vectors = #"nu_svr\nkernel_type linear\ntotal_sv 1\nrho 0\nSV\n1 1:1\n"#
    text.extras =
      #", "score_clip": [0, 100], "score_transform": {"p0": 10.0, "p1": 2, "p2": null}"#
    #expect(try text.model().predict(features: [60, 0]) == 60)
    #expect(try text.model().predict(features: [160, 0]) == 100)
    #expect(try text.model("test.json:disable_clip").predict(features: [160, 0]) == 160)
    let enabled = try text.model("test.json:enable_transform=true")
    #expect(enabled.predict(features: [20, 0]) == 50)
    #expect(enabled.predict(features: [60, 0]) == 100)
    #expect(enabled.predictUnclipped(features: [60, 0]) == 130)
    text.extras =
      #", "score_transform": {"enabled": true, "knots": [[0, 0], [10, 20], [20, 20], [30, 50]]}"#
    let curve = try text.model()
    for (x, y) in [
      (-5.0, -10.0), (0, 0), (5, 10), (10, 20), (15, 20), (20, 20), (25, 35), (40, 80),
    ] {
      #expect(curve.predict(features: [x, 0]) == y)
    }
    text.extras =
      #", "score_transform": {"enabled": true, "p0": 5, "p1": 0.5, "out_lte_in": "true"}"#
    #expect(try text.model().predict(features: [4, 0]) == 4)
    #expect(try text.model().predict(features: [40, 0]) == 25)
    text.extras = #", "score_transform": {"enabled": true, "p1": 0.5, "out_gte_in": "true"}"#
    #expect(try text.model().predict(features: [4, 0]) == 4)
    #expect(try text.model().predict(features: [-4, 0]) == -2)
  }

  @Test func optionsOfFeatures() throws {
    var text = ModelText()
    text.extras = #", "feature_opts_dicts": [{"adm_enhn_gain_limit": 1.0, "adm_min_val": 0.1}, {}]"#
    #expect(try text.model().featureNames[0].rawValue == "integer_adm2_egl_1_min_0.1")
    let overloaded = try text.model(
      "test.json:adm.adm_enhn_gain_limit=1.2:motion.motion_force_zero=true:cambi.window_size=3")
    #expect(
      overloaded.featureNames.map(\.rawValue) == [
        "integer_adm2_egl_1.2_min_0.1", "integer_motion2_force_0",
      ])
    #expect(
      overloaded.warnings == [
        "Option \"cambi.window_size\" was ignored: there is no feature extractor \"cambi\"."
      ])
    #expect(try text.model("test.json:adm.foo=1:enable_transform").warnings.count == 2)
  }

  @Test func usedAIMIsNotOmitted() throws {
    var text = ModelText()
    text.names = #"["VMAF_integer_feature_adm3_score", "VMAF_integer_feature_motion3_score"]"#
    let model = try text.model()
    #expect(model.extractors(omittingUnusedAIM: true).first == FeatureExtractor(.adm))
  }

  @Test func contentHash() throws {
    // `sha256sum` of the file.
    #expect(
      try QualityModel().contentHash
        == "5950d61fa1f861bd45d8149d80539ed9f3376cfc2495b8f0fa8e9f57cb131ee3")
    #expect(try QualityModel().regressor.regressor.coefficients.count == 211)
  }

  @Test func bootstrap() throws {
    // Four members that give the first feature plus 0, 0, 4 and 8; the first is not in the ensemble.
    let members = ["0", "0", "-4", "-8"].enumerated().map { index, rho in
      var text = ModelText()
      text.norm = #""none""#
      text.vectors = #"nu_svr\nkernel_type linear\ntotal_sv 1\nrho \#(rho)\nSV\n1 1:1\n"#
      text.extras = #", "score_clip": [0, 50], "score_transform": {"p0": 1, "p1": 3}"#
      return "\"\(index)\": \(text.json)"
    }
    let bytes = Array("{\(members.joined(separator: ", "))}".utf8)
    let plain = try QualityModel(
      bytes: bytes, specification: ModelSpecification("path=b.json:name=q"))
    #expect(
      plain.scoreNames.map(\.rawValue) == [
        "q", "q_0001", "q_0002", "q_0003", "q_bagging", "q_stddev", "q_ci_p95_lo", "q_ci_p95_hi",
      ])
    // Raw 10, 14, 18: mean 14, variance 32 / 3, the interval 5 % from both ends.
    let scores = plain.scores(features: [10, 0])
    let expected = [10, 10, 14, 18, 14, (32.0 / 3).squareRoot(), 10.2, 17.8]
    #expect(zip(scores, expected).allSatisfy { abs($0 - $1) < 1e-9 })
    let phone = try QualityModel(
      bytes: bytes, specification: ModelSpecification("path=b.json:enable_transform"))
    let mapped = phone.scores(features: [10, 0])
    let target = [31, 31, 43, 50, 43, 3 * (32.0 / 3).squareRoot(), 31.6, 50]
    #expect(zip(mapped, target).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test func missingColumn() throws {
    let model = try ModelText().model()
    let error = #expect(throws: ModelError.self) {
      _ = try model.scores(of: FeatureTable(frames: [0]))
    }
    #expect(
      error?.description
        == "The model \"test.json\" cannot be used: the feature \"integer_adm2\" was not computed.")
  }
}
