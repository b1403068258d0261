/// The inner products of every distorted frame with the reference frames around it.
///
/// From them follow, for all shifts at once, the products of what changed over a few frames:
/// `<b[j] - b[j-k], a[i] - a[i-k]>` is a sum of four of them. Changes are what tells time: they do
/// not see what differs between the videos all the time, such as a logo, another brightness, or
/// blocks that an encoder leaves as they were.
struct ProductBand {
  /// The distorted frames, which are the rows.
  let frames: Range<Int>
  /// The shifts, which are the columns: frame `j` is compared with reference frame `j + shift`.
  let shifts: ClosedRange<Int>
  private let reference: Range<Int>
  private let products: [Int32]

  /// Computes `frames.count * shifts.count` products.
  init(distorted: SignatureView, reference: SignatureView, shifts: ClosedRange<Int>) {
    frames = distorted.range
    self.shifts = shifts
    self.reference = reference.range
    products = [Int32](
      unsafeUninitializedCapacity: distorted.range.count * shifts.count
    ) { products, count in
      for frame in distorted.range {
        for shift in shifts {
          let other = frame + shift
          products[count] =
            reference.range.contains(other) ? distorted.product(frame, reference, other) : 0
          count += 1
        }
      }
    }
  }

  private func product(_ frame: Int, _ other: Int) -> Double {
    Double(
      products[
        (frame - frames.lowerBound) * shifts.count + other - frame - shifts.lowerBound])
  }

  /// Whether both videos have the frames that ``changeProduct(_:_:over:from:)`` needs.
  func has(_ frame: Int, _ shift: Int, over distance: Int) -> Bool {
    frames.contains(frame) && frames.contains(frame - distance)
      && reference.contains(frame + shift)
      && reference.contains(frame + shift - distance)
  }

  /// The product of the change of distorted frame `frame` since the one `distance` before it, and
  /// of the change of reference frame `frame + shift` since the one `step` before it.
  ///
  /// The band must reach `distance` and `step` beyond the shifts that are asked for.
  func changeProduct(_ frame: Int, _ shift: Int, over distance: Int, from step: Int) -> Double {
    let (now, then) = (frame + shift, frame + shift - step)
    return product(frame, now) - product(frame - distance, now)
      - (product(frame, then) - product(frame - distance, then))
  }
}
