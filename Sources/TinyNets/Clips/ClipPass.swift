import Processor

/// The forward pass of a clip encoder over several clips, with its own workspace.
///
/// The clips' frames stand one after the other as rows, so that dense layers take all of them in
/// one product; attention and pooling go clip by clip. There is no padding: what a mask leaves out
/// never gets here. `ClipPass+Backward.swift` holds the way back.
final class ClipPass<Scalar: NetworkScalar & BitwiseCopyable> {
  typealias Layer = ClipArchitecture.Layer

  /// The activations of one block.
  struct BlockState {
    /// Queries, keys and values, side by side.
    let projected: AlignedBuffer<Scalar>
    /// The heads' weighted values.
    let mixed: AlignedBuffer<Scalar>
    /// The frames after attention.
    let attended: AlignedBuffer<Scalar>
    let expanded: AlignedBuffer<Scalar>
    let expandedSlope: AlignedBuffer<Scalar>
    /// The frames after the block.
    let result: AlignedBuffer<Scalar>
    /// The attention weights of all clips and heads if training, else those of one tile.
    let weights: AlignedBuffer<Scalar>
  }

  let architecture: ClipArchitecture
  let layers: ClipArchitecture.Layers
  let rowCapacity: Int
  let clipCapacity: Int
  let isTraining: Bool
  let set: InstructionSet

  let entered: AlignedBuffer<Scalar>
  let enteredSlope: AlignedBuffer<Scalar>
  let blocks: [BlockState]
  /// The pooling weights, `1 + heads` per frame.
  let pooling: AlignedBuffer<Scalar>
  /// The pooled frames, one row per clip.
  let pooled: AlignedBuffer<Scalar>
  let head: AlignedBuffer<Scalar>
  let headSlope: AlignedBuffer<Scalar>
  /// The corrections, one per clip, before they are scaled.
  let corrections: AlignedBuffer<Scalar>
  /// The attention-weighted frame scores, one per clip.
  let pooledScores: AlignedBuffer<Scalar>
  /// A head's keys (or values) as `headWidth` rows of frames.
  let transposedHead: AlignedBuffer<Scalar>
  /// The buffers of the way back, if training.
  let backward: BackwardState?

  /// Queries that are attended to at a time when nothing is kept for the way back.
  private static var tileRows: Int { 128 }

  /// Creates a workspace.
  ///
  /// - Parameters:
  ///   - rows: the most frames of all clips together.
  ///   - clips: the most clips.
  ///   - longest: the most frames of one clip.
  ///   - training: whether activations are kept for ``backward``; attention then needs memory for
  ///     `longest` weights per row, head and block.
  init(
    _ architecture: ClipArchitecture, rows: Int, clips: Int, longest: Int, training: Bool,
    on set: InstructionSet
  ) {
    self.architecture = architecture
    layers = architecture.layers
    rowCapacity = rows
    clipCapacity = clips
    isTraining = training
    self.set = set
    func buffer(_ count: Int) -> AlignedBuffer<Scalar> {
      AlignedBuffer(count: count, repeating: 0)
    }
    let width = architecture.width
    entered = buffer(rows * width)
    enteredSlope = buffer(training ? rows * width : 0)
    let weights =
      training ? rows * longest * architecture.heads : min(longest, Self.tileRows) * longest
    blocks = (0..<architecture.blocks).map { _ in
      BlockState(
        projected: buffer(rows * 3 * width), mixed: buffer(rows * width),
        attended: buffer(rows * width), expanded: buffer(rows * architecture.feedForward),
        expandedSlope: buffer(training ? rows * architecture.feedForward : 0),
        result: buffer(rows * width), weights: buffer(weights))
    }
    pooling = buffer(rows * architecture.poolings)
    pooled = buffer(clips * width)
    head = buffer(clips * width)
    headSlope = buffer(training ? clips * width : 0)
    corrections = buffer(clips)
    pooledScores = buffer(clips)
    transposedHead = buffer(longest * architecture.headWidth)
    backward =
      training ? BackwardState(architecture, rows: rows, clips: clips, longest: longest) : nil
  }

  /// The frames as they leave the last block.
  var encoded: AlignedBuffer<Scalar> { blocks.last?.result ?? entered }

  /// The score of a clip after ``forward(_:input:scores:segments:)``, not clamped.
  func output(of clip: Int, correctionScale: Scalar) -> Scalar {
    pooledScores.base[clip] + correctionScale * corrections.base[clip]
  }

  /// Computes the pooled scores and the corrections of clips.
  ///
  /// - Parameters:
  ///   - parameters: the encoder's numbers.
  ///   - input: the rows: standardised embedding, then time polynomials.
  ///   - scores: the frame student's score of each row.
  ///   - segments: each clip's rows, in order and without gaps, none empty.
  func forward(
    _ parameters: UnsafePointer<Scalar>, input: UnsafePointer<Scalar>,
    scores: UnsafePointer<Scalar>, segments: [Range<Int>]
  ) {
    let rows = segments.last?.upperBound ?? 0
    apply(
      layers.input, parameters, to: input, rows: rows, into: entered.base, activation: .silu,
      slope: isTraining ? enteredSlope.base : nil)
    var frames = UnsafePointer(entered.base)
    for (block, state) in zip(layers.blocks, blocks) {
      apply(block.projection, parameters, to: frames, rows: rows, into: state.projected.base)
      for segment in segments { attend(within: segment, state) }
      apply(
        block.output, parameters, to: state.mixed.base, rows: rows, into: state.attended.base,
        addingTo: frames)
      apply(
        block.expansion, parameters, to: state.attended.base, rows: rows,
        into: state.expanded.base, activation: .silu,
        slope: isTraining ? state.expandedSlope.base : nil)
      apply(
        block.contraction, parameters, to: state.expanded.base, rows: rows,
        into: state.result.base, addingTo: UnsafePointer(state.attended.base))
      frames = UnsafePointer(state.result.base)
    }
    apply(layers.pooling, parameters, to: frames, rows: rows, into: pooling.base)
    for (clip, segment) in segments.enumerated() { pool(clip, segment, scores) }
    apply(
      layers.head, parameters, to: pooled.base, rows: segments.count, into: head.base,
      activation: .silu, slope: isTraining ? headSlope.base : nil)
    apply(
      layers.correction, parameters, to: head.base, rows: segments.count, into: corrections.base)
  }

