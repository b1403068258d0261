extension SupportVectorRegressor {
  /// Why libsvm's text is not a regression that can be used.
  struct ParsingError: Error {
    /// A clause that can follow "the model cannot be used: ".
    let problem: String
  }

  /// Reads libsvm's text form of a model.
  ///
  /// A header of `key value` lines (`svm_type nu_svr` or `epsilon_svr`, `kernel_type rbf` or
  /// `linear`, `gamma`, `total_sv`, `rho`), a line `SV`, then one line for each support vector: its
  /// coefficient, then `index:value` with ascending indices from 1; absent ones are 0.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - dimension: The number of features of the model, which no index may exceed.
  init(libsvm text: String, dimension: Int) throws(ParsingError) {
    var lines = text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })[...]
    var header: [String: String] = [:]
    while let line = lines.popFirst() {
      let words = line.split(separator: 0x20, maxSplits: 1)
      guard let key = words.first.map(String.init(_:)) ?? nil else { continue }
      if key == "SV" { break }
      header[key] = words.count == 2 ? String(words[1]) : ""
    }

    let type = header["svm_type"] ?? ""
    guard type == "nu_svr" || type == "epsilon_svr" else {
      throw ParsingError(problem: "its svm_type is \"\(type)\", not nu_svr or epsilon_svr")
    }
    func number(_ key: String) throws(ParsingError) -> Double {
      guard let text = header[key], let value = Double(text.trimmingSpaces), value.isFinite else {
        throw ParsingError(problem: "the support vector machine has no number \(key)")
      }
      return value
    }
    switch header["kernel_type"] {
    case "rbf": kernel = .radialBasis(gamma: try number("gamma"))
    case "linear": kernel = .linear
    case let other:
      throw ParsingError(problem: "its kernel_type is \"\(other ?? "")\", not rbf or linear")
    }
    offset = try number("rho")
    let announced = try number("total_sv")
    guard announced >= 1, announced == Double(lines.count) else {
      let count = header["total_sv"] ?? ""
      throw ParsingError(
        problem: "it announces \(count.trimmingSpaces) support vectors but has \(lines.count)")
    }

    self.dimension = dimension
    var coefficients: [Double] = []
    var vectors: [Double] = []
    coefficients.reserveCapacity(lines.count)
    vectors.reserveCapacity(lines.count * dimension)
    for (index, line) in lines.enumerated() {
      do {
        coefficients.append(try Self.appendVector(line, to: &vectors, dimension: dimension))
      } catch {
        throw ParsingError(problem: "its support vector \(index + 1) \(error.problem)")
      }
    }
    self.coefficients = coefficients
    supportVectors = vectors
  }

  /// Appends the values of one line to `vectors` and returns its coefficient.
  private static func appendVector(
    _ line: Substring.UTF8View.SubSequence, to vectors: inout [Double], dimension: Int
  ) throws(ParsingError) -> Double {
    var words = line.split(separator: 0x20)[...]
    guard let coefficient = words.popFirst().flatMap({ Double(Substring($0)) }),
      coefficient.isFinite
    else { throw ParsingError(problem: "has no coefficient") }
    let start = vectors.count
    vectors.append(contentsOf: repeatElement(0, count: dimension))
    var last = 0
    for word in words {
      let parts = word.split(separator: 0x3A, omittingEmptySubsequences: false)
      guard parts.count == 2, let index = Int(Substring(parts[0])),
        let value = Double(Substring(parts[1])), value.isFinite
      else { throw ParsingError(problem: "has \"\(Substring(word))\" where index:value must be") }
      guard index > last, index <= dimension else {
        throw ParsingError(
          problem: "has index \(index), which is not ascending from 1 to \(dimension)")
      }
      vectors[start + index - 1] = value
      last = index
    }
    return coefficient
  }
}

extension String {
  fileprivate var trimmingSpaces: Substring {
    let tail = drop { $0 == " " || $0 == "\t" }
    return tail.prefix { $0 != " " && $0 != "\t" }
  }
}
