extension Sidecar {
  /// Checks what types do not.
  ///
  /// - Throws: ``ModelPackageError/malformedSidecar(_:problem:)``.
  public func validate() throws(ModelPackageError) {
    if let problem { throw .malformedSidecar(id, problem: problem) }
  }

  /// The first thing that does not hold, as a clause, or `nil`.
  var problem: String? {
    if !Self.isIdentifier(id) {
      return "its id \"\(id.prefix(80))\" is not made of 1 to 64 lower-case letters, digits, dots, "
        + "dashes and underscores after a letter"
    }
    return filesProblem ?? shapeProblem ?? evidenceProblem
  }

  private var filesProblem: String? {
    guard let first = files.first else { return "it lists no file" }
    for file in files {
      guard Self.isFileName(file.name) else {
        return "the file name \"\(file.name.prefix(80))\" is not a plain name that ends in .onnx"
      }
      guard file.sha256.utf8.count == 64,
        file.sha256.allSatisfy({ $0.isHexDigit && !$0.isUppercase })
      else { return "the SHA-256 of \(file.name) is not 64 lower-case hexadecimal digits" }
      guard (1...Self.maximumFileSize).contains(file.size) else {
        return "the size of \(file.name) is not 1 to \(Self.maximumFileSize) bytes"
      }
    }
    guard Set(files.map(\.name)).count == files.count,
      Set(files.map(\.precision)).count == files.count
    else { return "it lists two files of one name or one precision" }
    guard first.precision == .fp32 else { return "its first file is not the one in fp32" }
    return nil
  }

  private var shapeProblem: String? {
    guard (1...64).contains(features.count) else {
      return "it has \(features.count) features, not 1 to 64"
    }
    guard inputs.count == 1, outputs.count == 1 else {
      return "it has \(inputs.count) inputs and \(outputs.count) outputs, not one of each"
    }
    guard inputs[0].shape.last == "\(features.count)" else {
      return "its input is not as wide as its \(features.count) features"
    }
    for feature in features {
      if let domain = feature.domain, !domain.isOrdered {
        return "the domain of \(feature.name) does not go from low to high"
      }
    }
    if let range = score.range, !range.isOrdered { return "its range does not go from low to high" }
    guard weights.parameters >= 0 else { return "its number of parameters is negative" }
    return nil
  }

  private var evidenceProblem: String? {
    for point in evaluation.golden where point.features.count != features.count {
      return "its golden point \"\(point.name)\" has \(point.features.count) features, not "
        + "\(features.count)"
    }
    for parity in evaluation.parity where parity.rmse > parity.budget {
      return "its \(parity.precision.rawValue) file is beyond its budget"
    }
    if let interval {
      guard interval.level > 0, interval.level < 1, !interval.steps.isEmpty else {
        return "its interval needs a level between 0 and 1 and at least one step"
      }
      guard zip(interval.steps, interval.steps.dropFirst()).allSatisfy({ $0.from < $1.from }) else {
        return "the steps of its interval do not rise"
      }
      guard interval.steps.allSatisfy({ $0.lower <= $0.upper }) else {
        return "a step of its interval does not go from low to high"
      }
    }
    return nil
  }

  /// The most bytes of a model file.
  public static let maximumFileSize = 64 << 20

  /// Whether a text may be the id of a model, and so the name of its sidecar.
  public static func isIdentifier(_ text: String) -> Bool {
    let letters = Set("abcdefghijklmnopqrstuvwxyz")
    let others = Set("0123456789._-")
    guard let first = text.first, letters.contains(first), text.utf8.count <= 64 else {
      return false
    }
    return text.allSatisfy { letters.contains($0) || others.contains($0) }
      && !text.contains("..") && !text.hasSuffix(".")
  }

  /// Whether a text may be the name of a model file: an id with `.onnx` after it.
  static func isFileName(_ text: String) -> Bool {
    text.hasSuffix(".onnx") && text.utf8.count <= 100
      && isIdentifier(String(text.dropLast(".onnx".count)))
  }
}

extension Sidecar.Bounds {
  fileprivate var isOrdered: Bool { lower < upper && lower.isFinite && upper.isFinite }
}
