import Features
import Testing
import VMAFModel
import _TestSupport

@Suite struct GoldenScoreTests {
  /// The score's name in the golden files and how to get it.
  static let models = [
    ("vmaf", "vmaf_v0.6.1"), ("vmaf_neg", "version=vmaf_v0.6.1neg:name=vmaf_neg"),
    ("vmaf_4k", "version=vmaf_4k_v0.6.1"), ("vmaf_phone", "phone"),
  ]

  @Test(arguments: models)
  func scoresFollowFromFeatures(score: String, specification: String) throws {
    let model = try QualityModel(ModelSpecification(specification))
    var worst = 0.0
    var count = 0
    for table in [try GoldenTable.synthetic(), try GoldenTable.netflix()] {
      for (name, clip) in table.clips {
        let expected = try #require(clip.perFrame[score])
        let inputs = FeatureTable(
          frames: Array(0..<clip.frames),
          columns: try model.featureNames.map { feature in
            .init(name: feature, values: try #require(clip.perFrame[feature.rawValue]))
          })
        let columns = try model.scores(of: inputs)
        #expect(columns.map(\.name.rawValue) == [model.name])
        for (value, target) in zip(columns[0].values, expected) {
          worst = max(worst, abs(value - target))
          count += 1
        }
        #expect(columns[0].values.count == expected.count, "\(name)")
        let pooled = try #require(clip.pooled[score])
        for pooling in Pooling.standard {
          let target = try #require(pooled[pooling.name])
          let value = try #require(pooling(expected))
          #expect(abs(value - target) <= 1e-9, "\(name) \(pooling.name)")
        }
      }
    }
    #expect(count > 60)
    #expect(worst <= 1e-9)
  }

  @Test func fourKWithoutEnhancementGain() throws {
    let neg = try QualityModel(ModelSpecification("vmaf_4k_v0.6.1neg"))
    let plain = try QualityModel(ModelSpecification("vmaf_4k_v0.6.1"))
    #expect(neg.regressor.regressor == plain.regressor.regressor)
    #expect(
      neg.featureNames.map(\.rawValue) == [
        "integer_adm2_egl_1", "integer_motion2", "integer_vif_scale0_egl_1",
        "integer_vif_scale1_egl_1", "integer_vif_scale2_egl_1", "integer_vif_scale3_egl_1",
      ])
  }
}
