import Features
import Testing
import VMAFModel

@Suite struct ModelSpecificationTests {
  @Test(arguments: [
    ("version=vmaf_v0.6.1", "version=vmaf_v0.6.1"), ("vmaf_v0.6.1neg", "version=vmaf_v0.6.1neg"),
    ("phone", "version=vmaf_v0.6.1:enable_transform"), ("my/model.json", "path=my/model.json"),
    (
      "path=a=b.json:name=second:disable_clip:enable_transform=true",
      "path=a=b.json:name=second:disable_clip:enable_transform"
    ),
    ("disable_clip=false:version=vmaf_4k_v0.6.1", "version=vmaf_4k_v0.6.1"),
    (
      "version=vmaf_v0.6.1:adm.adm_enhn_gain_limit=1.0:vif.vif_enhn_gain_limit=1e0",
      "version=vmaf_v0.6.1:adm.adm_enhn_gain_limit=1:vif.vif_enhn_gain_limit=1"
    ),
    ("phone:name=handheld", "version=vmaf_v0.6.1:name=handheld:enable_transform"),
  ])
  func canonicalForm(text: String, canonical: String) throws {
    let specification = try ModelSpecification(text)
    #expect(specification.description == canonical)
    #expect(try ModelSpecification(canonical) == specification)
  }

  @Test(arguments: [
    ("name=vmaf", "it has neither version=NAME nor path=FILE"),
    ("version=vmaf_v0.6.1:name=", "name= has no value"),
    ("version=vmaf_v0.6.1:disable_clip=1", "disable_clip is true or false"),
    ("version=vmaf_v0.6.1:adm.x.y=1", "\"adm.x.y\" is not extractor.option"),
  ])
  func refusals(text: String, problem: String) {
    #expect(throws: ModelError.badSpecification(text, problem: problem)) {
      try ModelSpecification(text)
    }
  }

  @Test(arguments: ["version=vmaf_v0.6.1:foo=1", "version=vmaf_v0.6.1:foo", "version", ":", ""])
  func refusals(text: String) {
    #expect(throws: ModelError.self) { try ModelSpecification(text) }
  }

  @Test(arguments: [
    ("vmaf_v0.61", "vmaf_v0.6.1"), ("VMAF_v0.6.1", "vmaf_v0.6.1"), ("neg", "vmaf_v0.6.1neg"),
    ("4k", "vmaf_4k_v0.6.1"), ("vmaf_4k_v0.6.1.neg", "vmaf_4k_v0.6.1neg"), ("phne", "phone"),
    ("vmaf_b_v0.6.3", nil), ("vmaf_float_v0.6.1", nil), ("something completely different", nil),
  ])
  func suggestions(name: String, suggestion: String?) {
    #expect(throws: ModelError.unknownVersion(name, suggestion: suggestion)) {
      try ModelSpecification("version=\(name)")
    }
  }

  @Test func sentences() {
    #expect(
      ModelError.unknownVersion("x", suggestion: nil).description
        == "There is no built-in model \"x\"; available are vmaf_v0.6.1, vmaf_v0.6.1neg, "
        + "vmaf_4k_v0.6.1, vmaf_4k_v0.6.1neg, and any libvmaf model file with path=FILE.")
    #expect(
      ModelError.unknownVersion("vmaf_v0.61", suggestion: "vmaf_v0.6.1").description
        == "There is no built-in model \"vmaf_v0.61\"; did you mean \"vmaf_v0.6.1\"?")
  }

  @Test func distinctNames() throws {
    let first = try ModelSpecification("vmaf_v0.6.1")
    let second = try ModelSpecification("vmaf_v0.6.1neg")
    let named = try ModelSpecification("vmaf_v0.6.1neg:name=vmaf_neg")
    try ModelSpecification.requireDistinctNames([first, named])
    #expect(throws: ModelError.self) {
      try ModelSpecification.requireDistinctNames([first, second])
    }
  }

  @Test func everyBuiltInModelLoads() throws {
    for version in EmbeddedModel.versions {
      let model = try QualityModel(ModelSpecification(version))
      #expect(model.source == version && model.name == "vmaf" && model.warnings.isEmpty)
    }
  }
}
