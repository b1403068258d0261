extension ClipPass {
  /// The derivatives of the loss by the activations.
  final class BackwardState {
    /// By the frames, first as they leave the last block and in the end as they enter the first.
    let frames: AlignedBuffer<Scalar>
    let projected: AlignedBuffer<Scalar>
    let mixed: AlignedBuffer<Scalar>
    let expanded: AlignedBuffer<Scalar>
    let pooling: AlignedBuffer<Scalar>
    let pooled: AlignedBuffer<Scalar>
    let head: AlignedBuffer<Scalar>
    let corrections: AlignedBuffer<Scalar>
    /// By the attention weights, then by the logits, of one head and clip.
    let weights: AlignedBuffer<Scalar>
    let ones: AlignedBuffer<Scalar>

    init(_ architecture: ClipArchitecture, rows: Int, clips: Int, longest: Int) {
      func buffer(_ count: Int, _ value: Scalar = 0) -> AlignedBuffer<Scalar> {
        AlignedBuffer(count: count, repeating: value)
      }
      frames = buffer(rows * architecture.width)
      projected = buffer(rows * 3 * architecture.width)
      mixed = buffer(rows * architecture.width)
      expanded = buffer(rows * architecture.feedForward)
      pooling = buffer(rows * architecture.poolings)
      pooled = buffer(clips * architecture.width)
      head = buffer(clips * architecture.width)
      corrections = buffer(clips)
      weights = buffer(longest * longest)
      ones = buffer(1, 1)
    }
  }

  /// Writes the gradient of a loss, summed over the clips of the last forward pass.
  ///
  /// - Parameters:
  ///   - transposed: the weights of each layer as `outputs` rows of `inputs`, at the places of the
  ///     parameters; see ``ClipArchitecture/transposeWeights(of:into:)``.
  ///   - input: as in the forward pass, as are `scores` and `segments`.
  ///   - deltas: the loss's derivative by each clip's score.
  ///   - correctionScale: what the encoder multiplies corrections by.
  ///   - gradient: receives one number per parameter.
  func backpropagate(
    transposed: UnsafePointer<Scalar>, input: UnsafePointer<Scalar>,
    scores: UnsafePointer<Scalar>, segments: [Range<Int>], deltas: UnsafePointer<Scalar>,
    correctionScale: Scalar, into gradient: UnsafeMutablePointer<Scalar>
  ) {
    guard let state = backward, let rows = segments.last?.upperBound else { return }
    let clips = segments.count
    for clip in 0..<clips { state.corrections.base[clip] = correctionScale * deltas[clip] }
    addUp(layers.correction, head.base, state.corrections.base, rows: clips, into: gradient)
    passBack(
      layers.correction, transposed, state.corrections.base, rows: clips, into: state.head.base,
      gate: UnsafePointer(headSlope.base))
    addUp(layers.head, pooled.base, state.head.base, rows: clips, into: gradient)
    passBack(layers.head, transposed, state.head.base, rows: clips, into: state.pooled.base)
    for (clip, segment) in segments.enumerated() {
      poolBackward(clip, segment, scores, delta: deltas[clip], state)
    }
    addUp(layers.pooling, encoded.base, state.pooling.base, rows: rows, into: gradient)
    passBack(
      layers.pooling, transposed, state.pooling.base, rows: rows, into: state.frames.base,
      accumulate: true)
    for index in layers.blocks.indices.reversed() {
      let before = index == 0 ? entered : blocks[index - 1].result
      blockBackward(
        layers.blocks[index], blocks[index], before: before, transposed, segments, rows, state,
        into: gradient)
    }
    for index in 0..<rows * architecture.width {
      state.frames.base[index] *= enteredSlope.base[index]
    }
    addUp(layers.input, input, state.frames.base, rows: rows, into: gradient)
  }

  private func blockBackward(
    _ block: ClipArchitecture.Block, _ forward: BlockState, before: AlignedBuffer<Scalar>,
    _ transposed: UnsafePointer<Scalar>, _ segments: [Range<Int>], _ rows: Int,
    _ state: BackwardState, into gradient: UnsafeMutablePointer<Scalar>
  ) {
    // The residual's own derivative stays in `frames`; each branch adds to it.
    let frames = state.frames.base
    addUp(block.contraction, forward.expanded.base, frames, rows: rows, into: gradient)
    passBack(
      block.contraction, transposed, frames, rows: rows, into: state.expanded.base,
      gate: UnsafePointer(forward.expandedSlope.base))
    addUp(
      block.expansion, forward.attended.base, state.expanded.base, rows: rows, into: gradient)
    passBack(
      block.expansion, transposed, state.expanded.base, rows: rows, into: frames,
      accumulate: true)
    addUp(block.output, forward.mixed.base, frames, rows: rows, into: gradient)
    passBack(block.output, transposed, frames, rows: rows, into: state.mixed.base)
    for segment in segments { attendBackward(within: segment, forward, state) }
    addUp(block.projection, before.base, state.projected.base, rows: rows, into: gradient)
    passBack(
      block.projection, transposed, state.projected.base, rows: rows, into: frames,
      accumulate: true)
  }

  /// A layer's gradient: inputs transposed times deltas, and the sums of the deltas.
  private func addUp(
    _ layer: Layer, _ input: UnsafePointer<Scalar>, _ deltas: UnsafePointer<Scalar>, rows: Int,
    into gradient: UnsafeMutablePointer<Scalar>
  ) {
    let weights = gradient + layer.weights.lowerBound
    if layer.outputs == 1 {
      // One row of `inputs` columns keeps the vector lanes full.
      Scalar.compute(
        MatrixProduct(
          rows: 1, columns: layer.inputs, depth: rows, a: deltas, aRowStride: 0, b: input,
          bStride: layer.inputs, c: weights, cStride: layer.inputs), on: set)
    } else {
      Scalar.compute(
        MatrixProduct(
          rows: layer.inputs, columns: layer.outputs, depth: rows, a: input, aRowStride: 1,
          aDepthStride: layer.inputs, b: deltas, bStride: layer.outputs, c: weights,
          cStride: layer.outputs), on: set)
    }
    guard layer.hasBias, let ones = backward?.ones else { return }
    Scalar.compute(
      MatrixProduct(
        rows: 1, columns: layer.outputs, depth: rows, a: UnsafePointer(ones.base), aRowStride: 0,
        aDepthStride: 0, b: deltas, bStride: layer.outputs,
        c: gradient + layer.biases.lowerBound, cStride: layer.outputs), on: set)
  }

  /// The deltas of a layer's inputs from those of its outputs.
  private func passBack(
    _ layer: Layer, _ transposed: UnsafePointer<Scalar>, _ deltas: UnsafePointer<Scalar>,
    rows: Int, into result: UnsafeMutablePointer<Scalar>, gate: UnsafePointer<Scalar>? = nil,
    accumulate: Bool = false
  ) {
    Scalar.compute(
      MatrixProduct(
        rows: rows, columns: layer.inputs, depth: layer.outputs, a: deltas,
        aRowStride: layer.outputs, b: transposed + layer.weights.lowerBound,
        bStride: layer.inputs, c: result, cStride: layer.inputs, accumulate: accumulate,
        gate: gate), on: set)
  }

  /// From a clip's pooled sums to its frames and pooling logits.
  private func poolBackward(
    _ clip: Int, _ segment: Range<Int>, _ scores: UnsafePointer<Scalar>, delta: Scalar,
    _ state: BackwardState
  ) {
    let poolings = architecture.poolings
    let width = architecture.width
    let size = architecture.headWidth
    let frames = encoded.base
    let deltas = state.pooled.base + clip * width
    for row in segment {
      let weights = pooling.base + row * poolings
      let result = state.pooling.base + row * poolings
      result[0] = delta * weights[0] * (scores[row] - pooledScores.base[clip])
      for head in 0..<architecture.heads {
        // d softmax = a (x - sum of a x), and the sum of a x over time is known: the pooled value.
        var sum: Scalar = 0
        for column in head * size..<(head + 1) * size {
          let at = row * width + column
          sum += deltas[column] * (frames[at] - pooled.base[clip * width + column])
          state.frames.base[at] = deltas[column] * weights[1 + head]
        }
        result[1 + head] = weights[1 + head] * sum
      }
    }
  }

  /// From a clip's weighted values to its queries, keys and values.
  private func attendBackward(
    within segment: Range<Int>, _ forward: BlockState, _ state: BackwardState
  ) {
    let width = architecture.width
    let size = architecture.headWidth
    let count = segment.count
    let scale = 1 / Scalar(size).squareRoot()
    for head in 0..<architecture.heads {
      let place = segment.lowerBound * 3 * width + head * size
      let queries = UnsafePointer(forward.projected.base + place)
      let weights = UnsafePointer(self.weights(of: head, segment, in: forward))
      let deltas = UnsafePointer(state.mixed.base + segment.lowerBound * width + head * size)
      let result = state.projected.base + place
      let logits = state.weights.base
      transposeHead(queries + 2 * width, frames: count)
      Scalar.compute(
        MatrixProduct(
          rows: count, columns: count, depth: size, a: deltas, aRowStride: width,
          b: UnsafePointer(transposedHead.base), bStride: count, c: logits, cStride: count),
        on: set)
      // Values: weights transposed times deltas.
      Scalar.compute(
        MatrixProduct(
          rows: count, columns: size, depth: count, a: weights, aRowStride: 1,
          aDepthStride: count, b: deltas, bStride: width, c: result + 2 * width,
          cStride: 3 * width), on: set)
      for row in 0..<count {
        let share = weights + row * count
        let values = logits + row * count
        var sum = 0.0
        for index in 0..<count { sum += Double(share[index]) * Double(values[index]) }
        let mean = Scalar(sum)
        for index in 0..<count { values[index] = scale * share[index] * (values[index] - mean) }
      }
      Scalar.compute(
        MatrixProduct(
          rows: count, columns: size, depth: count, a: UnsafePointer(logits), aRowStride: count,
          b: queries + width, bStride: 3 * width, c: result, cStride: 3 * width), on: set)
      Scalar.compute(
        MatrixProduct(
          rows: count, columns: size, depth: count, a: UnsafePointer(logits), aRowStride: 1,
          aDepthStride: count, b: queries, bStride: 3 * width, c: result + width,
          cStride: 3 * width), on: set)
    }
  }
}

extension ClipArchitecture {
  /// Writes every layer's weights as `outputs` rows of `inputs`, at the places of the parameters.
  func transposeWeights<Scalar>(
    of parameters: UnsafePointer<Scalar>, into transposed: UnsafeMutablePointer<Scalar>
  ) {
    for layer in layers.all {
      transpose(
        parameters + layer.weights.lowerBound, rows: layer.inputs, columns: layer.outputs,
        into: transposed + layer.weights.lowerBound)
    }
  }
}
