import Features
import Testing

/// The names of all columns of an extractor given in libvmaf's grammar.
private func columnNames(_ specification: String) throws -> [String] {
  var warnings: [String] = []
  let extractor = try FeatureExtractor(specification: specification, warnings: &warnings)
  #expect(warnings.isEmpty)
  return extractor.columns.map(\.name.rawValue)
}

@Suite struct FeatureExtractorTests {
  @Test func defaultColumns() throws {
    #expect(
      try columnNames("adm") == [
        "integer_adm2", "integer_aim", "integer_adm3", "integer_adm_scale0", "integer_adm_scale1",
        "integer_adm_scale2", "integer_adm_scale3",
      ])
    #expect(
      try columnNames("vif") == [
        "integer_vif_scale0", "integer_vif_scale1", "integer_vif_scale2", "integer_vif_scale3",
      ])
    #expect(
      try columnNames("motion") == [
        "VMAF_integer_feature_motion_sad_score", "integer_motion2", "integer_motion3",
      ])
    #expect(try columnNames("psnr") == ["psnr_y", "psnr_cb", "psnr_cr"])
  }

  @Test func debugColumns() throws {
    #expect(
      try columnNames("motion=debug=true") == [
        "VMAF_integer_feature_motion_sad_score", "integer_motion", "integer_motion2",
        "integer_motion3",
      ])
    #expect(
      try columnNames("adm=debug=true:adm_enhn_gain_limit=1").last == "integer_adm_den_scale3_egl_1"
    )
    #expect(try columnNames("vif=debug=true").dropFirst(4).first == "integer_vif")
    #expect(
      try columnNames("psnr=enable_mse=true:enable_apsnr=true") == [
        "psnr_y", "mse_y", "psnr_cb", "mse_cb", "psnr_cr", "mse_cr",
      ])
    #expect(try columnNames("psnr=enable_chroma=false") == ["psnr_y"])
  }

  /// The parts are in the alphabetical order of the full names, not of the abbreviations.
  @Test(arguments: [
    (
      "adm=adm_norm_view_dist=5:adm_noise_weight=0.02:adm_enhn_gain_limit=1.2",
      "integer_adm2_egl_1.2_nw_0.02_nvd_5"
    ),
    ("vif=vif_enhn_gain_limit=1.0", "integer_vif_scale0_egl_1"),
    ("vif=vif_skip_scale0=true:vif_enhn_gain_limit=2", "integer_vif_scale0_egl_2_ssclz"),
    ("adm=adm_enhn_gain_limit=100.0:adm_skip_scale0=false", "integer_adm2"),
    ("adm=adm_noise_weight=0.03125000001", "integer_adm2"),
    ("adm=adm_ref_display_height=2160.7:adm_min_val=1e-1", "integer_adm2_min_0.1_rdh_2160"),
    ("adm=adm_csf_scale=2:adm_csf_mode=2:adm_csf_diag_scale=3", "integer_adm2_scfd_3_csf_2_scf_2"),
    ("adm=adm_enhn_gain_limit=2:adm_enhn_gain_limit=0x3", "integer_adm2_egl_3"),
  ])
  func names(specification: String, first: String) throws {
    #expect(try columnNames(specification).first == first)
  }

  @Test func motionNames() throws {
    let names = try columnNames(
      "motion=motion_max_val=18:motion_moving_average=true:motion_five_frame_window=true")
    #expect(
      names == [
        "VMAF_integer_feature_motion_sad_score_mffw_mmxv_18_mma",
        "integer_motion2_mffw_mmxv_18_mma", "integer_motion3_mffw_mmxv_18_mma",
      ])
  }

  @Test(arguments: [
    ("ciede", "There is no feature extractor \"ciede\"; available are adm, motion, psnr, vif."),
    ("psnr=", "Option \"\" of feature extractor \"psnr\" must be written name=value."),
    ("psnr=debug", "Option \"debug\" of feature extractor \"psnr\" must be written name=value."),
    (
      "vif=vif_enhn_gain_limit=0.5",
      "Problem loading feature extractor \"vif\": vif_enhn_gain_limit must be a number from 1 to "
        + "100, not \"0.5\"."
    ),
    (
      "vif=vif_enhn_gain_limit=nan",
      "Problem loading feature extractor \"vif\": vif_enhn_gain_limit must be a number from 1 to "
        + "100, not \"nan\"."
    ),
    (
      "adm=adm_csf_mode=two",
      "Problem loading feature extractor \"adm\": adm_csf_mode must be a whole number from 0 to 3, "
        + "not \"two\"."
    ),
    (
      "adm=adm_csf_mode=1e30",
      "Problem loading feature extractor \"adm\": adm_csf_mode must be a whole number from 0 to 3, "
        + "not \"1e+30\"."
    ),
    (
      "psnr=min_sse=-1",
      "Problem loading feature extractor \"psnr\": min_sse must be a number of at least 0, not "
        + "\"-1\"."
    ),
    (
      "motion=motion_force_zero=1",
      "Problem loading feature extractor \"motion\": motion_force_zero must be true or false, not "
        + "\"1\"."
    ),
    (
      "adm=adm_ref_display_height=720",
      "Problem loading feature extractor \"adm\": adm_norm_view_dist times adm_ref_display_height "
        + "must be at least 3240, not 2160."
    ),
  ])
  func refusals(specification: String, sentence: String) {
    var warnings: [String] = []
    let error = #expect(throws: FeatureExtractorError.self) {
      try FeatureExtractor(specification: specification, warnings: &warnings)
    }
    #expect(error?.description == sentence)
  }

  @Test func unknownOptionsWarn() throws {
    var warnings: [String] = []
    let extractor = try FeatureExtractor(
      specification: "vif=vif_gain=1:vif_skip_scale0=true", warnings: &warnings)
    #expect(extractor.identity == "vif_ssclz")
    #expect(
      warnings == [
        "Option \"vif_gain\" of feature extractor \"vif\" is unknown and was ignored; it has "
          + "debug, vif_enhn_gain_limit, vif_skip_scale0."
      ])
  }

  @Test func optionValuesAreNormalizedInSinglePrecision() {
    #expect(FeatureOptionValue(name: "a", text: "0.1").text == "0.1")
    #expect(FeatureOptionValue(name: "a", text: "0.123456789").text == "0.123457")
    #expect(FeatureOptionValue(name: "a", text: "1000000").text == "1e+06")
    #expect(FeatureOptionValue(name: "a", text: "1.50 H").text == "1.5")
    #expect(FeatureOptionValue(name: "a", text: "true").text == "true")
    #expect(FeatureOptionValue(name: "a", value: 1.0).text == "1")
  }

  @Test func modelNames() {
    #expect(FeatureExtractor.Output(modelName: "VMAF_integer_feature_adm2_score") == .adm2)
    #expect(FeatureExtractor.Output(modelName: "VMAF_integer_feature_motion2_score") == .motion2)
    #expect(
      FeatureExtractor.Output(modelName: "VMAF_integer_feature_vif_scale3_score") == .vifScale(3))
    #expect(FeatureExtractor.Output(modelName: "integer_adm_scale1") == .admScale(1))
    #expect(FeatureExtractor.Output(modelName: "VMAF_feature_adm2_score") == nil)
    for output in FeatureExtractor.Output.all {
      #expect(FeatureExtractor.Output(modelName: output.modelName) == output)
      #expect(FeatureExtractor.Output(modelName: output.baseName) == output)
    }
  }

  @Test func planMergesEqualComputations() {
    var psnr = PSNROptions()
    psnr.aggregate = true
    var neg = ADMOptions()
    neg.enhancementGainLimit = 1
    let plan = FeaturePlan([
      FeatureExtractor(.adm).omittingAIM, FeatureExtractor(.motion), FeatureExtractor(.psnr),
      .psnr(psnr), .adm(neg), FeatureExtractor(.adm),
    ])
    #expect(
      plan.extractors == [
        FeatureExtractor(.adm), FeatureExtractor(.motion), FeatureExtractor(.psnr), .adm(neg),
      ])
    let names = plan.columns.map(\.name.rawValue)
    #expect(names.suffix(2) == ["integer_motion2", "integer_motion3"])
    #expect(names.contains("integer_aim"))
    #expect(names.contains("integer_adm2_egl_1"))
  }

  @Test func omittedAIMHasNoColumns() {
    let names = FeatureExtractor(.adm).omittingAIM.columns.map(\.name.rawValue)
    #expect(names.count == 5)
    #expect(!names.contains("integer_aim") && !names.contains("integer_adm3"))
    #expect(FeatureExtractor(.vif).omittingAIM == FeatureExtractor(.vif))
  }
}
