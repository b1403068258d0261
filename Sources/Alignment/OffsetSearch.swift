/// Finds the one shift at which the changes of two videos agree best.
struct OffsetSearch {
  /// The frames over which changes are taken.
  ///
  /// Over several frames slow motion stands out from the
  /// noise of an encoder; over many, short videos have none left.
  private static let distances = [2, 4, 8]
  /// The fewest frames that a shift is judged by.
  private static let leastFrames = 4

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
      let one = agreement(frame: frame, shift: shift)
      sum.product += one.product
      sum.reference += one.reference
      sum.distorted += one.distorted
      sum.frames += one.frames
    }
    return sum.frames >= Self.leastFrames ? sum : nil
  }

  /// By how many standard errors the frames agree better at one shift than at another, or `nil`
  /// when there are too few frames that have both.
  func advantage(of shift: Int, over other: Int) -> Double? {
    var differences: [Double] = []
    for frame in band.frames {
      let (ours, theirs) = (
        agreement(frame: frame, shift: shift), agreement(frame: frame, shift: other)
      )
      guard ours.frames > 0, theirs.frames > 0, ours.distorted > 0 else { continue }
      differences.append(ours.correlation - theirs.correlation)
    }
    guard differences.count >= Self.leastFrames else { return nil }
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    guard variance > 0 else { return mean > 0 ? .infinity : 0 }
    return mean / (variance / count).squareRoot()
  }
}
