import VideoIO

/// The part of the frame inside black bars, in luma samples.
public struct PictureArea: Sendable, Hashable, Codable {
  /// Black columns on the left.
  public let left: Int
  /// Black rows at the top.
  public let top: Int
  /// Columns of the picture.
  public let width: Int
  /// Rows of the picture.
  public let height: Int
}

/// The brightness of the rows and columns of a video, by which bars and shifted pictures are seen.
struct PictureProfile {
  /// One direction: rows or columns.
  struct Axis {
    /// The highest mean that each line had in any frame, in 8-bit code values.
    var highest: [Double]
    /// The mean of each line over all frames.
    var mean: [Double]

    /// The lines from the start that were black all the time; all of them in a black video.
    var barAtStart: Int { highest.firstIndex { $0 > Self.black } ?? highest.count }
    /// The lines at the end that were black all the time.
    var barAtEnd: Int {
      highest.lastIndex { $0 > Self.black }.map { highest.count - 1 - $0 } ?? highest.count
    }

    /// The mean below which a line is black: that of limited range, and some noise.
    private static let black = 24.0
  }

  /// From top to bottom.
  var rows: Axis
  /// From left to right.
  var columns: Axis

  /// The part inside the bars.
  var area: PictureArea {
    PictureArea(
      left: columns.barAtStart, top: rows.barAtStart,
      width: max(columns.highest.count - columns.barAtStart - columns.barAtEnd, 0),
      height: max(rows.highest.count - rows.barAtStart - rows.barAtEnd, 0))
  }

  /// Gathers the profile of a video from one frame in sixteen.
  struct Accumulator {
    private static let interval = 16
    private var frames = 0
    private var looked = 0.0
    private var rows = Axis(highest: [], mean: [])
    private var columns = Axis(highest: [], mean: [])

    /// Takes the next frame.
    mutating func add(_ frame: Frame) {
      defer { frames += 1 }
      guard frames.isMultiple(of: Self.interval) else { return }
      let plane = frame.planes[0]
      let depth = frame.format.pixelFormat.bitDepth
      let sums =
        depth == 8 ? Self.sums(plane, of: UInt8.self) : Self.sums(plane, of: UInt16.self)
      let scale = 1 / Double(1 << (depth - 8))
      Self.add(sums.rows.map { Double($0) * scale / Double(plane.width) }, to: &rows)
      Self.add(sums.columns.map { Double($0) * scale / Double(plane.height) }, to: &columns)
      looked += 1
    }

    /// The profile, or `nil` when there was no frame.
    func finish() -> PictureProfile? {
      guard looked > 0 else { return nil }
      func mean(_ axis: Axis) -> Axis {
        Axis(highest: axis.highest, mean: axis.mean.map { $0 / looked })
      }
      return PictureProfile(rows: mean(rows), columns: mean(columns))
    }

    private static func add(_ lines: [Double], to axis: inout Axis) {
      guard axis.highest.count == lines.count else {
        axis = Axis(highest: lines, mean: lines)
        return
      }
      for index in lines.indices {
        axis.highest[index] = max(axis.highest[index], lines[index])
        axis.mean[index] += lines[index]
      }
    }

    @inline(__always)
    private static func sums<Sample: FixedWidthInteger>(
      _ plane: Frame.Plane, of type: Sample.Type
    ) -> (rows: [UInt32], columns: [UInt32]) {
      var rows = [UInt32](repeating: 0, count: plane.height)
      var columns = [UInt32](repeating: 0, count: plane.width)
      columns.withUnsafeMutableBufferPointer { columns in
        for y in 0..<plane.height {
          let samples = (plane.base + y * plane.bytesPerRow).assumingMemoryBound(to: type)
          var sum: UInt32 = 0
          for x in 0..<plane.width {
            let sample = UInt32(truncatingIfNeeded: samples[x])
            sum &+= sample
            columns[x] &+= sample
          }
          rows[y] = sum
        }
      }
      return (rows, columns)
    }
  }
}
