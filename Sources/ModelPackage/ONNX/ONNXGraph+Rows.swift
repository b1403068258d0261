extension ONNXGraph {
  /// How many features a row has, if the model gives a score per row of features.
  ///
  /// - Throws: ``ONNXError/secondInput(_:)`` or ``ONNXError/notAScorer(_:)``, or why the model
  ///   cannot be computed.
  public var featureCount: Int { get throws(ONNXError) { try rowScoring.get().features } }

  /// The scores of rows of features.
  ///
  /// A row's score depends on that row alone, which was tried when the model was read.
  ///
  /// - Parameter rows: The rows, one after the other, in the model's order of features.
  /// - Returns: One number per row.
  /// - Throws: What ``featureCount`` throws, or ``ONNXError/invalidInput(_:)`` if there is no whole
  ///   number of rows.
  public func predict(rows: [Float]) throws(ONNXError) -> [Float] {
    let scoring = try rowScoring.get()
    guard rows.count % scoring.features == 0 else {
      throw .invalidInput("\(rows.count) numbers are no rows of \(scoring.features) features")
    }
    var scores: [Float] = []
    scores.reserveCapacity(rows.count / scoring.features)
    var start = 0
    while start < rows.count {
      let end = min(start + scoring.chunkRows * scoring.features, rows.count)
      scores += try scoring.scores(Array(rows[start..<end]), of: self).scores
      start = end
    }
    return scores
  }

  /// How a model scores rows of features.
  struct RowScoring: Sendable {
    let features: Int
    private(set) var chunkRows = 1

    /// Tries the model on three rows.
    ///
    /// Together they must score as each of them alone, since rows are frames of any clips.
    init(of graph: ONNXGraph) throws(ONNXError) {
      if graph.inputs.count > 1 { throw .secondInput(graph.inputs[1].name) }
      guard let port = graph.inputs.first, port.elementType == .float32, port.shape.count == 2,
        case .fixed(let features) = port.shape[1], features > 0
      else { throw .notAScorer("it has no input of shape [rows, features]") }
      self.features = features
      let rows = (0..<3 * features).map { 0.25 + Float($0 * 7 % 11) / 16 }
      let each = stride(from: 0, to: rows.count, by: features).map {
        Array(rows[$0..<$0 + features])
      }
      var alone: [Float] = []
      var elements = 1
      for row in each {
        let result = try scores(row, of: graph)
        alone += result.scores
        elements = max(elements, result.elements)
      }
      if case .fixed(let batch) = port.shape[0] {
        guard batch == 1 else { throw .notAScorer("it takes \(batch) rows at a time") }
        return
      }
      let together = try scores(rows, of: graph).scores
      guard zip(alone, together).allSatisfy({ $0 == $1 || ($0.isNaN && $1.isNaN) }) else {
        throw .notAScorer("a row's output depends on the other rows")
      }
      chunkRows = min(max(ONNXLimits.elements / elements / 4, 1), 256)
    }

    /// One chunk of rows.
    func scores(
      _ rows: [Float], of graph: ONNXGraph
    ) throws(ONNXError) -> (scores: [Float], elements: Int) {
      let count = rows.count / features
      let run = try graph.run(
        [ONNXTensor(reals: rows, shape: [count, features])], rows: count)
      let output = run.outputs[0]
      guard let values = output.reals, values.count == count,
        output.shape == [count] || output.shape == [count, 1] || output.shape.isEmpty
      else {
        throw .notAScorer("its output has shape \(output.shape) for \(count) rows")
      }
      return (values, run.elements)
    }
  }
}
