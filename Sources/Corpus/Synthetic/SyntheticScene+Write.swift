#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension SyntheticScene {
  /// Writes the scene's first frames, distorted or not, as a raw file.
  ///
  /// - Throws: ``CorpusError/file(path:operation:reason:)`` when the file cannot be written, and
  ///   `CancellationError` when the task is cancelled.
  func write(frames: Int, distortion: SyntheticDistortion?, to path: String) throws {
    guard let file = fopen(path, "wb") else {
      throw CorpusError.file(path: path, operation: "write", reason: FileSystem.lastError())
    }
    var isOpen = true
    defer { if isOpen { fclose(file) } }
    for t in 0..<frames {
      try Task.checkCancellation()
      var picture = frame(t)
      if let distortion { picture = distortion.apply(picture, frame: t, seed: seed) }
      for plane in picture.planes {
        guard fwrite(plane.samples, 1, plane.samples.count, file) == plane.samples.count else {
          throw CorpusError.file(path: path, operation: "write", reason: FileSystem.lastError())
        }
      }
    }
    isOpen = false
    guard fclose(file) == 0 else {
      throw CorpusError.file(path: path, operation: "write", reason: FileSystem.lastError())
    }
  }
}
