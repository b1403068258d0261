import Features
import VMAFModel

/// A model of a request, loaded and checked.
enum LoadedModel {
  case teacher(QualityModel)
  case student(Student, name: String)

  /// Loads the models of a request.
  ///
  /// - Throws: `ModelError`, ``StudentError``, ``ScoringError/repeatedName(_:)`` when two models
  ///   have one name, or a file's error.
  static func all(
    _ selections: [ModelSelection], backend: StudentBackend
  ) throws -> [LoadedModel] {
    let models = try selections.map { selection -> LoadedModel in
      switch selection {
      case .teacher(let specification): return .teacher(try QualityModel(specification))
      case .student(let selection):
        let student = try Student(selection, backend: backend)
        return .student(student, name: selection.name ?? student.name)
      }
    }
    var names: Set<String> = []
    for model in models where !names.insert(model.description.name).inserted {
      throw ScoringError.repeatedName(model.description.name)
    }
    return models
  }

  /// What the run says about the model.
  var description: ScoredModel {
    switch self {
    case .teacher(let model):
      ScoredModel(
        name: model.name, kind: .teacher, source: model.source, contentHash: model.contentHash,
        features: model.featureNames, unit: "VMAF")
    case .student(let student, let name):
      ScoredModel(
        name: name, kind: .student, source: student.source, contentHash: student.contentHash,
        features: student.inputs.map(\.name), unit: student.unit)
    }
  }

  /// One sentence for each thing that a person should know before trusting the scores.
  var warnings: [String] {
    switch self {
    case .teacher(let model): model.warnings
    case .student(let student, _): student.warnings
    }
  }

  /// Adds the model's columns to a table of its features, and says what it says of the video.
  func score(_ table: inout FeatureTable) throws -> ModelScore {
    switch self {
    case .teacher(let model):
      let columns = try model.scores(of: table)
      for column in columns { table.append(column) }
      return ModelScore(
        model: model.name, column: columns[0].name,
        clipScore: Pooling.mean(columns[0].values) ?? .nan)
    case .student(let student, let name):
      let (column, score) = try student.score(table, as: name)
      if let column { table.append(column) }
      return score
    }
  }
}

extension FeaturePlan {
  /// The features of all models and those asked for by name, each computation once.
  ///
  /// Teachers come first, so that their columns are the same with and without students.
  ///
  /// - Throws: ``ScoringError/nameOfFeature(_:)`` when a student's scores would have the name of a
  ///   feature.
  init(_ models: [LoadedModel], request: ScoreRequest) throws(ScoringError) {
    self.init()
    for case .teacher(let model) in models {
      for extractor in model.extractors(omittingUnusedAIM: !request.includesAIM) {
        register(extractor)
      }
    }
    for case .student(let student, _) in models {
      for input in student.inputs { register(input.extractor) }
    }
    for extractor in request.features { register(extractor) }
    let columns = Set(extractors.flatMap { $0.columns.map(\.name.rawValue) })
    for case .student(_, let name) in models where columns.contains(name) {
      throw .nameOfFeature(name)
    }
  }
}
