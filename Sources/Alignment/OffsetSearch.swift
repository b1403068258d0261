/// Finds the one shift at which the changes of two videos agree best.
struct OffsetSearch {
  /// The frames over which changes are taken.
  ///
  /// Over several frames slow motion stands out from the
  /// noise of an encoder; over many, short videos have none left.
  private static let distances = [2, 4, 8]
  /// The fewest frames that a shift is judged by, and the smallest share of the frames.
  private static let leastFrames = 4
  private static let leastShare = 0.1

  /// How well the videos agree at one shift.
  struct Agreement {
    var product = 0.0
    var reference = 0.0
    var distorted = 0.0
    var frames = 0

    /// The correlation of the changes, from -1 to 1.
    var correlation: Double {
      let norm = (reference * distorted).squareRoot()
      return norm > 0 ? product / norm : 0
    }

    static func += (sum: inout Agreement, other: Agreement) {
      sum.product += other.product
      sum.reference += other.reference
      sum.distorted += other.distorted
      sum.frames += other.frames
    }
  }

  private let band: ProductBand
  private let referenceChanges: [[Double]]
  private let distortedChanges: [[Double]]
  private let reference: Range<Int>
  /// The distances that these videos are long enough for.
  private let distances: [Int]

  /// - Parameters:
  ///   - shifts: The shifts to try.
  init(distorted: SignatureView, reference: SignatureView, shifts: ClosedRange<Int>) {
    let length = min(distorted.range.count, reference.range.count)
    let distances = Self.distances.filter { length >= $0 + 5 }
    let margin = distances.max() ?? 0
    band = ProductBand(
      distorted: distorted, reference: reference,
      shifts: shifts.lowerBound - margin...shifts.upperBound + margin)
    self.reference = reference.range
    self.distances = distances
    func changes(_ view: SignatureView) -> [[Double]] {
      distances.map { distance in
        view.range.map { frame in
          frame - distance >= view.range.lowerBound ? view.change(frame, since: distance) : 0
        }
      }
    }
    referenceChanges = changes(reference)
    distortedChanges = changes(distorted)
  }

  /// The product and both energies of one frame at one shift, over all distances.
  private func agreement(frame: Int, shift: Int) -> Agreement {
    var sum = Agreement()
    for (index, distance) in distances.enumerated()
    where band.has(frame, shift, over: distance) {
      sum.product += band.changeProduct(frame, shift, over: distance, from: distance)
      sum.reference += referenceChanges[index][frame + shift - reference.lowerBound]
      sum.distorted += distortedChanges[index][frame - band.frames.lowerBound]
      sum.frames = 1
    }
    return sum
  }

  /// How well the videos agree at a shift, or `nil` when too few frames overlap.
  func agreement(at shift: Int) -> Agreement? {
    var sum = Agreement()
    for frame in band.frames {
      sum += agreement(frame: frame, shift: shift)
    }
    let least = max(Self.leastFrames, Int(Self.leastShare * Double(band.frames.count)))
    return sum.frames >= least ? sum : nil
  }

  /// By how many standard errors the frames agree better at one shift than at another, or `nil`
  /// when there are too few frames that have both.
  ///
  /// Frames count by how much moves in them: those that stand still show little but noise.
  ///
  /// - Parameter search: The search of the same frames that covers `other`.
  func advantage(of shift: Int, over other: Int, in search: OffsetSearch) -> Double? {
    // At the end of short videos more reference frames than distorted ones have both.
    let pairings = [
      band.frames.map { (ours: $0, theirs: $0) },
      reference.map { (ours: $0 - shift, theirs: $0 - other) },
    ].map { pairs in
      pairs.compactMap { pair -> (weight: Double, value: Double)? in
        let ours = agreement(frame: pair.ours, shift: shift)
        let theirs = search.agreement(frame: pair.theirs, shift: other)
        let weight = (ours.reference * ours.distorted).squareRoot()
        guard weight > 0, theirs.frames > 0 else { return nil }
        return (weight, ours.correlation - theirs.correlation)
      }
    }
    let differences = pairings[0].count >= pairings[1].count ? pairings[0] : pairings[1]
    guard differences.count >= Self.leastFrames else { return nil }
    let total = differences.reduce(0) { $0 + $1.weight }
    let mean = differences.reduce(0) { $0 + $1.weight * $1.value } / total
    let error = differences.reduce(0) { sum, difference in
      let part = difference.weight / total * (difference.value - mean)
      return sum + part * part
    }
    guard error > 0 else { return mean > 0 ? .infinity : 0 }
    return mean / error.squareRoot()
  }
}
