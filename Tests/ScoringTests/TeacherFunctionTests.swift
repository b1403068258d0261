import Features
import Scoring
import Testing
import VMAFModel

@Suite struct TeacherFunctionTests {
  /// A plausible row: ADM2, VIF of four scales, motion2.
  private static let row = [0.91, 0.42, 0.71, 0.79, 0.85, 3.25]

  /// The function takes features in canonical order, whatever order the model's file has.
  @Test(arguments: ["vmaf_v0.6.1", "vmaf_v0.6.1neg", "vmaf_4k_v0.6.1"])
  func ordersFeaturesForTheModel(name: String) throws {
    let model = try QualityModel(ModelSpecification(name))
    let teacher = try TeacherFunction(model)
    let byName = Dictionary(
      uniqueKeysWithValues: zip(teacher.featureNames.map(\.rawValue), Self.row))
    #expect(byName.count == 6)
    let ordered = try model.featureNames.map { try #require(byName[$0.rawValue]) }
    #expect(ordered != Self.row)
    #expect(teacher(Self.row) == model.predictUnclipped(features: ordered))
    #expect(
      teacher.featureNames.map { $0.rawValue.split(separator: "_egl").first.map(String.init) }
        == FeatureName.canonicalSix.map(\.rawValue))
  }

  /// Each place of a row matters in its own way, so no two may be exchanged.
  @Test func noTwoFeaturesAreExchanged() throws {
    let teacher = try TeacherFunction(QualityModel())
    for first in 0..<6 {
      for second in 0..<first {
        var swapped = Self.row
        swapped.swapAt(first, second)
        #expect(teacher(swapped) != teacher(Self.row), "\(first) and \(second)")
      }
    }
  }

  @Test func teachersAreNotClipped() throws {
    let teacher = try TeacherFunction(QualityModel())
    #expect(teacher([1, 1, 1, 1, 1, 20]) > 100)
  }

  @Test func featuresBeyondTheSixAreRefused() throws {
    let folder = try ScratchFolder()
    let names = #"["VMAF_integer_feature_adm2_score","VMAF_integer_feature_motion3_score"]"#
    let path = try folder.write(
      """
      {"model_dict": {"model_type": "LIBSVMNUSVR", "norm_type": "linear_rescale",
       "feature_names": \(names), "slopes": [1, 1, 1], "intercepts": [0, 0, 0],
       "model": "svm_type nu_svr\\nkernel_type linear\\ntotal_sv 1\\nrho 0\\nSV\\n1 1:1 2:1 \\n"}}
      """, as: "other.json")
    let model = try QualityModel(ModelSpecification(source: .path(path)))
    #expect(
      throws: StudentError.unsuitableTeacher(model.source, feature: "integer_motion3")
    ) { try TeacherFunction(model) }
  }
}
