public import Processor

extension ClipEncoder {
  /// The score of one clip.
  ///
  /// - Parameters:
  ///   - features: the frames' features, frame after frame.
  ///   - set: the kernels to use; all give the same bits.
  /// - Throws: ``ClipError`` for no frame, too many, or a part of one.
  public func callAsFunction(
    _ features: [Float], on set: InstructionSet = .best
  ) throws(ClipError) -> Float {
    let frames = try ClipFrames(features: features, student: frameStudent, on: set)
    return try score(frames, rows: Array(frames.scores.indices), clip: 0, on: set)
  }

  /// The scores of clips that are padded to one length: what the exported graph computes.
  ///
  /// - Parameters:
  ///   - features: `clips` times `frames` rows of features.
  ///   - mask: one entry per row; `false` leaves the row out.
  ///   - frames: the rows of each clip, the left-out ones included.
  ///   - set: the kernels to use; all give the same bits.
  /// - Throws: ``ClipError`` if counts do not fit or a clip has no frame.
  public func predict(
    features: [Float], mask: [Bool], frames: Int, on set: InstructionSet = .best
  ) throws(ClipError) -> [Float] {
    let inputs = frameStudent.architecture.inputs
    guard features.count == mask.count * inputs else {
      throw .wrongCount(what: "features", expected: mask.count * inputs, found: features.count)
    }
    guard frames > 0 else { throw .emptyClip(0) }
    guard mask.count % frames == 0 else {
      let clips = mask.count / frames + 1
      throw .wrongCount(what: "mask entries", expected: clips * frames, found: mask.count)
    }
    let said = try ClipFrames(features: features, student: frameStudent, on: set)
    var scores: [Float] = []
    for clip in 0..<mask.count / frames {
      let rows = (clip * frames..<(clip + 1) * frames).filter { mask[$0] }
      scores.append(try score(said, rows: rows, clip: clip, on: set))
    }
    return scores
  }

  /// The scores of clips of a set.
  ///
  /// - Parameters:
  ///   - clips: where the clips' rows are.
  ///   - chosen: the clips to score.
  ///   - frames: what the frame student said of all rows of the set.
  ///   - maximumFrames: evenly spaced frames to attend to in longer clips, or `nil` for all.
  ///   - set: the kernels to use; all give the same bits.
  /// - Throws: ``ClipError``.
  public func scores(
    of clips: ClipSet, _ chosen: [Int], frames: ClipFrames, maximumFrames: Int? = nil,
    on set: InstructionSet = .best
  ) throws(ClipError) -> [Double] {
    var scores: [Double] = []
    for clip in chosen {
      let rows = FrameSelection.middles(of: clips.rows[clip], count: maximumFrames ?? .max)
      scores.append(Double(try score(frames, rows: rows, clip: clip, on: set)))
    }
    return scores
  }

  private func score(
    _ frames: ClipFrames, rows: [Int], clip: Int, on set: InstructionSet
  ) throws(ClipError) -> Float {
    guard !rows.isEmpty else { throw .emptyClip(clip) }
    guard rows.count <= Self.maximumFrames else {
      throw .tooManyFrames(rows.count, limit: Self.maximumFrames)
    }
    let pass = ClipPass<Float>(
      architecture, rows: rows.count, clips: 1, longest: rows.count, training: false, on: set)
    let input = AlignedBuffer<Float>(count: rows.count * architecture.inputs, repeating: 0)
    let scores = AlignedBuffer<Float>(count: rows.count, repeating: 0)
    gather(rows, of: frames, into: input.base, scores: scores.base)
    parameters.withUnsafeBufferPointer {
      guard let base = $0.baseAddress else { return }
      pass.forward(
        base, input: UnsafePointer(input.base), scores: UnsafePointer(scores.base),
        segments: [0..<rows.count])
    }
    let score = pass.output(of: 0, correctionScale: correctionScale)
    return range.map { score.clamped(to: $0) } ?? score
  }

  /// Writes the rows of one clip as ``ClipPass`` reads them: standardised embedding, then time.
  func gather(
    _ rows: [Int], of frames: ClipFrames, into input: UnsafeMutablePointer<Float>,
    scores: UnsafeMutablePointer<Float>
  ) {
    let width = architecture.embedding
    for (place, row) in rows.enumerated() {
      let result = input + place * architecture.inputs
      for k in 0..<width {
        result[k] =
          (frames.embeddings[row &* width &+ k] - embeddingMean[k]) * embeddingScale[k]
      }
      RelativeTime.write(
        frame: place, of: rows.count, count: architecture.positions, into: result + width)
      scores[place] = frames.scores[row]
    }
  }

  /// Sets the scales of embeddings from some clips: to mean 0 and deviation 1, each clip counting
  /// the same.
  ///
  /// A number that does not vary gets the scale 1.
  public mutating func fitScales(to clips: ClipSet, of chosen: [Int], frames: ClipFrames) {
    let width = architecture.embedding
    var sums = [Double](repeating: 0, count: width)
    var squares = sums
    var total = 0.0
    for clip in chosen {
      let rows = FrameSelection.middles(of: clips.rows[clip], count: 64)
      let weight = 1 / Double(rows.count)
      for row in rows {
        total += weight
        for k in 0..<width {
          let value = Double(frames.embeddings[row * width + k])
          sums[k] += weight * value
          squares[k] += weight * value * value
        }
      }
    }
    guard total > 0 else { return }
    for k in 0..<width {
      let mean = sums[k] / total
      let deviation = max(squares[k] / total - mean * mean, 0).squareRoot()
      embeddingMean[k] = Float(mean)
      embeddingScale[k] = deviation > 1e-6 ? Float(1 / deviation) : 1
    }
  }
}
