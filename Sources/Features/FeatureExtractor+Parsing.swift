extension FeatureExtractor {
  /// Reads libvmaf's `--feature` grammar: `name[=option=value[:option=value…]]`.
  ///
  /// - Parameters:
  ///   - specification: For example `psnr` or `adm=adm_enhn_gain_limit=1:adm_noise_weight=0.02`.
  ///   - warnings: Receives one sentence for each unknown option, which is ignored.
  /// - Throws: ``FeatureExtractorError`` for an unknown extractor and for values that are not
  ///   legal.
  public init(
    specification: String, warnings: inout [String]
  ) throws(FeatureExtractorError) {
    let name = specification.prefix { $0 != "=" }
    guard let kind = Kind(rawValue: String(name)) else {
      throw .unknownExtractor(String(name))
    }
    var options: [FeatureOptionValue] = []
    if name.endIndex < specification.endIndex {
      let list = specification[specification.index(after: name.endIndex)...]
      for text in list.split(separator: ":", omittingEmptySubsequences: false) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
          throw .malformedOption(extractor: kind.rawValue, text: String(text))
        }
        options.append(FeatureOptionValue(name: String(parts[0]), text: String(parts[1])))
      }
    }
    try self.init(kind, options: options, warnings: &warnings)
  }

  /// Creates an extractor from options as text; the last of several values for one option counts.
  ///
  /// - Parameters:
  ///   - kind: Which extractor.
  ///   - options: Options by their libvmaf names; those not named have libvmaf's defaults.
  ///   - warnings: Receives one sentence for each unknown option, which is ignored.
  /// - Throws: ``FeatureExtractorError`` for values that are not legal.
  public init(
    _ kind: Kind, options: [FeatureOptionValue], warnings: inout [String]
  ) throws(FeatureExtractorError) {
    switch kind {
    case .adm:
      let adm = try ADMOptions(options, of: kind.rawValue, warnings: &warnings)
      guard adm.isViewingConditionSupported else {
        let product = adm.normalizedViewingDistance * Double(adm.referenceDisplayHeight)
        throw .viewingConditionTooClose(product: product)
      }
      self = .adm(adm)
    case .vif: self = .vif(try VIFOptions(options, of: kind.rawValue, warnings: &warnings))
    case .motion: self = .motion(try MotionOptions(options, of: kind.rawValue, warnings: &warnings))
    case .psnr: self = .psnr(try PSNROptions(options, of: kind.rawValue, warnings: &warnings))
    }
  }
}
