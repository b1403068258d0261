import CKernels

/// One scale of vector VIF: takes rows of all pictures, measures two rows at a time and passes
/// every other row, decimated, to the next scale.
///
/// Rows are kept in pairs, cut into strips (see `vif.h`): pair `p` holds the rows `2p` and
/// `2p + 1`. A ring of pairs covers the vertical window of two output rows.
final class VIFStage {
  /// The input of the first scale; other scales get rows from the scale before.
  var pictures: [PlaneView] = []

  private let kernels: UnsafePointer<ck_vif_kernels>
  private let next: VIFStage?
  private let workspace = VIFWorkspace()
  private let isMeasured: Bool
  private let bitDepth: Int

  // Shape.
  private let width: Int
  private let height: Int
  private let radius: Int
  private let strip: Int
  private let pictureCount: Int
  private let plane: Int
  private var taps: ck_vif_taps
  private var nextTaps: ck_vif_taps

  // Rows and pairs of rows.
  private let rowRing: [UnsafeMutablePointer<UInt16>]
  private let pairRing: [UnsafeMutablePointer<UInt32>]
  private var availableRows = 0
  private var pairCount = 0
  private var nextRow = 0

  // Workspace of two output rows.
  private let pairs: UnsafeMutablePointer<UnsafePointer<UInt32>>
  private let referencePairs: UnsafeMutablePointer<UnsafePointer<UInt32>>
  private let planes: [UnsafeMutablePointer<UInt32>]
  private let referenceRows: [ck_vif_reference_row]
  private let variance: UnsafeMutablePointer<Int32>
  private let covariance: UnsafeMutablePointer<Int32>
  private let decimated: UnsafeMutablePointer<UInt32>

  // Sums.
  private let gainLimits: UnsafeMutablePointer<Double>
  private let gainLimitCount: Int
  private let numeratorLog: UnsafeMutablePointer<Int64>
  private var numeratorNonLog: [Int64]
  private var denominatorLog: Int64 = 0
  private var denominatorNonLog: Int64 = 0

  private static let rowSlots = 32
  private static let pairSlots = 16

  init(
    _ geometry: VIFGeometry, scale: Int, _ kernels: UnsafePointer<ck_vif_kernels>, next: VIFStage?
  ) {
    self.kernels = kernels
    self.next = next
    isMeasured = scale > 0 || !geometry.skipScale0
    bitDepth = geometry.bitDepth
    width = geometry.width >> scale
    height = geometry.height >> scale
    radius = VIFFilter.evenRadius(scale: scale)
    pictureCount = 1 + geometry.distortedCount
    taps = VIFFilter.taps(scale: scale)
    nextTaps = scale + 1 < VIFFilter.scaleCount ? VIFFilter.taps(scale: scale + 1) : ck_vif_taps()
    let lanes = Int(kernels.pointee.lanes)
    strip = ((width + lanes - 1) / lanes + 1) / 2 * 2
    let columns = (strip + 2 * radius + lanes - 1) / lanes * lanes
    plane = columns / 2 * lanes

    let workspace = workspace
    // A row has mirrored samples at both ends; the interleaving kernel reads whole vectors.
    let rowLength = (lanes + 1) * strip + columns + 4 * radius + 64
    let isFirst = scale == 0
    rowRing = (0..<(isFirst ? 2 : Self.rowSlots * pictureCount)).map { _ in
      workspace.allocate(rowLength, of: UInt16.self)
    }
    pairRing = (0..<Self.pairSlots * pictureCount).map { _ in
      workspace.allocate(columns * lanes, of: UInt32.self)
    }
    let tapCount = Int(max(taps.count, nextTaps.count))
    let placeholder = UnsafePointer(pairRing[0])
    pairs = .allocate(capacity: tapCount)
    pairs.initialize(repeating: placeholder, count: tapCount)
    referencePairs = .allocate(capacity: tapCount)
    referencePairs.initialize(repeating: placeholder, count: tapCount)

    let plane = plane
    let pixels = (strip + 2) * lanes
    planes = (0..<4).map { workspace.allocate(($0 < 2 ? 3 : 5) * plane, of: UInt32.self) }
    let strip = strip
    referenceRows = (0..<2).map { _ in
      ck_vif_reference_row(
        mean: workspace.allocate(pixels, of: UInt32.self),
        busy: workspace.allocate(strip, of: UInt16.self),
        variance: workspace.allocate(pixels, of: Int32.self))
    }
    variance = workspace.allocate(pixels, of: Int32.self)
    covariance = workspace.allocate(pixels, of: Int32.self)
    decimated = workspace.allocate(plane + lanes * lanes, of: UInt32.self)

    gainLimitCount = geometry.gainLimits.count
    gainLimits = workspace.allocate(gainLimitCount, of: Double.self)
    gainLimits.update(from: geometry.gainLimits, count: gainLimitCount)
    numeratorLog = workspace.allocate(gainLimitCount * pictureCount, of: Int64.self)
    numeratorNonLog = Array(repeating: 0, count: pictureCount)
  }

  deinit {
    pairs.deallocate()
    referencePairs.deallocate()
  }

  /// Forgets the pictures before.
  func begin() {
    availableRows = 0
    pairCount = 0
    nextRow = 0
    numeratorLog.update(repeating: 0, count: gainLimitCount * pictureCount)
    for index in 0..<pictureCount { numeratorNonLog[index] = 0 }
    denominatorLog = 0
    denominatorNonLog = 0
  }

