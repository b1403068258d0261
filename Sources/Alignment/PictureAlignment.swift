/// How the picture of a distorted video lies in its frame, compared with the reference's.
public struct PictureAlignment: Sendable, Hashable, Codable {
  /// A movement of the picture, in luma samples.
  public struct Displacement: Sendable, Hashable, Codable {
    /// To the right.
    public let right: Int
    /// Downwards.
    public let down: Int
  }

  /// The reference's picture inside its black bars.
  public let reference: PictureArea
  /// The distorted video's picture inside its black bars.
  public let distorted: PictureArea
  /// Whether one has bars where the other has picture.
  public let hasOtherBars: Bool
  /// How far the distorted picture lies from the reference's, where both have the same bars.
  public let displacement: Displacement

  /// Bars that differ by no more than this share of the frame are taken for the same.
  private static let barTolerance = 0.01
  /// What a line must reach, in 8-bit code values, to be picture for sure.
  private static let lit = 40.0

  /// Compares two profiles of the same size; `nil` when there is none.
  init?(reference: PictureProfile?, distorted: PictureProfile?) {
    guard let reference, let distorted else { return nil }
    self.reference = reference.area
    self.distorted = distorted.area
    hasOtherBars =
      Self.barsDiffer(reference.rows, distorted.rows)
      || Self.barsDiffer(reference.columns, distorted.columns)
    displacement =
      hasOtherBars
      ? Displacement(right: 0, down: 0)
      : Displacement(
        right: Self.displacement(reference.columns.mean, distorted.columns.mean),
        down: Self.displacement(reference.rows.mean, distorted.rows.mean))
  }

  private static func barsDiffer(_ first: PictureProfile.Axis, _ second: PictureProfile.Axis)
    -> Bool
  {
    let count = first.highest.count
    guard second.highest.count == count else { return false }
    let tolerance = max(2, Int(barTolerance * Double(count)))
    func differs(_ one: Int, _ other: Int, _ lines: (PictureProfile.Axis) -> ArraySlice<Double>)
      -> Bool
    {
      // A black video has no bars, and tells nothing.
      guard abs(one - other) > tolerance, one < count, other < count else { return false }
      let picture = lines(one < other ? first : second)
      return picture.reduce(0, +) >= lit * Double(picture.count)
    }
    let starts = (first.barAtStart, second.barAtStart)
    let ends = (first.barAtEnd, second.barAtEnd)
    return differs(starts.0, starts.1) {
      $0.highest[min(starts.0, starts.1)..<max(starts.0, starts.1)]
    }
      || differs(ends.0, ends.1) {
        $0.highest[count - max(ends.0, ends.1)..<count - min(ends.0, ends.1)]
      }
  }

  /// The furthest displacement that is looked for.
  private static let reach = 12

  /// By how many lines the second profile lies after the first; 0 unless that is beyond doubt, for
  /// which both halves must agree.
  private static func displacement(_ first: [Double], _ second: [Double]) -> Int {
    let count = first.count - 1
    guard second.count == first.count, count > 8 * reach else { return 0 }
    let slopes = (
      (0..<count).map { first[$0 + 1] - first[$0] }, (0..<count).map { second[$0 + 1] - second[$0] }
    )
    var found: Int?
    for half in [reach..<count / 2, count / 2..<count - reach] {
      let correlations = (-reach...reach).map { shift in
        correlation(slopes.0, slopes.1, in: half, shift: shift)
      }
      guard let best = correlations.indices.max(by: { correlations[$0] < correlations[$1] }),
        correlations[best] >= 0.9,
        1 - correlations[reach] >= 4 * (1 - correlations[best])
      else { return 0 }
      guard found ?? best == best else { return 0 }
      found = best
    }
    return (found ?? reach) - reach
  }

  private static func correlation(
    _ first: [Double], _ second: [Double], in range: Range<Int>, shift: Int
  ) -> Double {
    var (product, one, other) = (0.0, 0.0, 0.0)
    for index in range {
      let (a, b) = (first[index], second[index + shift])
      product += a * b
      one += a * a
      other += b * b
    }
    let norm = (one * other).squareRoot()
    return norm > 0 ? product / norm : 0
  }
}
