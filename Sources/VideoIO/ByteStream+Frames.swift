extension ByteStream {
  /// Reads the planes of one frame and checks that no sample exceeds its bit depth.
  ///
  /// - Parameters:
  ///   - frame: The frame to fill.
  ///   - planes: The planes to fill; others are skipped.
  ///   - extraByteCount: Bytes after the last plane to skip: an alpha plane.
  ///   - index: The number of the frame, for messages.
  /// - Returns: The number of bytes read or skipped: fewer than a frame's at the end of the
  ///   stream.
  func readFrame(
    into frame: Frame, planes: PlaneSelection, extraByteCount: Int = 0, index: Int
  ) throws(VideoError) -> Int {
    let format = frame.format
    let sampleBytes = format.pixelFormat.bytesPerSample
    let planeCount = planes == .luma ? 1 : format.pixelFormat.chroma.planeCount
    precondition(frame.planes.count >= planeCount, "The frame has no room for the planes.")
    var (done, expected) = (0, 0)
    for plane in frame.planes.prefix(planeCount) {
      expected += plane.width * plane.height * sampleBytes
      done += try readRows(
        into: plane.base, bytesPerRow: plane.bytesPerRow, rowByteCount: plane.width * sampleBytes,
        rowCount: plane.height
      ) { rows throws(VideoError) in
        guard let sample = plane.sample(in: rows, above: format.pixelFormat.bitDepth) else {
          return
        }
        throw .sampleOutOfRange(
          path: path, frame: index, sample: sample, bitDepth: format.pixelFormat.bitDepth)
      }
      if done < expected { return done }
    }
    return done + (try skip(format.frameByteCount - expected + extraByteCount))
  }
}

extension Frame.Plane {
  /// A sample in `rows` that `bitDepth` bits cannot hold, if there is one.
  ///
  /// The kernels rely on samples below `1 << bitDepth`, so no other may enter. All the samples of
  /// a row are merged with a bitwise or, in words of four: a bit above the depth is set in the
  /// result when it is set in any sample.
  func sample(in rows: Range<Int>, above bitDepth: Int) -> Int? {
    guard bitDepth > 8, bitDepth < 16 else { return nil }
    let forbidden = UInt16.max << UInt16(bitDepth)
    for y in rows {
      let row = UnsafeRawPointer(base + y * bytesPerRow)
      let words = row.assumingMemoryBound(to: UInt64.self)
      let samples = row.assumingMemoryBound(to: UInt16.self)
      var merged: UInt64 = 0
      for x in 0..<width / 4 { merged |= words[x] }
      merged |= merged >> 32
      var bits = UInt16(truncatingIfNeeded: merged | merged >> 16)
      for x in (width / 4 * 4)..<width { bits |= samples[x] }
      if bits & forbidden != 0 {
        return (0..<width).lazy.map { Int(samples[$0]) }.first { $0 >> bitDepth != 0 }
      }
    }
    return nil
  }
}
