/// Follows two videos that are read in step and finds how their frames belong together.
///
/// It keeps the signatures of a few hundred frames at a time, whatever the length of the videos: a
/// block of distorted frames is compared as soon as the reference frames around it are there.
struct TemporalAligner {
  /// The largest offset that is searched for, in frames.
  static let reach = 120
  /// The distorted frames that are compared at a time.
  private static let blockLength = 240
  /// What an offset must reach to be believed: a correlation, and an advantage over none in
  /// standard errors.
  private static let leastCorrelation = 0.5
  private static let leastAdvantage = 6.0
  /// The mean squared change, in squared quarters of a code value, below which pictures stand
  /// still.
  private static let leastChange = 1.0

  private var reference = SignatureSequence()
  private var distorted = SignatureSequence()
  private var shifts: [Run] = []
  private var agreement = OffsetSearch.Agreement()
  private var frameCount = 0
  private var informativeFrames = 0
  private var advantage = 0.0

  /// Consecutive distorted frames of one shift.
  private struct Run {
    let start: Int
    var count: Int
    let shift: Int
  }

  /// Adds the next reference frame.
  mutating func appendReference(_ signature: LumaSignature) {
    reference.append(signature)
    compareFullBlocks()
  }

  /// Adds the next distorted frame.
  mutating func appendDistorted(_ signature: LumaSignature) {
    distorted.append(signature)
    compareFullBlocks()
  }

  /// Compares what is left, and sums up.
  mutating func finish() -> TemporalAlignment {
    if distorted.end > frameCount { compare(frameCount..<distorted.end) }
    var frames: [Int: Int] = [:]
    for run in shifts { frames[run.shift, default: 0] += run.count }
    let main = frames.max { ($0.value, -abs($0.key), $0.key) < ($1.value, -abs($1.key), $1.key) }
    let share = frameCount > 0 ? Double(informativeFrames) / Double(frameCount) : 0
    let certainty = min(advantage / (2 * Self.leastAdvantage), 1)
    return TemporalAlignment(
      offset: main?.key ?? 0, correlation: informativeFrames > 0 ? agreement.correlation : nil,
      confidence: max(agreement.correlation, 0) * certainty * share.squareRoot(),
      events: events, frameCount: frameCount)
  }

  /// The changes of shift, in order.
  private var events: [TemporalAlignment.Event] {
    zip(shifts, shifts.dropFirst()).map { before, after in
      let change = after.shift - before.shift
      return TemporalAlignment.Event(
        kind: change > 0 ? .dropped : .repeated, frame: after.start, count: abs(change))
    }
  }

  /// Blocks are compared while another whole one follows, so that the last one is never short.
  private mutating func compareFullBlocks() {
    while distorted.end - frameCount >= 2 * Self.blockLength,
      reference.end - frameCount >= Self.blockLength + Self.reach
    {
      compare(frameCount..<frameCount + Self.blockLength)
      distorted.removeFrames(before: frameCount)
      reference.removeFrames(before: frameCount - Self.reach)
    }
  }

  private mutating func compare(_ frames: Range<Int>) {
    let previous = shifts.last?.shift
    let expected = previous ?? 0
    let window =
      max(
        frames.lowerBound - Self.reach, reference.start)..<min(
        frames.upperBound + Self.reach, reference.end)
    frameCount = frames.upperBound
    var path = Array(repeating: expected, count: frames.count)
    if let found = offset(of: frames, in: window, expected: expected) {
      let shifts = distorted.view(frames, isFine: true) { distorted in
        reference.view(window, isFine: true) { reference in
          FramePath(
            distorted: distorted, reference: reference, center: found.shift, previous: previous
          ).shifts
        }
      }
      // Another offset must be beyond doubt, unless the video is seen to leave the old one.
      if found.advantage >= Self.leastAdvantage || shifts.contains(expected) {
        path = shifts
        informativeFrames += frames.count
        agreement += found.agreement
        if found.advantage.isFinite { advantage = max(advantage, found.advantage) }
      }
    }
    append(path, at: frames.lowerBound)
  }

  private mutating func append(_ path: [Int], at start: Int) {
    for (index, shift) in path.enumerated() {
      if let last = shifts.indices.last, shifts[last].shift == shift {
        shifts[last].count += 1
      } else {
        shifts.append(Run(start: start + index, count: 1, shift: shift))
      }
    }
  }

  /// What the search says about a block.
  private struct Found {
    let shift: Int
    let agreement: OffsetSearch.Agreement
    /// Over the expected shift, or, at that, over its neighbours; in standard errors.
    let advantage: Double
  }

  /// The offset at which a block agrees best, or `nil` when the pictures stand still or do not
  /// match.
  private func offset(of frames: Range<Int>, in window: Range<Int>, expected: Int) -> Found? {
    let coarse = search(frames, window, -Self.reach...Self.reach, isFine: false)
    var best: (shift: Int, correlation: Double)?
    for shift in -Self.reach...Self.reach {
      guard let correlation = coarse.agreement(at: shift)?.correlation else { continue }
      if correlation > best?.correlation ?? -1 { best = (shift, correlation) }
    }
    guard let best else { return nil }
    // The fine grid decides between neighbours.
    let near = best.shift - 2...best.shift + 2
    let fine = search(frames, window, near, isFine: true)
    let candidates = near.compactMap { shift in
      fine.agreement(at: shift).map { (shift: shift, agreement: $0) }
    }
    guard let found = candidates.max(by: { $0.agreement.correlation < $1.agreement.correlation }),
      found.agreement.correlation >= Self.leastCorrelation,
      found.agreement.distorted
        >= Self.leastChange * Double(found.agreement.frames * LumaSignature.fineCount)
    else { return nil }
    let rivals = found.shift == expected ? [expected - 1, expected + 1] : [expected]
    let advantages = rivals.compactMap { rival in
      let other =
        near.contains(rival) ? fine : search(frames, window, rival...rival, isFine: true)
      return fine.advantage(of: found.shift, over: rival, in: other)
    }
    return Found(
      shift: found.shift, agreement: found.agreement, advantage: advantages.min() ?? 0)
  }

  private func search(
    _ frames: Range<Int>, _ window: Range<Int>, _ shifts: ClosedRange<Int>, isFine: Bool
  ) -> OffsetSearch {
    distorted.view(frames, isFine: isFine) { distorted in
      reference.view(window, isFine: isFine) { reference in
        OffsetSearch(distorted: distorted, reference: reference, shifts: shifts)
      }
    }
  }
}
