/// Integer VIF in plain Swift: what every faster kernel has to equal bit for bit.
///
/// One output row after the other: a vertical window over the input rows, then a horizontal one
/// over its result, then one pixel after the other. Everything is done in ``finish()``, with
/// one whole picture per scale.
final class VIFReference: VIFEngine {
  private let geometry: VIFGeometry
  private var pictures: [PlaneView] = []
  private var scratch: VIFReferenceScratch

  init(_ geometry: VIFGeometry) {
    self.geometry = geometry
    scratch = VIFReferenceScratch(width: geometry.width)
  }

  func begin(reference: PlaneView, distorted: [PlaneView]) {
    geometry.check(reference, distorted)
    pictures = [reference] + distorted
  }

  func advance(rows: Int) {}

  func finish() -> [[VIFSums]] {
    let none = Array(repeating: VIFSums(), count: geometry.gainLimits.count)
    var sums = Array(repeating: none, count: geometry.distortedCount)
    var images = pictures.map(VIFImage.init)
    pictures = []
    for scale in 0..<VIFFilter.scaleCount {
      if scale > 0 { images = images.map { scratch.decimate($0, to: scale) } }
      if scale == 0 && geometry.skipScale0 { continue }
      for index in 0..<geometry.distortedCount {
        let parts = scratch.measure(
          images[0], images[index + 1], scale: scale, gainLimits: geometry.gainLimits)
        for limit in parts.indices { sums[index][limit].scales[scale] = parts[limit] }
      }
    }
    return sums
  }
}

/// A picture of some scale, with 16-bit samples.
private struct VIFImage {
  let width: Int
  let height: Int
  /// Significant bits: the input's at scale 0, else 16 (eight of them a fraction).
  let bitDepth: Int
  var samples: [UInt16]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    bitDepth = 16
    samples = Array(repeating: 0, count: width * height)
  }

  init(_ plane: PlaneView) {
    width = plane.width
    height = plane.height
    bitDepth = plane.bitDepth
    samples = []
    samples.reserveCapacity(width * height)
    for y in 0..<height {
      for x in 0..<width { samples.append(UInt16(truncatingIfNeeded: plane.sample(x, y))) }
    }
  }
}

/// The row buffers of the reference implementation.
private struct VIFReferenceScratch {
  /// Vertically filtered means and mean products of one row, with mirrored ends.
  private var mean1: [UInt32]
  private var mean2: [UInt32]
  private var product11: [UInt64]
  private var product22: [UInt64]
  private var product12: [UInt64]
  /// Room for mirrored samples at either end.
  private static let margin = 8

  init(width: Int) {
    let count = width + 2 * Self.margin
    mean1 = Array(repeating: 0, count: count)
    mean2 = mean1
    product11 = Array(repeating: 0, count: count)
    product22 = product11
    product12 = product11
  }

  // MARK: - Pyramid

  /// Smooths a picture with the window of the next scale and keeps every other row and column.
  mutating func decimate(_ image: VIFImage, to scale: Int) -> VIFImage {
    var half = VIFImage(width: image.width / 2, height: image.height / 2)
    let window = VIFFilter.windows[scale]
    let shift = UInt32(image.bitDepth)
    let rounding = UInt32(1) << (shift - 1)
    for y in 0..<half.height {
      let rows = Self.rowOffsets(around: 2 * y, of: image, count: window.count)
      for x in 0..<image.width {
        var sum = rounding
        for k in 0..<window.count { sum &+= window[k] &* UInt32(image.samples[rows[k] + x]) }
        mean1[Self.margin + x] = sum >> shift
      }
      Self.mirrorEnds(&mean1, image.width)
      let start = Self.margin - window.count / 2
      for x in 0..<half.width {
        var sum: UInt32 = 32768
        for k in 0..<window.count { sum &+= window[k] &* mean1[start + 2 * x + k] }
        half.samples[y * half.width + x] = UInt16(truncatingIfNeeded: sum >> 16)
      }
    }
    return half
  }

  // MARK: - Statistics

  /// Sums over all pixels of one scale, for each gain limit.
  mutating func measure(
    _ reference: VIFImage, _ distorted: VIFImage, scale: Int, gainLimits: [Double]
  ) -> [VIFScaleSums] {
    var sums = Array(repeating: VIFScaleSums(), count: gainLimits.count)
    let window = VIFFilter.windows[scale]
    for y in 0..<reference.height {
      filterVertically(reference, distorted, row: y, window: window)
      accumulateRow(width: reference.width, window: window, gainLimits: gainLimits, into: &sums)
    }
    return sums
  }

