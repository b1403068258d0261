/// Why a feature extractor could not be set up.
public enum FeatureExtractorError: Error, Hashable, CustomStringConvertible {
  /// There is no extractor of that name.
  case unknownExtractor(String)
  /// An option was not written as `name=value`.
  case malformedOption(extractor: String, text: String)
  /// A value is not legal for the option.
  case badValue(extractor: String, option: String, value: String, rule: String)
  /// The viewing distance times the display height is below what the arithmetic can hold.
  case viewingConditionTooClose(product: Double)
  /// No extractor gives the value that a model asks for.
  case unknownFeature(String)
  /// The extractor gives the value only with an option that is not set.
  case featureNotEnabled(String, extractor: String)

  /// One sentence: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .unknownExtractor(let name):
      let known = FeatureExtractor.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      return "There is no feature extractor \"\(name)\"; available are \(known)."
    case .malformedOption(let extractor, let text):
      return "Option \"\(text)\" of feature extractor \"\(extractor)\" must be written name=value."
    case .badValue(let extractor, let option, let value, let rule):
      return "Problem loading feature extractor \"\(extractor)\": \(option) must \(rule), "
        + "not \"\(value)\"."
    case .viewingConditionTooClose(let product):
      return "Problem loading feature extractor \"adm\": adm_norm_view_dist times "
        + "adm_ref_display_height must be at least 3240, not \(generalFormat(product))."
    case .unknownFeature(let name):
      return "No feature extractor provides the feature \"\(name)\"; only libvmaf's integer adm, "
        + "motion, vif and psnr features are available."
    case .featureNotEnabled(let name, let extractor):
      return "Feature extractor \"\(extractor)\" does not give \"\(name)\" with these options."
    }
  }
}
