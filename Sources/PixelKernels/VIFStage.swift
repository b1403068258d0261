import CKernels

/// One scale of vector VIF: takes rows of all pictures, measures a few rows at a time and passes
/// every other row, decimated, to the next scale.
///
/// Rows are kept in pairs, cut into strips (see `vif.h`): pair `p` holds the rows `2p` and
/// `2p + 1`. A ring of pairs covers the vertical windows of the four rows that are measured
/// together. Words of 8-bit samples hold two columns.
final class VIFStage {
  /// The input of the first scale; other scales get rows from the scale before.
  var pictures: [PlaneView] = []

  private let kernels: UnsafePointer<ck_vif_kernels>
  private let next: VIFStage?
  private let workspace = VIFWorkspace()
  private let isMeasured: Bool
  private let bitDepth: Int
  /// Whether this is the first scale of 8-bit pictures, which has kernels of its own.
  private let isBytes: Bool

  // Shape.
  private let width: Int
  private let height: Int
  private let radius: Int
  private let strip: Int
  private let pictureCount: Int
  private let columns: Int
  private var taps = ck_vif_taps4()
  private var nextTaps: ck_vif_taps

  // Rows and pairs of rows.
  private let rowRing: [UnsafeMutablePointer<UInt16>]
  private let pairRing: [UnsafeMutablePointer<UInt32>]
  private var availableRows = 0
  private var pairCount = 0
  private var nextRow = 0

  // Workspace of the rows of a step.
  private let pairs: UnsafeMutablePointer<UnsafePointer<UInt32>>
  private let referencePairs: UnsafeMutablePointer<UnsafePointer<UInt32>>
  private let referencePlanes: ck_vif_planes
  private let distortedPlanes: ck_vif_planes
  private let referenceSums: UnsafeMutablePointer<UInt32>
  private let referenceRows: [ck_vif_reference_row]
  private let busyCounts: UnsafeMutablePointer<Int>
  private let variance: UnsafeMutablePointer<Int32>
  private let covariance: UnsafeMutablePointer<Int32>
  private let scratch: UnsafeMutablePointer<UInt32>
  private let decimated: UnsafeMutablePointer<UInt32>

  // Sums.
  private let gainLimits: UnsafeMutablePointer<Double>
  private let gainLimitCount: Int
  private let numeratorLog: UnsafeMutablePointer<Int64>
  private var numeratorNonLog: [Int64]
  private var denominatorLog: Int64 = 0
  private var denominatorNonLog: Int64 = 0

  /// How many rows before their use samples are fetched from memory.
  private static let prefetchDistance = 4
  /// Rows that are measured together.
  private static let rowsPerStep = 4
  /// Rows of a picture that are kept: the mirrored rows below its last one need some.
  private static let rowSlots = 32
  /// Pairs of rows that are kept: ten for the largest window.
  private static let pairSlots = 16

