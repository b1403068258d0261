#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps the manifest and the count of what is done while files are made beside each other.
actor MakeLedger {
  private let root: String
  private let work: String
  private let plan: CorpusPlan
  private let progress: @Sendable (CorpusMaker.Progress) -> Void
  private var manifest: CorpusManifest
  private var report = CorpusMaker.Report()
  private var done = 0
  private var doneBytes = 0

  init(
    root: String, work: String, manifest: CorpusManifest?, plan: CorpusPlan,
    progress: @escaping @Sendable (CorpusMaker.Progress) -> Void
  ) {
    self.root = root
    self.work = work
    self.plan = plan
    self.progress = progress
    self.manifest = manifest ?? CorpusManifest()
  }

  /// Counts files that were there, and describes those that the manifest does not know.
  func recordFound(
    _ outputs: [CorpusPlan.Output],
    describe: @Sendable (CorpusPlan.Output) -> CorpusManifest.Entry?
  ) throws {
    for output in outputs where manifest.files?[output.relativePath] == nil {
      manifest.files = manifest.files ?? [:]
      manifest.files?[output.relativePath] = describe(output)
    }
    report.found = outputs.count
    done = outputs.count
    doneBytes = outputs.reduce(0) { $0 + $1.estimatedBytes }
    try writeManifest()
  }

  /// Gives a finished file its name.
  ///
  /// The manifest is written first: after a crash it may describe a file that is not there, which
  /// the next run makes, but a file that is there is always described.
  func publish(
    _ temporary: String, as output: CorpusPlan.Output, _ entry: CorpusManifest.Entry
  ) throws {
    let path = FileSystem.join(root, output.relativePath)
    // A file made in another way must not stand under the new description.
    FileSystem.remove(path)
    manifest.files = manifest.files ?? [:]
    manifest.files?[output.relativePath] = entry
    try writeManifest()
    try FileSystem.publish(temporary, as: path)
    report.made.append(output.relativePath)
    count(output)
  }

  /// Notes a file that could not be made.
  func recordFailure(_ output: CorpusPlan.Output, _ reason: String) {
    manifest.files?[output.relativePath] = nil
    report.failures.append(CorpusMaker.Failure(path: output.relativePath, reason: reason))
    count(output)
  }

  /// Throws when a distorted video lacks its reference.
  func requireReference(of source: MakeSource, for output: CorpusPlan.Output) throws {
    if output.relativePath == source.reference { return }
    guard FileSystem.status(FileSystem.join(root, source.reference)) != nil else {
      throw CorpusError.input(path: source.name, reason: "its reference was not made")
    }
  }

  /// What came of it, in the given order.
  func report(order: [String]) -> CorpusMaker.Report {
    let rank = Dictionary(
      order.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
    var sorted = report
    sorted.made.sort { rank[$0, default: 0] < rank[$1, default: 0] }
    sorted.failures.sort { rank[$0.path, default: 0] < rank[$1.path, default: 0] }
    return sorted
  }

  private func count(_ output: CorpusPlan.Output) {
    done += 1
    doneBytes += output.estimatedBytes
    progress(
      CorpusMaker.Progress(
        done: done, total: plan.outputs.count, doneBytes: doneBytes, totalBytes: plan.totalBytes,
        relativePath: output.relativePath))
  }

  private func writeManifest() throws {
    let name = CorpusManifest.fileName
    try FileSystem.writeDurably(
      try manifest.encoded(), to: FileSystem.join(root, name),
      temporary: FileSystem.join(work, name + ".part"))
  }
}

/// Keeps other processes out of a folder until it is released or the process ends.
struct FolderLock {
  private let descriptor: CInt

  /// Returns `nil` when another process holds the folder.
  init?(_ path: String) {
    // Not to be held by the encoders that are started later.
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  func release() {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
