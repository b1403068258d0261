public import Features
import VMAFModel

/// A feature that a student takes, and the values of it that the student knows.
public struct StudentInput: Hashable, Sendable {
  /// The extractor that gives it, with its options.
  public let extractor: FeatureExtractor
  /// Which of the extractor's outputs it is.
  public let output: FeatureExtractor.Output
  /// The values that the student was trained and measured on, or `nil` when nobody says.
  public let domain: ClosedRange<Double>?
  /// The printed name.
  public var name: FeatureName { extractor.name(of: output) }

  /// Resolves a feature.
  ///
  /// - Parameters:
  ///   - name: The printed name for default options, such as `integer_adm2`.
  ///   - options: The options of its extractor; the last of several values counts.
  ///   - domain: The values that the student knows.
  ///   - student: The student's name, for error sentences.
  /// - Throws: ``StudentError/unusable(_:problem:)`` when no extractor gives it.
  public init(
    _ name: String, options: [FeatureOptionValue] = [], domain: ClosedRange<Double>? = nil,
    student: String
  ) throws(StudentError) {
    guard let output = FeatureExtractor.Output(modelName: name) else {
      throw .unusable(student, problem: "no extractor gives its feature \"\(name)\"")
    }
    var ignored: [String] = []
    do {
      let extractor = try FeatureExtractor(output.kind, options: options, warnings: &ignored)
      self.extractor =
        extractor.omittingAIM.outputs.contains(output)
        ? extractor.omittingAIM : extractor
    } catch {
      throw .unusable(student, problem: "of its feature \"\(name)\": \(error)")
    }
    if let problem = ignored.first { throw .unusable(student, problem: problem) }
    guard extractor.outputs.contains(output) else {
      throw .unusable(student, problem: "its feature \"\(name)\" is not given with its options")
    }
    self.output = output
    self.domain = domain
  }

  /// The six features of `vmaf_v0.6.1` in canonical order.
  ///
  /// - Parameters:
  ///   - domains: The values that the student knows, or empty when nobody says.
  ///   - overloads: Options of their extractors.
  static func canonicalSix(
    domains: [ClosedRange<Double>] = [], overloads: [ModelSpecification.Overload] = [],
    student: String
  ) throws(StudentError) -> [StudentInput] {
    var inputs: [StudentInput] = []
    for (index, name) in FeatureName.canonicalSix.enumerated() {
      inputs.append(
        try StudentInput(
          name.rawValue, options: overloads.options(forFeature: name.rawValue),
          domain: domains.isEmpty ? nil : domains[index], student: student))
    }
    return inputs
  }
}

extension [ModelSpecification.Overload] {
  /// The options for the extractor of a feature.
  func options(forFeature name: String) -> [FeatureOptionValue] {
    let kind = FeatureExtractor.Output(modelName: name)?.kind
    return filter { $0.extractor == kind }.map(\.option)
  }
}