  init(
    _ geometry: VIFGeometry, scale: Int, _ kernels: UnsafePointer<ck_vif_kernels>, next: VIFStage?
  ) {
    self.kernels = kernels
    self.next = next
    isMeasured = scale > 0 || !geometry.skipScale0
    bitDepth = geometry.bitDepth
    isBytes = scale == 0 && geometry.bitDepth == 8
    width = geometry.width >> scale
    height = geometry.height >> scale
    radius = VIFFilter.evenRadius(scale: scale)
    pictureCount = 1 + geometry.distortedCount
    var twoTaps = VIFFilter.taps(scale: scale)
    ck_vif_extend_taps(&twoTaps, &taps)
    nextTaps = scale + 1 < VIFFilter.scaleCount ? VIFFilter.taps(scale: scale + 1) : ck_vif_taps()
    let lanes = Int(kernels.pointee.lanes)
    strip = ((width + lanes - 1) / lanes + 3) / 4 * 4
    columns = strip + 2 * radius

    let workspace = workspace
    // A row has mirrored samples at both ends; the interleaving kernel reads whole vectors.
    let paddedColumns = (columns + lanes - 1) / lanes * lanes
    let paddedWords = (columns / 2 + lanes - 1) / lanes * lanes
    let rowLength = (lanes + 1) * strip + paddedColumns + 2 * radius
    let isFirst = scale == 0
    let isBytes = isBytes
    rowRing = (0..<(isFirst ? 2 : Self.rowSlots * pictureCount)).map { _ in
      workspace.allocate(rowLength, of: UInt16.self)
    }
    pairRing = (0..<Self.pairSlots * pictureCount).map { _ in
      workspace.allocate((isBytes ? paddedWords : paddedColumns) * lanes, of: UInt32.self)
    }
    let tapCount = Int(max(taps.count, nextTaps.count))
    let placeholder = UnsafePointer(pairRing[0])
    pairs = .allocate(capacity: tapCount)
    pairs.initialize(repeating: placeholder, count: tapCount)
    referencePairs = .allocate(capacity: tapCount)
    referencePairs.initialize(repeating: placeholder, count: tapCount)

    let plane = columns / 2 * lanes
    func planes(count: Int) -> ck_vif_planes {
      let values = workspace.allocate(Self.rowsPerStep * count * plane, of: UInt32.self)
      return ck_vif_planes(base: values, row: count * plane, plane: plane)
    }
    referencePlanes = planes(count: 3)
    distortedPlanes = planes(count: 5)
    referenceSums = workspace.allocate(isBytes ? 4 * columns * lanes : 0, of: UInt32.self)
    let pixels = (strip + 2) * lanes
    let strip = strip
    referenceRows = (0..<Self.rowsPerStep).map { _ in
      ck_vif_reference_row(
        mean: workspace.allocate(pixels, of: UInt32.self),
        busy: workspace.allocate(strip, of: UInt16.self),
        variance: workspace.allocate(pixels, of: Int32.self))
    }
    busyCounts = workspace.allocate(Self.rowsPerStep, of: Int.self)
    variance = workspace.allocate(pixels, of: Int32.self)
    covariance = workspace.allocate(pixels, of: Int32.self)
    scratch = workspace.allocate(3 * pixels, of: UInt32.self)
    decimated = workspace.allocate((columns / 2 + lanes) * lanes, of: UInt32.self)

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
      guard buildPairs(upTo: (nextRow + Self.rowsPerStep) / 2 + radius) else { return }
      if isMeasured { measureRows() }
      decimate(around: nextRow)
      decimate(around: nextRow + 2)
      nextRow += Self.rowsPerStep
    }
  }

  /// Makes sure that the first `count` pairs of rows exist; the first one starts `radius` rows
  /// above the picture.
  private func buildPairs(upTo count: Int) -> Bool {
    while pairCount < count {
      // The last pairs of a step may be those of rows that do not exist: any row will do.
      let upper = max(VIFFilter.reflect(2 * pairCount - radius, height), 0)
      let lower = max(VIFFilter.reflect(2 * pairCount - radius + 1, height), 0)
      guard max(upper, lower) < availableRows else { return false }
      for picture in 0..<pictureCount {
        let a = row(upper, of: picture, slot: 0)
        let b = row(lower, of: picture, slot: 1)
        let (stripWords, words) = isBytes ? (strip / 2, columns / 2) : (strip, columns)
        kernels.pointee.interleave(a, b, stripWords, words, pair(pairCount, picture))
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

  /// A row from its first mirrored sample on.
  ///
  /// The first scale's samples are copied to `slot`.
  private func row(_ y: Int, of picture: Int, slot: Int) -> UnsafeMutablePointer<UInt16> {
    if pictures.isEmpty { return rowRing[picture * Self.rowSlots + y % Self.rowSlots] }
    let row = rowRing[slot]
    let view = pictures[picture]
    let samples = view.base + y * view.bytesPerRow
    let ahead = view.base + min(y + Self.prefetchDistance, height - 1) * view.bytesPerRow
    ck_vif_prefetch(ahead, width * (bitDepth > 8 ? 2 : 1))
    if isBytes {
      row.withMemoryRebound(to: UInt8.self, capacity: 2 * (width + radius)) { bytes in
        ck_vif_centre8(samples.assumingMemoryBound(to: UInt8.self), width, bytes + radius)
        mirrorEnds(of: bytes)
      }
    } else {
      let words = samples.assumingMemoryBound(to: UInt16.self)
      ck_vif_widen16(words, width, Int32(16 - bitDepth), row + radius)
      mirrorEnds(of: row)
    }
    return row
  }

  @inline(__always)
  private func mirrorEnds<Sample>(of row: UnsafeMutablePointer<Sample>) {
    let first = row + radius
    let last = first + (width - 1)
    for k in 1...radius {
      first[-k] = first[k]
      last[k] = last[-k]
    }
  }

  // MARK: - Work on a few rows

  /// Lists the pairs that a window reads, from the first one and the word of it given.
  private func list<Offsets>(
    _ offsets: Offsets, count: Int32, from first: Int, _ picture: Int, skipping words: Int = 0,
    into list: UnsafeMutablePointer<UnsafePointer<UInt32>>
  ) {
    let lanes = Int(kernels.pointee.lanes)
    withUnsafeBytes(of: offsets) { bytes in
      let offsets = bytes.assumingMemoryBound(to: Int32.self)
      for k in 0..<Int(count) {
        list[k] = UnsafePointer(pair(first + Int(offsets[k]), picture) + words * lanes)
      }
    }
  }

  private func measureRows() {
    list(taps.pair, count: taps.count, from: nextRow / 2, 0, into: referencePairs)
    measureReference()
    for picture in 1..<pictureCount {
      list(taps.pair, count: taps.count, from: nextRow / 2, picture, into: pairs)
      measureDistorted(picture)
    }
  }

  /// Measures the next rows of the reference.
  private func measureReference() {
    let kernels = kernels.pointee
    let extent = ck_vif_extent(strip: strip, width: width)
    let planes = referencePlanes
    if isBytes {
      kernels.filter_reference8(referencePairs, &taps, columns, planes, referenceSums)
    } else {
      kernels.filter_reference(referencePairs, &taps, columns, planes)
    }
    for r in 0..<min(Self.rowsPerStep, height - nextRow) {
      let row = referenceRows[r]
      let count = kernels.measure_reference(
        planes.base + r * planes.row, planes.plane, &taps, extent, row)
      denominatorLog += kernels.reference_information(row.variance, count)
      denominatorNonLog += Int64(width - count)
      busyCounts[r] = count
    }
  }

  /// Measures the next rows of a distorted picture.
  private func measureDistorted(_ picture: Int) {
    let kernels = kernels.pointee
    let extent = ck_vif_extent(strip: strip, width: width)
    let planes = distortedPlanes
    if isBytes {
      kernels.filter_distorted8(referencePairs, pairs, &taps, columns, planes, referenceSums)
    } else {
      kernels.filter_distorted(referencePairs, pairs, &taps, columns, planes)
    }
    for r in 0..<min(Self.rowsPerStep, height - nextRow) {
      numeratorNonLog[picture] += kernels.measure_distorted(
        planes.base + r * planes.row, planes.plane, &taps, extent, referenceRows[r], variance,
        covariance)
      kernels.distorted_information(
        referenceRows[r].variance, variance, covariance, busyCounts[r], gainLimits,
        gainLimitCount, scratch, numeratorLog + picture * gainLimitCount)
    }
  }

  /// Makes the row of the next scale that stands for row `y`, an even number.
  private func decimate(around y: Int) {
    guard let next, y / 2 < next.height else { return }
    let inset = radius - next.radius
    let decimate = isBytes ? kernels.pointee.decimate8 : kernels.pointee.decimate
    for picture in 0..<pictureCount {
      list(
        nextTaps.pair, count: nextTaps.count, from: (y + inset) / 2, picture,
        skipping: isBytes ? inset / 2 : inset, into: pairs)
      let row = next.rowRing[picture * Self.rowSlots + y / 2 % Self.rowSlots]
      decimate(
        pairs, &nextTaps, strip + 2 * next.radius, strip, decimated, row + next.radius)
      next.mirrorEnds(of: row)
    }
    next.advance(rows: y / 2 + 1)
  }
}