  /// Local means and mean products down the columns around row `y`.
  private mutating func filterVertically(
    _ reference: VIFImage, _ distorted: VIFImage, row y: Int, window: [UInt32]
  ) {
    let rows = Self.rowOffsets(around: y, of: reference, count: window.count)
    let meanShift = UInt32(reference.bitDepth)
    let meanRounding = UInt32(1) << (meanShift - 1)
    let productShift = UInt64(2 * (reference.bitDepth - 8))
    let productRounding: UInt64 = productShift == 0 ? 0 : 1 << (productShift - 1)
    for x in 0..<reference.width {
      var (sum1, sum2) = (meanRounding, meanRounding)
      var (sum11, sum22, sum12) = (productRounding, productRounding, productRounding)
      for k in 0..<window.count {
        let weight = window[k]
        let r = UInt32(reference.samples[rows[k] + x])
        let d = UInt32(distorted.samples[rows[k] + x])
        sum1 &+= weight &* r
        sum2 &+= weight &* d
        sum11 &+= UInt64(weight) &* UInt64(r &* r)
        sum22 &+= UInt64(weight) &* UInt64(d &* d)
        sum12 &+= UInt64(weight) &* UInt64(r &* d)
      }
      mean1[Self.margin + x] = sum1 >> meanShift
      mean2[Self.margin + x] = sum2 >> meanShift
      product11[Self.margin + x] = sum11 >> productShift
      product22[Self.margin + x] = sum22 >> productShift
      product12[Self.margin + x] = sum12 >> productShift
    }
    Self.mirrorEnds(&mean1, reference.width)
    Self.mirrorEnds(&mean2, reference.width)
    Self.mirrorEnds(&product11, reference.width)
    Self.mirrorEnds(&product22, reference.width)
    Self.mirrorEnds(&product12, reference.width)
  }

  /// Completes the local moments along the row and adds each pixel's terms.
  private func accumulateRow(
    width: Int, window: [UInt32], gainLimits: [Double], into sums: inout [VIFScaleSums]
  ) {
    let start = Self.margin - window.count / 2
    for x in 0..<width {
      var (m1, m2): (UInt32, UInt32) = (0, 0)
      var (sum11, sum22, sum12): (UInt64, UInt64, UInt64) = (32768, 32768, 32768)
      for k in 0..<window.count {
        let weight = window[k]
        let column = start + x + k
        m1 &+= weight &* mean1[column]
        m2 &+= weight &* mean2[column]
        sum11 &+= UInt64(weight) &* product11[column]
        sum22 &+= UInt64(weight) &* product22[column]
        sum12 &+= UInt64(weight) &* product12[column]
      }
      let variance1 = Self.covariance(sum11, m1, m1)
      let variance2 = max(Self.covariance(sum22, m2, m2), 0)
      let covariance = Self.covariance(sum12, m1, m2)
      VIFPixel(variance1: variance1, variance2: variance2, covariance: covariance)
        .accumulate(gainLimits: gainLimits, into: &sums)
    }
  }

  /// `E[ab] - E[a]E[b]` in Q16, from a sum in Q32 and means in Q24.
  @inline(__always)
  private static func covariance(_ sum: UInt64, _ mean1: UInt32, _ mean2: UInt32) -> Int32 {
    let product = (UInt64(mean1) &* UInt64(mean2) &+ 0x8000_0000) >> 32
    return Int32(truncatingIfNeeded: (sum >> 16) &- product)
  }

  // MARK: - Borders

  /// Where the `count` rows around row `y` start; rows beyond the border are mirrored.
  private static func rowOffsets(around y: Int, of image: VIFImage, count: Int) -> [Int] {
    (0..<count).map { VIFFilter.reflect(y - count / 2 + $0, image.height) * image.width }
  }

  private static func mirrorEnds<T>(_ row: inout [T], _ width: Int) {
    for k in 1...margin {
      // A narrow picture has fewer samples than the margin, and a window that needs fewer.
      row[margin - k] = row[margin + min(k, width - 1)]
      row[margin + width - 1 + k] = row[margin + max(width - 1 - k, 0)]
    }
  }
}

/// The moments of one pixel's neighbourhood, in Q16.
struct VIFPixel {
  /// The variance of the reference.
  let variance1: Int32
  /// The variance of the distorted picture, not negative.
  let variance2: Int32
  /// The covariance of both.
  let covariance: Int32

  /// Adds this pixel's terms to the sums of each gain limit.
  @inline(__always)
  func accumulate(gainLimits: [Double], into sums: inout [VIFScaleSums]) {
    let noise = VIFFilter.noiseVariance
    guard variance1 >= noise else {
      for index in sums.indices {
        sums[index].numeratorNonLog += Int64(variance2)
        sums[index].denominatorNonLog += 1
      }
      return
    }
    let information = Self.logarithm(UInt64(Int64(noise) + Int64(variance1))) - 2048 * 17
    for index in sums.indices { sums[index].denominatorLog += information }
    guard covariance > 0 && variance2 > 0 else { return }
    let (s1, s2, s12) = (Double(variance1), Double(variance2), Double(covariance))
    let gain = s12 / (s1 + VIFFilter.gainEpsilon)
    let residue = max(Int64(s2 - gain * s12), 0) + Int64(noise)
    for index in sums.indices {
      let limited = min(gain, gainLimits[index])
      let total = Int64((limited * limited) * s1) + residue
      sums[index].numeratorLog += Self.logarithm(UInt64(total)) - Self.logarithm(UInt64(residue))
    }
  }

  /// `2048 * log2(value)` of the 16 leading bits of a value of at least 2^17.
  @inline(__always)
  private static func logarithm(_ value: UInt64) -> Int64 {
    let shift = 48 - value.leadingZeroBitCount
    return Int64(VIFFilter.logarithms[Int(value >> UInt64(shift)) - 32768]) + 2048 * Int64(shift)
  }
}
