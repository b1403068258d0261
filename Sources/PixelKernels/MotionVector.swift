import CKernels

/// Motion with vector kernels: the schedule of rows; the arithmetic is in `motion_rows.h`.
///
/// A ring of pairs of difference rows covers the vertical windows of two output rows. Samples of
/// 16 bits have differences of 17 bits, which these kernels do not take.
final class MotionVector: MotionEngine {
  private let kernels: UnsafePointer<ck_motion_kernels>
  private let workspace = VIFWorkspace()
  private let width: Int
  private let height: Int
  private let bitDepth: Int
  private let strip: Int
  private let columns: Int
  private let radius = VIFFilter.evenRadius(scale: 2)
  private var taps = VIFFilter.taps(scale: 2)

  private let rows: [UnsafeMutablePointer<Int16>]
  private let pairRing: [UnsafeMutablePointer<UInt32>]
  private let pairs: UnsafeMutablePointer<UnsafePointer<UInt32>>
  private let planes: ck_vif_planes

  private var pictures: (previous: PlaneView, current: PlaneView)?
  private var pairCount = 0
  private var nextRow = 0
  private var sum: UInt64 = 0

  init(width: Int, height: Int, bitDepth: Int, kernels: UnsafePointer<ck_motion_kernels>) {
    self.kernels = kernels
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
    let lanes = Int(kernels.pointee.lanes)
    let strip = ((width + lanes - 1) / lanes + 1) / 2 * 2
    self.strip = strip
    columns = strip + 2 * radius
    let paddedColumns = (columns + lanes - 1) / lanes * lanes
    let rowLength = lanes * strip + paddedColumns + 2 * radius
    let workspace = workspace
    rows = (0..<2).map { _ in workspace.allocate(rowLength, of: Int16.self) }
    pairRing = (0..<4).map { _ in workspace.allocate(paddedColumns * lanes, of: UInt32.self) }
    pairs = .allocate(capacity: Int(taps.count))
    pairs.initialize(repeating: UnsafePointer(pairRing[0]), count: Int(taps.count))
    let plane = columns / 2 * lanes
    planes = ck_vif_planes(
      base: workspace.allocate(4 * plane, of: UInt32.self), row: 2 * plane, plane: plane)
  }

  deinit { pairs.deallocate() }

  func begin(previous: PlaneView, current: PlaneView) {
    pictures = (previous, current)
    pairCount = 0
    nextRow = 0
    sum = 0
  }

  func advance(rows: Int) {
    while nextRow < height {
      guard buildPairs(upTo: nextRow / 2 + radius + 1, availableRows: rows) else { return }
      for k in 0..<Int(taps.count) { pairs[k] = UnsafePointer(pairRing[(nextRow / 2 + k) % 4]) }
      let anyHigh = kernels.pointee.filter(pairs, &taps, columns, Int32(bitDepth), planes)
      let extent = ck_vif_extent(strip: strip, width: width)
      for r in 0..<min(2, height - nextRow) {
        sum += kernels.pointee.absolute_sum(
          planes.base + r * planes.row, planes.plane, &taps, extent, anyHigh)
      }
      nextRow += 2
    }
  }

  func finish() -> UInt64 {
    advance(rows: height)
    pictures = nil
    return sum
  }

  /// Makes sure that the first `count` pairs of rows exist; the first one starts `radius` rows
  /// above the picture.
  private func buildPairs(upTo count: Int, availableRows: Int) -> Bool {
    while pairCount < count {
      // The last pair may be that of a row that does not exist: any row will do.
      let upper = max(VIFFilter.reflect(2 * pairCount - radius, height), 0)
      let lower = max(VIFFilter.reflect(2 * pairCount - radius + 1, height), 0)
      guard max(upper, lower) < availableRows else { return false }
      subtract(row: upper, into: rows[0])
      subtract(row: lower, into: rows[1])
      let (a, b) = (UnsafeRawPointer(rows[0]), UnsafeRawPointer(rows[1]))
      kernels.pointee.interleave(
        a.assumingMemoryBound(to: UInt16.self), b.assumingMemoryBound(to: UInt16.self), strip,
        columns, pairRing[pairCount % 4])
      pairCount += 1
    }
    return true
  }

  /// The difference of row `y` of both pictures, with mirrored ends.
  private func subtract(row y: Int, into row: UnsafeMutablePointer<Int16>) {
    guard let (previous, current) = pictures else { return }
    let a = previous.base + y * previous.bytesPerRow
    let b = current.base + y * current.bytesPerRow
    let first = row + radius
    if bitDepth == 8 {
      kernels.pointee.difference8(
        a.assumingMemoryBound(to: UInt8.self), b.assumingMemoryBound(to: UInt8.self), width,
        first)
    } else {
      kernels.pointee.difference16(
        a.assumingMemoryBound(to: UInt16.self), b.assumingMemoryBound(to: UInt16.self), width,
        first)
    }
    let last = first + (width - 1)
    for k in 1...radius {
      first[-k] = first[k]
      last[k] = last[-k]
    }
  }
}