  /// One dense layer on contiguous rows, with an activation or on top of a residual.
  private func apply(
    _ layer: Layer, _ parameters: UnsafePointer<Scalar>, to input: UnsafePointer<Scalar>,
    rows: Int, into result: UnsafeMutablePointer<Scalar>, activation: Activation? = nil,
    slope: UnsafeMutablePointer<Scalar>? = nil, addingTo residual: UnsafePointer<Scalar>? = nil
  ) {
    let bias = layer.hasBias ? parameters + layer.biases.lowerBound : nil
    if let residual, let bias {
      for row in 0..<rows {
        for column in 0..<layer.outputs {
          let at = row &* layer.outputs &+ column
          result[at] = residual[at] + bias[column]
        }
      }
    }
    Scalar.compute(
      MatrixProduct(
        rows: rows, columns: layer.outputs, depth: layer.inputs, a: input,
        aRowStride: layer.inputs, b: parameters + layer.weights.lowerBound,
        bStride: layer.outputs, c: result, cStride: layer.outputs,
        bias: residual == nil ? bias : nil, accumulate: residual != nil, activation: activation,
        slope: slope), on: set)
  }

  /// Scaled dot-product attention of all heads inside one clip.
  private func attend(within segment: Range<Int>, _ state: BlockState) {
    let width = architecture.width
    let size = architecture.headWidth
    let count = segment.count
    let scale = 1 / Scalar(size).squareRoot()
    let tile = isTraining ? count : min(count, Self.tileRows)
    for head in 0..<architecture.heads {
      let queries = state.projected.base + segment.lowerBound * 3 * width + head * size
      let values = queries + 2 * width
      transposeHead(queries + width, frames: count)
      for start in stride(from: 0, to: count, by: tile) {
        let rows = min(tile, count - start)
        let weights = isTraining ? weights(of: head, segment, in: state) : state.weights.base
        Scalar.compute(
          MatrixProduct(
            rows: rows, columns: count, depth: size, a: queries + start * 3 * width,
            aRowStride: 3 * width, b: UnsafePointer(transposedHead.base), bStride: count,
            c: weights, cStride: count), on: set)
        for row in 0..<rows {
          softmax(weights + row * count, stride: 1, count: count, scale: scale)
        }
        Scalar.compute(
          MatrixProduct(
            rows: rows, columns: size, depth: count, a: UnsafePointer(weights),
            aRowStride: count, b: UnsafePointer(values), bStride: 3 * width,
            c: state.mixed.base + (segment.lowerBound + start) * width + head * size,
            cStride: width), on: set)
      }
    }
  }

  /// Where the attention weights of a head and a clip are kept for the way back.
  ///
  /// Rows of all clips before take at most `longest` weights each, so places never overlap.
  func weights(
    of head: Int, _ segment: Range<Int>, in state: BlockState
  ) -> UnsafeMutablePointer<Scalar> {
    let longest = state.weights.count / max(rowCapacity * architecture.heads, 1)
    return state.weights.base + (head * rowCapacity + segment.lowerBound) * longest
  }

  /// Writes a head's columns of `frames` rows as rows.
  func transposeHead(_ columns: UnsafePointer<Scalar>, frames: Int) {
    let stride = 3 * architecture.width
    for frame in 0..<frames {
      for k in 0..<architecture.headWidth {
        transposedHead.base[k &* frames &+ frame] = columns[frame &* stride &+ k]
      }
    }
  }

  /// Turns pooling logits into weights and sums a clip's scores and frames by them.
  private func pool(_ clip: Int, _ segment: Range<Int>, _ scores: UnsafePointer<Scalar>) {
    let poolings = architecture.poolings
    let width = architecture.width
    let size = architecture.headWidth
    let logits = pooling.base + segment.lowerBound * poolings
    for column in 0..<poolings {
      softmax(logits + column, stride: poolings, count: segment.count, scale: 1)
    }
    // In double precision, so that the mean over a long clip is one.
    var score = 0.0
    for row in segment { score += Double(pooling.base[row * poolings]) * Double(scores[row]) }
    pooledScores.base[clip] = Scalar(score)
    let frames = encoded.base
    for column in 0..<width {
      let weight = pooling.base + 1 + column / size
      var sum = 0.0
      for row in segment {
        sum += Double(weight[row &* poolings]) * Double(frames[row &* width &+ column])
      }
      pooled.base[clip * width + column] = Scalar(sum)
    }
  }

  /// `exp(scale x - max)` over its sum, in place.
  private func softmax(
    _ values: UnsafeMutablePointer<Scalar>, stride: Int, count: Int, scale: Scalar
  ) {
    var largest = -Scalar.infinity
    for index in 0..<count {
      if values[index &* stride] > largest { largest = values[index &* stride] }
    }
    var sum = 0.0
    for index in 0..<count {
      let value = Scalar.exponential(scale * (values[index &* stride] - largest))
      values[index &* stride] = value
      sum += Double(value)
    }
    let share = Scalar(1 / sum)
    for index in 0..<count { values[index &* stride] *= share }
  }
}
