import Features

extension ScoreRegressor {
  /// Makes a regressor of one member of a model file.
  ///
  /// - Parameters:
  ///   - contents: The decoded member.
  ///   - specification: What to enable and disable, and options for features.
  ///   - overloads: All options for features, the model's own variant first.
  ///   - source: The name for error sentences.
  ///   - warnings: Receives one sentence for each part that was ignored.
  init(
    _ contents: ModelFile.Contents, specification: ModelSpecification,
    overloads: [ModelSpecification.Overload], source: String, warnings: inout [String]
  ) throws(ModelError) {
    func refuse(_ problem: String) -> ModelError { .invalid(source: source, problem: problem) }
    let types = ["LIBSVMNUSVR", "BOOTSTRAP_LIBSVMNUSVR", "RESIDUEBOOTSTRAP_LIBSVMNUSVR"]
    if let type = contents.modelType, !types.contains(type) {
      throw refuse("its model_type is \"\(type)\", not \(types[0]) or a bootstrap of it")
    }
    let count = contents.featureNames.count
    guard (1...64).contains(count) else {
      throw refuse("it has \(count) feature_names, not 1 to 64")
    }

    let options = contents.featureOptions ?? Array(repeating: [:], count: count)
    guard options.count == count else {
      throw refuse("it has \(options.count) feature_opts_dicts for \(count) features")
    }
    var features: [Feature] = []
    for (name, values) in zip(contents.featureNames, options) {
      do {
        features.append(
          try Feature(modelName: name, options: values, overloads: overloads, warnings: &warnings))
      } catch {
        throw refuse(error.clause)
      }
    }
    self.features = features

    switch contents.normType {
    case "none":
      featureRescaling = nil
      scoreRescaling = nil
    case "linear_rescale":
      let slopes = contents.slopes ?? []
      let intercepts = contents.intercepts ?? []
      guard slopes.count == count + 1, intercepts.count == count + 1 else {
        throw refuse(
          "it has \(slopes.count) slopes and \(intercepts.count) intercepts, not one for the score "
            + "and one for each of \(count) features")
      }
      let all = zip(slopes, intercepts).map(Rescaling.init)
      guard all.allSatisfy({ $0.slope.isFinite && $0.intercept.isFinite }), all[0].slope != 0 else {
        throw refuse("its slopes and intercepts must be finite, and the score's slope not 0")
      }
      scoreRescaling = all[0]
      featureRescaling = Array(all.dropFirst())
    default:
      throw refuse("its norm_type is \"\(contents.normType)\", not linear_rescale or none")
    }

    do {
      regressor = try SupportVectorRegressor(libsvm: contents.model, dimension: count)
    } catch {
      throw refuse(error.problem)
    }

    if let range = contents.scoreClip, !specification.disablesClip {
      guard range.count == 2, range[0] <= range[1] else {
        throw refuse("its score_clip is not a pair of a smallest and a largest score")
      }
      clip = range[0]...range[1]
    } else {
      clip = nil
    }

    if let transform = contents.scoreTransform {
      let isEnabled = transform.enabled ?? false || specification.enablesTransform
      let mapping = try ScoreTransform(transform, source: source)
      self.transform = isEnabled ? mapping : nil
    } else {
      transform = nil
      if specification.enablesTransform {
        warnings.append(
          "Model \"\(source)\" has no score transform; enable_transform does nothing.")
      }
    }
  }
}

extension ScoreRegressor.Feature {
  /// Resolves a feature by the name that model files use.
  fileprivate init(
    modelName: String, options: [String: ModelFile.OptionValue],
    overloads: [ModelSpecification.Overload], warnings: inout [String]
  ) throws(FeatureExtractorError) {
    guard let output = FeatureExtractor.Output(modelName: modelName) else {
      throw .unknownFeature(modelName)
    }
    let own = options.sorted { $0.key < $1.key }.map { $0.value.option(named: $0.key) }
    let added = overloads.filter { $0.extractor == output.kind }.map(\.option)
    var ignored: [String] = []
    extractor = try FeatureExtractor(output.kind, options: own + added, warnings: &ignored)
    for warning in ignored where !warnings.contains(warning) { warnings.append(warning) }
    self.output = output
    guard extractor.outputs.contains(output) else {
      throw .featureNotEnabled(modelName, extractor: output.kind.rawValue)
    }
  }
}

extension FeatureExtractorError {
  /// The sentence as a clause after a colon: without its capital and full stop.
  fileprivate var clause: String {
    let sentence = description.dropLast(description.hasSuffix(".") ? 1 : 0)
    return sentence.prefix(1).lowercased() + sentence.dropFirst()
  }
}

extension ScoreTransform {
  /// Checks and takes over a model file's `score_transform`.
  fileprivate init(_ file: ModelFile.Transform, source: String) throws(ModelError) {
    var knots: [Knot] = []
    if let pairs = file.knots {
      guard pairs.count >= 2, pairs.allSatisfy({ $0.count == 2 }) else {
        throw .invalid(source: source, problem: "its knots are not at least two pairs of numbers")
      }
      knots = pairs.map { Knot(x: $0[0], y: $0[1]) }
      guard zip(knots, knots.dropFirst()).allSatisfy({ $0.x < $1.x && $0.y <= $1.y }) else {
        throw .invalid(source: source, problem: "the x of its knots must rise and the y not fall")
      }
    }
    self.init(
      p0: file.p0, p1: file.p1, p2: file.p2, knots: knots,
      outLTEIn: file.outLTEIn?.isTrue ?? false, outGTEIn: file.outGTEIn?.isTrue ?? false)
  }
}
