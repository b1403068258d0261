/// A dataset as training reads it: standardised inputs, scaled targets and the weight of a row
/// side by side, so that gathering a random row touches one cache line.
struct TrainingRows: Sendable {
  let inputs: Int
  let outputs: Int
  let count: Int
  /// `count` rows of `stride` numbers.
  let values: [Float]

  var stride: Int { inputs + outputs + 1 }

  init(_ dataset: Dataset, for network: Network) {
    let inputs = network.architecture.inputs
    let outputs = network.architecture.outputs
    self.inputs = inputs
    self.outputs = outputs
    count = dataset.count
    let stride = inputs + outputs + 1
    let rows = dataset.count
    values = [Float](unsafeUninitializedCapacity: rows * stride) { result, count in
      count = rows * stride
      guard let base = result.baseAddress else { return }
      base.initialize(repeating: 0, count: rows * stride)
      dataset.features.withUnsafeBufferPointer {
        guard let features = $0.baseAddress else { return }
        network.standardise(features, rows: rows, into: base, stride: stride)
      }
      for row in 0..<rows {
        for k in 0..<outputs {
          let target = dataset.targets[row * outputs + k]
          base[row * stride + inputs + k] =
            (target - network.outputOffset[k]) / network.outputScale[k]
        }
        base[row * stride + inputs + outputs] = dataset.weights[row]
      }
    }
  }
}

/// The order in which rows are visited: every epoch its own shuffle, a function of seed and epoch
/// alone, so that a run can be continued at any step.
struct BatchOrder {
  let rows: Int
  let seed: UInt64
  private var epoch = -1
  private var order: [UInt32]

  init(rows: Int, seed: UInt64) {
    self.rows = rows
    self.seed = seed
    order = []
  }

  /// Calls `body` with the rows of the batch that begins at `position` of the endless sequence.
  mutating func visit(from position: Int, count: Int, body: (_ slot: Int, _ row: Int) -> Void) {
    for slot in 0..<count {
      let place = (position + slot) % rows
      let wanted = (position + slot) / rows
      if wanted != epoch { shuffle(epoch: wanted) }
      body(slot, Int(order[place]))
    }
  }

  private mutating func shuffle(epoch: Int) {
    self.epoch = epoch
    var generator = SeededGenerator(seed: seed, stream: 1_000 + UInt64(epoch))
    order = (0..<UInt32(rows)).map { $0 }
    for last in stride(from: rows - 1, to: 0, by: -1) {
      order.swapAt(last, generator.index(below: last + 1))
    }
  }
}
