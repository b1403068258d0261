import VideoIO

/// A frame's luma as the means of a grid of blocks, by which the frame is recognised.
///
/// There are two grids over the same picture: a fine one of 64 x 36 blocks that tells neighbouring
/// frames apart, and a coarse one of 16 x 9 for a wide search. Values are in quarters of an 8-bit
/// code value, with the frame's mean removed, so that the brightness of the whole picture does not
/// matter. They are integers, and so are all sums of their products: exact, whatever the order.
struct LumaSignature {
  /// The blocks of the fine grid.
  static let fineCount = fineColumns * fineRows
  /// The blocks of the coarse grid.
  static let coarseCount = fineCount / (pooling * pooling)

  private static let fineColumns = 64
  private static let fineRows = 36
  /// Fine blocks per coarse block in each direction.
  private static let pooling = 4
  /// Rows of a block that are looked at: more would change little and cost much.
  private static let rowsPerBlock = 8

  /// The fine grid, row by row.
  let fine: [Int16]
  /// The coarse grid, row by row.
  let coarse: [Int16]

  /// Measures a frame.
  init(_ frame: Frame) {
    let plane = frame.planes[0]
    let depth = frame.format.pixelFormat.bitDepth
    let means =
      depth == 8
      ? Self.blockMeans(plane, depth: depth, of: UInt8.self, sums: UInt16.self)
      : Self.blockMeans(plane, depth: depth, of: UInt16.self, sums: UInt32.self)
    let mean = means.reduce(0, +) / means.count
    fine = means.map { Int16(truncatingIfNeeded: $0 - mean) }
    coarse = Self.pooled(fine)
  }

  /// The means of the fine blocks in quarters of an 8-bit code value, at most 1020.
  @inline(__always)
  private static func blockMeans<Sample: FixedWidthInteger, Sum: FixedWidthInteger>(
    _ plane: Frame.Plane, depth: Int, of type: Sample.Type, sums: Sum.Type
  ) -> [Int] {
    let (width, height) = (plane.width, plane.height)
    return [Int](unsafeUninitializedCapacity: fineCount) { means, count in
      withUnsafeTemporaryAllocation(of: Sum.self, capacity: width) { columns in
        for row in 0..<fineRows {
          let top = row * height / fineRows
          let bottom = max((row + 1) * height / fineRows, top + 1)
          let step = max((bottom - top) / rowsPerBlock, 1)
          columns.initialize(repeating: 0)
          var visited = 0
          for y in stride(from: top, to: bottom, by: step) {
            let samples = (plane.base + y * plane.bytesPerRow).assumingMemoryBound(to: type)
            for x in 0..<width { columns[x] &+= Sum(truncatingIfNeeded: samples[x]) }
            visited += 1
          }
          for column in 0..<fineColumns {
            let left = column * width / fineColumns
            let right = max((column + 1) * width / fineColumns, left + 1)
            var sum: UInt32 = 0
            for x in left..<right { sum &+= UInt32(truncatingIfNeeded: columns[x]) }
            let samples = visited * (right - left) << (depth - 8)
            means[row * fineColumns + column] = (Int(sum) * 4 + samples / 2) / samples
          }
        }
      }
      count = fineCount
    }
  }

  private static func pooled(_ fine: [Int16]) -> [Int16] {
    let columns = fineColumns / pooling
    return (0..<coarseCount).map { index in
      let start = index / columns * pooling * fineColumns + index % columns * pooling
      var sum = 0
      for y in 0..<pooling {
        for x in 0..<pooling { sum += Int(fine[start + y * fineColumns + x]) }
      }
      return Int16(sum >> 4)
    }
  }
}

/// The signatures of consecutive frames, of which the oldest can be forgotten.
struct SignatureSequence {
  /// The number of the first frame that is still there.
  private(set) var start = 0
  /// The number of the frame after the last one.
  private(set) var end = 0
  private var fine: [Int16] = []
  private var coarse: [Int16] = []

  /// Adds the next frame.
  mutating func append(_ signature: LumaSignature) {
    fine += signature.fine
    coarse += signature.coarse
    end += 1
  }

  /// Forgets all frames before `frame`.
  mutating func removeFrames(before frame: Int) {
    let count = min(frame, end) - start
    guard count > 0 else { return }
    fine.removeFirst(count * LumaSignature.fineCount)
    coarse.removeFirst(count * LumaSignature.coarseCount)
    start += count
  }

  /// The frames `range`, on the fine or the coarse grid; they must be there.
  func view<Result>(
    _ range: Range<Int>, isFine: Bool, _ body: (SignatureView) -> Result
  ) -> Result {
    let size = isFine ? LumaSignature.fineCount : LumaSignature.coarseCount
    return (isFine ? fine : coarse).withUnsafeBufferPointer { values in
      body(
        SignatureView(
          range: range,
          values: UnsafeBufferPointer(
            rebasing: values[(range.lowerBound - start) * size..<(range.upperBound - start) * size]),
          size: size))
    }
  }
}

/// Borrowed signatures of consecutive frames, and the products that comparisons are made of.
struct SignatureView {
  /// The numbers of the frames.
  let range: Range<Int>
  /// The signatures, one after the other.
  let values: UnsafeBufferPointer<Int16>
  /// The values of a signature.
  let size: Int

  private func frame(_ number: Int) -> UnsafePointer<Int16> {
    UnsafePointer(values.baseAddress.unsafelyUnwrapped + (number - range.lowerBound) * size)
  }

  /// The inner product of the signatures of two frames; it fits 32 bits, because without their
  /// mean the values have a variance of at most 510 squared.
  func product(_ number: Int, _ other: SignatureView, _ otherNumber: Int) -> Int32 {
    let (a, b) = (frame(number), other.frame(otherNumber))
    var sum: Int32 = 0
    for index in 0..<size { sum &+= Int32(a[index]) &* Int32(b[index]) }
    return sum
  }

  /// The squared distance between frame `number` and the frame `distance` before it.
  func change(_ number: Int, since distance: Int) -> Double {
    let (a, b) = (frame(number), frame(number - distance))
    var sum: Int64 = 0
    // Runs short enough for 32 bits: squared differences are below 2,040 squared.
    for start in stride(from: 0, to: size, by: 256) {
      var part: Int32 = 0
      for index in start..<min(start + 256, size) {
        let difference = Int32(a[index]) &- Int32(b[index])
        part &+= difference &* difference
      }
      sum += Int64(part)
    }
    return Double(sum)
  }
}
