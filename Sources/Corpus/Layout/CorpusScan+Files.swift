import VideoIO

extension CorpusScan {
  /// Finds size and sample layout of the raw files: as told, else from the manifest, else inferred
  /// source by source.
  mutating func resolveFormats(_ options: Options) {
    references = references.map { reference in
      var reference = reference
      reference.file = stated(reference.file, options)
      return reference
    }
    distorted = distorted.map { video in
      var video = video
      video.file = stated(video.file, options)
      return video
    }
    inferFormats()
  }

  /// The file with what the user or the manifest states of it.
  private func stated(_ file: CorpusFile, _ options: Options) -> CorpusFile {
    var file = file
    let entry = manifest?.entry(file.relativePath)
    file.frameRate = entry?.rate
    if file.container == .yuv { file.format = options.rawFormat ?? entry?.format }
    return file
  }

  /// Infers the formats that nothing states.
  private mutating func inferFormats() {
    var sizes: [String: [Int]] = [:]
    var tallest: [String: Int] = [:]
    for reference in references {
      if reference.file.needsFormat { sizes[reference.name.source] = [reference.file.size] }
      if case .height(let height) = reference.name.detail {
        tallest[reference.name.source] = height
      }
    }
    for video in distorted {
      let source = video.name.source
      if video.file.needsFormat { sizes[source, default: []].append(video.file.size) }
      tallest[source] = max(tallest[source] ?? 0, video.name.encodeHeight)
    }
    var results: [String: RawGeometry.Inference] = [:]
    for (source, sizes) in sizes {
      results[source] = RawGeometry.infer(
        sizes: sizes, tallestEncode: tallest[source],
        isPublicSet: PublicSet.sources.contains { $0.name == source })
    }
    var inferred: [VideoFormat: Int] = [:]
    for index in references.indices {
      let file = references[index].file
      references[index].file = infer(file, results[references[index].name.source], &inferred)
    }
    for index in distorted.indices {
      let file = distorted[index].file
      distorted[index].file = infer(file, results[distorted[index].name.source], &inferred)
    }
    for (format, files) in inferred {
      issues.append(.inferredGeometry(format: format, files: files))
    }
  }

  private mutating func infer(
    _ file: CorpusFile, _ result: RawGeometry.Inference?, _ inferred: inout [VideoFormat: Int]
  ) -> CorpusFile {
    guard file.needsFormat, let result else { return file }
    var file = file
    switch result {
    case .found(let format):
      file.format = format
      inferred[format, default: 0] += 1
    case .ambiguous(let formats):
      report(
        .unknownGeometry(path: file.relativePath, size: file.size, candidates: formats), file)
    case .none:
      report(.unknownGeometry(path: file.relativePath, size: file.size, candidates: []), file)
    }
    return file
  }

  /// Looks into the files that have headers.
  mutating func probeContainers(_ tools: FFmpegTools) {
    var options = VideoInputOptions(tools: tools)
    options.countsFrames = true
    for index in references.indices where references[index].file.container != .yuv {
      references[index].file = look(into: references[index].file, options)
    }
    for index in distorted.indices where distorted[index].file.container != .yuv {
      distorted[index].file = look(into: distorted[index].file, options)
    }
  }

  private mutating func look(into file: CorpusFile, _ options: VideoInputOptions) -> CorpusFile {
    guard file.size > 0 else { return file }
    var file = file
    do {
      let video = try probeVideo(path: file.path, options: options)
      file.format = video.format
      file.frameCount = video.frameCount
      file.frameRate = file.frameRate ?? video.frameRate
    } catch {
      report(.unreadable(path: file.relativePath, reason: "\(error)"), file)
    }
    return file
  }

  /// Checks sizes, lengths and heights.
  mutating func checkFiles() {
    for index in references.indices {
      let file = references[index].file
      references[index].file.frameCount = checkLength(file)
      if case .height(let height) = references[index].name.detail, let format = file.format,
        format.height != height
      {
        report(
          .wrongHeight(path: file.relativePath, named: height, reference: format.height), file)
      }
    }
    let bySource = Dictionary(
      references.map { ($0.name.source, $0.file) }, uniquingKeysWith: { a, _ in a })
    for index in distorted.indices {
      let file = distorted[index].file
      let frames = checkLength(file)
      distorted[index].file.frameCount = frames
      if let reference = bySource[distorted[index].name.source] {
        check(file, frames: frames, encodeHeight: distorted[index].name.encodeHeight, reference)
      }
    }
  }

  /// The number of frames; reports files that are empty, end within a frame or miss frames.
  private mutating func checkLength(_ file: CorpusFile) -> Int? {
    guard file.size > 0 else {
      report(.empty(file.relativePath), file)
      return nil
    }
    var frames = file.frameCount
    if file.container == .yuv, let format = file.format {
      if !file.size.isMultiple(of: format.frameByteCount) {
        report(.truncated(path: file.relativePath, size: file.size, format: format), file)
      }
      frames = file.size / format.frameByteCount
    }
    if let frames, let expected = manifest?.entry(file.relativePath).frames, frames != expected {
      report(
        .unexpectedLength(path: file.relativePath, frames: frames, expected: expected), file)
    }
    return frames
  }

  /// Compares a distorted video with its reference.
  private mutating func check(
    _ file: CorpusFile, frames: Int?, encodeHeight: Int, _ reference: CorpusFile
  ) {
    if let expected = reference.format {
      if encodeHeight > expected.height {
        report(
          .wrongHeight(
            path: file.relativePath, named: encodeHeight, reference: expected.height), file)
      }
      // An encode that was kept has its own, smaller size; readers scale it up.
      let isKeptEncode =
        file.container != .yuv && file.format?.height == encodeHeight
        && encodeHeight < expected.height
      if let found = file.format, found != expected, !isKeptEncode {
        report(
          .unequalFormat(path: file.relativePath, found: found, expected: expected), file)
      }
    }
    if let frames, let expected = reference.frameCount, frames != expected {
      report(
        .unevenLength(
          path: file.relativePath, frames: frames, reference: reference.relativePath,
          referenceFrames: expected), file)
    }
  }

  private mutating func report(_ issue: CorpusIssue, _ file: CorpusFile) {
    issues.append(issue)
    if issue.severity == .error { damaged.insert(file.relativePath) }
  }
}

extension CorpusFile {
  /// Whether the file is raw, holds something, and nothing states its format.
  fileprivate var needsFormat: Bool { container == .yuv && format == nil && size > 0 }
}
