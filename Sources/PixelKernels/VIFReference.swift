/// Integer VIF in plain Swift: what every faster kernel has to equal bit for bit.
///
/// One output row after the other: a vertical window over the input rows, then a horizontal one
/// over its result, then one pixel after the other. Everything is done in ``finish()``, with
/// one whole picture per scale.
final class VIFReference: VIFEngine {
  private let geometry: VIFGeometry
  private var pictures: [PlaneView] = []
  private let scratch: VIFReferenceScratch

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
private final class VIFImage {
  let width: Int
  let height: Int
  /// Significant bits: the input's at scale 0, else 16 (eight of them a fraction).
  let bitDepth: Int
  /// Row by row, without padding.
  let samples: UnsafeMutablePointer<UInt16>

  init(width: Int, height: Int, bitDepth: Int = 16) {
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
    samples = .allocate(capacity: width * height)
  }

  convenience init(_ plane: PlaneView) {
    self.init(width: plane.width, height: plane.height, bitDepth: plane.bitDepth)
    for y in 0..<height {
      let row = samples + y * width
      for x in 0..<width { row[x] = UInt16(truncatingIfNeeded: plane.sample(x, y)) }
    }
  }

  deinit { samples.deallocate() }

  /// Lists the `count` rows around row `y`; rows beyond the border are mirrored.
  func list(
    rowsAround y: Int, count: Int, into rows: UnsafeMutablePointer<UnsafePointer<UInt16>>
  ) {
    for k in 0..<count {
      let row = VIFFilter.reflect(y - count / 2 + k, height)
      rows[k] = UnsafePointer(samples + row * width)
    }
  }
}

/// The row buffers of the reference implementation.
private final class VIFReferenceScratch {
  /// Vertically filtered means and mean products of one row.
  ///
  /// Samples before the first one and after the last one are mirrored.
  private let mean1: UnsafeMutablePointer<UInt32>
  private let mean2: UnsafeMutablePointer<UInt32>
  private let product11: UnsafeMutablePointer<UInt64>
  private let product22: UnsafeMutablePointer<UInt64>
  private let product12: UnsafeMutablePointer<UInt64>
  /// The rows of both pictures that a window covers.
  private let rows1: UnsafeMutablePointer<UnsafePointer<UInt16>>
  private let rows2: UnsafeMutablePointer<UnsafePointer<UInt16>>
  private static let rowCapacity = 17
  /// Room for mirrored samples at either end: the radius of the largest window.
  private static let margin = 8

  init(width: Int) {
    func row<T: FixedWidthInteger>(of type: T.Type) -> UnsafeMutablePointer<T> {
      let start = UnsafeMutablePointer<T>.allocate(capacity: width + 2 * Self.margin)
      start.initialize(repeating: 0, count: width + 2 * Self.margin)
      return start + Self.margin
    }
    mean1 = row(of: UInt32.self)
    mean2 = row(of: UInt32.self)
    product11 = row(of: UInt64.self)
    product22 = row(of: UInt64.self)
    product12 = row(of: UInt64.self)
    rows1 = .allocate(capacity: Self.rowCapacity)
    rows2 = .allocate(capacity: Self.rowCapacity)
  }

  deinit {
    rows1.deallocate()
    rows2.deallocate()
    for row in [mean1, mean2] { (row - Self.margin).deallocate() }
    for row in [product11, product22, product12] { (row - Self.margin).deallocate() }
  }

  // MARK: - Pyramid

  /// Smooths a picture with the window of the next scale and keeps every other row and column.
  func decimate(_ image: VIFImage, to scale: Int) -> VIFImage {
    let half = VIFImage(width: image.width / 2, height: image.height / 2)
    let window = VIFFilter.windows[scale]
    let radius = window.count / 2
    let shift = UInt32(image.bitDepth)
    let rounding = UInt32(1) << (shift - 1)
    for y in 0..<half.height {
      image.list(rowsAround: 2 * y, count: window.count, into: rows1)
      for x in 0..<image.width {
        var sum = rounding
        for k in 0..<window.count { sum &+= window[k] &* UInt32(rows1[k][x]) }
        mean1[x] = sum >> shift
      }
      Self.mirrorEnds(mean1, image.width, radius)
      for x in 0..<half.width {
        var sum: UInt32 = 32768
        for k in 0..<window.count { sum &+= window[k] &* mean1[2 * x + k - radius] }
        half.samples[y * half.width + x] = UInt16(truncatingIfNeeded: sum >> 16)
      }
    }
    return half
  }

  // MARK: - Statistics

  /// Sums over all pixels of one scale, for each gain limit.
  func measure(
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
  private func filterVertically(
    _ reference: VIFImage, _ distorted: VIFImage, row y: Int, window: [UInt32]
  ) {
    reference.list(rowsAround: y, count: window.count, into: rows1)
    distorted.list(rowsAround: y, count: window.count, into: rows2)
    let meanShift = UInt32(reference.bitDepth)
    let meanRounding = UInt32(1) << (meanShift - 1)
    let productShift = UInt64(2 * (reference.bitDepth - 8))
    let productRounding: UInt64 = productShift == 0 ? 0 : 1 << (productShift - 1)
    for x in 0..<reference.width {
      var (sum1, sum2) = (meanRounding, meanRounding)
      var (sum11, sum22, sum12) = (productRounding, productRounding, productRounding)
      for k in 0..<window.count {
        let weight = window[k]
        let r = UInt32(rows1[k][x])
        let d = UInt32(rows2[k][x])
        let (weightedR, weightedD) = (weight &* r, weight &* d)
        sum1 &+= weightedR
        sum2 &+= weightedD
        sum11 &+= UInt64(weightedR) &* UInt64(r)
        sum22 &+= UInt64(weightedD) &* UInt64(d)
        sum12 &+= UInt64(weightedR) &* UInt64(d)
      }
      mean1[x] = sum1 >> meanShift
      mean2[x] = sum2 >> meanShift
      product11[x] = sum11 >> productShift
      product22[x] = sum22 >> productShift
      product12[x] = sum12 >> productShift
    }
    Self.mirrorEnds(mean1, reference.width, window.count / 2)
    Self.mirrorEnds(mean2, reference.width, window.count / 2)
    Self.mirrorEnds(product11, reference.width, window.count / 2)
    Self.mirrorEnds(product22, reference.width, window.count / 2)
    Self.mirrorEnds(product12, reference.width, window.count / 2)
  }

  /// Completes the local moments along the row and adds each pixel's terms.
  private func accumulateRow(
    width: Int, window: [UInt32], gainLimits: [Double], into sums: inout [VIFScaleSums]
  ) {
    let radius = window.count / 2
    for x in 0..<width {
      var (m1, m2): (UInt32, UInt32) = (0, 0)
      var (sum11, sum22, sum12): (UInt64, UInt64, UInt64) = (32768, 32768, 32768)
      for k in 0..<window.count {
        let weight = window[k]
        let column = x + k - radius
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

  /// Mirrors `radius` samples at both ends of a row.
  private static func mirrorEnds<T>(
    _ row: UnsafeMutablePointer<T>, _ width: Int, _ radius: Int
  ) {
    for k in 1...radius {
      row[-k] = row[k]
      row[width - 1 + k] = row[width - 1 - k]
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
