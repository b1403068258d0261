#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ParityClip {
  /// Writes frames as a raw file with grey chroma in 4:2:0, for another program to read.
  func write(_ frames: [[UInt16]], to path: String) throws {
    let chroma = 2 * ((description.width + 1) / 2) * ((description.height + 1) / 2)
    let grey = UInt16(1 << (description.bitDepth - 1))
    var bytes = Data()
    for frame in frames {
      let samples = frame + Array(repeating: grey, count: chroma)
      if description.bitDepth == 8 {
        bytes.append(contentsOf: samples.map { UInt8(truncatingIfNeeded: $0) })
      } else {
        samples.map(\.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
      }
    }
    try bytes.write(to: URL(filePath: path))
  }
}