  /// The sums of one distorted picture and one gain limit.
  func sums(picture: Int, limit: Int) -> VIFScaleSums {
    guard isMeasured else { return VIFScaleSums() }
    return VIFScaleSums(
      numeratorLog: numeratorLog[(picture + 1) * gainLimitCount + limit],
      denominatorLog: denominatorLog, numeratorNonLog: numeratorNonLog[picture + 1],
      denominatorNonLog: denominatorNonLog)
  }

  // MARK: - Schedule

  /// Does the work for which the first `rows` rows suffice.
  func advance(rows: Int) {
    availableRows = rows
    while nextRow < height {
      guard buildPairs(upTo: (nextRow + 2 * radius) / 2 + 1) else { return }
      if isMeasured { measureRows() }
      decimateRow()
      nextRow += 2
    }
  }

  /// Makes sure that the first `count` pairs of rows exist; the first one starts `radius` rows
  /// above the picture.
  private func buildPairs(upTo count: Int) -> Bool {
    while pairCount < count {
      let upper = VIFFilter.reflect(2 * pairCount - radius, height)
      let lower = VIFFilter.reflect(2 * pairCount - radius + 1, height)
      guard max(upper, lower) < availableRows else { return false }
      for picture in 0..<pictureCount {
        let a = row(upper, of: picture, slot: 0)
        let b = row(lower, of: picture, slot: 1)
        kernels.pointee.interleave(a, b, strip, strip + 2 * radius, pair(pairCount, picture))
      }
      pairCount += 1
    }
    return true
  }

  @inline(__always)
  private func pair(_ index: Int, _ picture: Int) -> UnsafeMutablePointer<UInt32> {
    pairRing[picture * Self.pairSlots + index % Self.pairSlots]
  }

  // MARK: - Rows

  /// A row from its first mirrored sample on. The first scale's samples are copied to `slot`.
  private func row(_ y: Int, of picture: Int, slot: Int) -> UnsafeMutablePointer<UInt16> {
    if pictures.isEmpty { return rowRing[picture * Self.rowSlots + y % Self.rowSlots] }
    let row = rowRing[slot]
    let view = pictures[picture]
    let samples = view.base + y * view.bytesPerRow
    if bitDepth == 8 {
      ck_vif_widen8(samples.assumingMemoryBound(to: UInt8.self), width, row + radius)
    } else {
      let words = samples.assumingMemoryBound(to: UInt16.self)
      ck_vif_widen16(words, width, Int32(16 - bitDepth), row + radius)
    }
    mirrorEnds(of: row)
    return row
  }

  private func mirrorEnds(of row: UnsafeMutablePointer<UInt16>) {
    let first = row + radius
    let last = first + (width - 1)
    for k in 1...radius {
      first[-k] = first[k]
      last[k] = last[-k]
    }
  }

  // MARK: - Work on two rows

  /// Lists the pairs that the taps of a window read, with the first one given.
  private func list(
    _ taps: ck_vif_taps, from first: Int, _ picture: Int, skipping columns: Int = 0,
    into list: UnsafeMutablePointer<UnsafePointer<UInt32>>
  ) {
    let lanes = Int(kernels.pointee.lanes)
    withUnsafeBytes(of: taps.pair) { bytes in
      let offsets = bytes.assumingMemoryBound(to: Int32.self)
      for k in 0..<Int(taps.count) {
        list[k] = UnsafePointer(pair(first + Int(offsets[k]), picture) + columns * lanes)
      }
    }
  }

  private func measureRows() {
    let kernels = kernels.pointee
    let columns = strip + 2 * radius
    let extent = ck_vif_extent(strip: strip, width: width)
    let rows = min(2, height - nextRow)
    var busy = (0, 0)
    list(taps, from: nextRow / 2, 0, into: referencePairs)
    let reference = ck_vif_planes(even: planes[0], odd: planes[1], plane: plane)
    kernels.filter_reference(referencePairs, &taps, columns, reference)
    for r in 0..<rows {
      let count = kernels.measure_reference(planes[r], plane, &taps, extent, referenceRows[r])
      denominatorLog += kernels.reference_information(referenceRows[r].variance, count)
      denominatorNonLog += Int64(width - count)
      if r == 0 { busy.0 = count } else { busy.1 = count }
    }
    let distorted = ck_vif_planes(even: planes[2], odd: planes[3], plane: plane)
    for picture in 1..<pictureCount {
      list(taps, from: nextRow / 2, picture, into: pairs)
      kernels.filter_distorted(referencePairs, pairs, &taps, columns, distorted)
      for r in 0..<rows {
        numeratorNonLog[picture] += kernels.measure_distorted(
          planes[2 + r], plane, &taps, extent, referenceRows[r], variance, covariance)
        kernels.distorted_information(
          referenceRows[r].variance, variance, covariance, r == 0 ? busy.0 : busy.1, gainLimits,
          gainLimitCount, numeratorLog + picture * gainLimitCount)
      }
    }
  }

  private func decimateRow() {
    guard let next, nextRow / 2 < next.height else { return }
    let y = nextRow / 2
    let nextRadius = next.radius
    let inset = radius - nextRadius
    for picture in 0..<pictureCount {
      list(nextTaps, from: nextRow / 2 + inset / 2, picture, skipping: inset, into: pairs)
      let row = next.rowRing[picture * Self.rowSlots + y % Self.rowSlots]
      kernels.pointee.decimate(
        pairs, &nextTaps, strip + 2 * nextRadius, strip, decimated, row + next.radius)
      next.mirrorEnds(of: row)
    }
    next.advance(rows: y + 1)
  }
}
