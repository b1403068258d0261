import VideoIO

extension CorpusMaker {
  /// Makes what the plan says is still to be made.
  ///
  /// A file that fails does not stop the others; it is listed in the report. A cancelled task
  /// stops the encoders and throws; what is finished stays.
  ///
  /// - Parameters:
  ///   - plan: What ``plan()`` returned.
  ///   - progress: Called after every file, one call at a time.
  /// - Throws: ``CorpusError`` when the folder cannot be written to, is in use by another process,
  ///   or the disk is too small.
  public func run(
    _ plan: CorpusPlan, progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Report {
    if let free = plan.freeBytes, plan.remainingBytes > free {
      throw CorpusError.notEnoughSpace(path: root, needed: plan.remainingBytes, free: free)
    }
    for folder in ["ref", "dis"] { try FileSystem.makeFolder(FileSystem.join(root, folder)) }
    guard let lock = FolderLock(root) else { throw CorpusError.busy(root) }
    defer { lock.release() }
    let work = FileSystem.join(root, ".work")
    FileSystem.remove(work)
    try FileSystem.makeFolder(work)
    defer { FileSystem.remove(work) }

    let ledger = MakeLedger(
      root: root, work: work, manifest: try CorpusManifest.read(root: root), plan: plan,
      progress: progress)
    try await ledger.recordFound(plan.outputs.filter(\.isDone)) { output in
      plan.sources[output.source].map { describe(output.task, $0) }
    }
    let isReference = { (output: CorpusPlan.Output) in
      if case .reference = output.task { true } else { false }
    }
    try await makeAll(plan.remaining.filter(isReference), plan, ledger, work)
    try await makeAll(plan.remaining.filter { !isReference($0) }, plan, ledger, work)
    return await ledger.report(order: plan.outputs.map(\.relativePath))
  }

  /// Makes files beside each other, `jobs` at a time.
  private func makeAll(
    _ outputs: [CorpusPlan.Output], _ plan: CorpusPlan, _ ledger: MakeLedger, _ work: String
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, output) in outputs.enumerated() {
        if index >= max(options.jobs, 1) { try await group.next() }
        guard let source = plan.sources[output.source] else { continue }
        let temporary = FileSystem.join(work, "\(FileSystem.name(of: output.relativePath)).part")
        group.addTask {
          do {
            try await ledger.requireReference(of: source, for: output)
            let entry = try await make(output, source, temporary)
            try await ledger.publish(temporary, as: output, entry)
          } catch let error as CorpusError {
            FileSystem.remove(temporary)
            await ledger.recordFailure(output, error.description)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Makes one file under a temporary name.
  private func make(
    _ output: CorpusPlan.Output, _ source: MakeSource, _ temporary: String
  ) async throws -> CorpusManifest.Entry {
    var entry = describe(output.task, source)
    let encoding = Encoding(
      source: source, reference: FileSystem.join(root, source.reference), scaler: options.scaler,
      ffmpeg: options.tools.ffmpeg)
    switch (output.task, source.origin) {
    case (.reference, .video(let arguments)):
      try await encoding.decodeInput(arguments, limit: options.maximalFrames, to: temporary)
    case (.reference, .scene(let scene)):
      try scene.write(frames: source.frames, distortion: nil, to: temporary)
    case (.distort(let distortion), .scene(let scene)):
      try scene.write(frames: source.frames, distortion: distortion, to: temporary)
    case (.encode(let recipe, let rung), .video):
      let encode = options.keepsEncoded ? temporary : temporary + ".mkv"
      defer { if !options.keepsEncoded { FileSystem.remove(encode) } }
      try await encoding.encode(recipe, rung, to: encode)
      let frames = try encoding.referenceFrames()
      let seconds = Double(frames) / source.frameRate.framesPerSecond
      let bits = Double((FileSystem.status(encode)?.size ?? 0) * 8)
      entry.measuredKbps = Int((bits / seconds / 1000).rounded())
      entry.frames = frames
      if !options.keepsEncoded { try await encoding.decode(encode, to: temporary) }
      return entry
    case (.encode, .scene), (.distort, .video):
      throw CorpusError.input(path: source.name, reason: "the plan is of another maker")
    }
    entry.frames = try encoding.frames(in: temporary)
    return entry
  }
}
