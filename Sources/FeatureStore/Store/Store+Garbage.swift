import DurableFiles

/// What may be removed from a store.
public struct GarbagePolicy: Sendable {
  /// The age in seconds from which another machine's temporary files count as left behind; those of
  /// this machine are known by their lock.
  public var temporaryAge: Double
  /// Remove pairs extracted under another feature version than this, unless `nil`.
  public var currentFeatureVersion: String?
  /// Remove extracted pairs whose key is not among these ``StoreKey/digest``s, unless `nil`.
  public var referencedDigests: Set<String>?
  /// Remove imported tables of these names.
  public var importedTables: Set<String>
  /// Remove files that cannot be read.
  public var removesDamaged: Bool
  /// Only say what would be removed.
  public var isDryRun: Bool

  /// Creates a policy; by default only leftovers of killed processes are removed.
  public init(
    temporaryAge: Double = 3600, currentFeatureVersion: String? = nil,
    referencedDigests: Set<String>? = nil, importedTables: Set<String> = [],
    removesDamaged: Bool = false, isDryRun: Bool = false
  ) {
    self.temporaryAge = temporaryAge
    self.currentFeatureVersion = currentFeatureVersion
    self.referencedDigests = referencedDigests
    self.importedTables = importedTables
    self.removesDamaged = removesDamaged
    self.isDryRun = isDryRun
  }
}

extension GarbagePolicy {
  /// Why a sound file is to be removed, or `nil` where it stays.
  fileprivate func reason(toRemove entry: StoreEntry) -> String? {
    let key = entry.key
    if key.origin == .imported {
      return importedTables.contains(key.pair) ? "imported table \(key.pair)" : nil
    }
    if let currentFeatureVersion, key.featureVersion != currentFeatureVersion {
      return "feature version \(key.featureVersion)"
    }
    if let referencedDigests, !referencedDigests.contains(entry.header.digest) {
      return "not referenced"
    }
    return nil
  }
}

/// What was removed, or would be.
public struct GarbageReport: Sendable, Equatable {
  /// A removed file.
  public struct Removal: Sendable, Equatable {
    /// The file.
    public let path: String
    /// Its size in bytes.
    public let bytes: Int
    /// Why it went, a few words.
    public let reason: String
  }

  /// The removed files.
  public internal(set) var removals: [Removal] = []

  /// The space they took.
  public var bytes: Int { removals.reduce(0) { $0 + $1.bytes } }
}

extension Store {
  /// Removes what the policy allows and makes the manifest anew.
  ///
  /// - Throws: ``StoreError``.
  public func collectGarbage(_ policy: GarbagePolicy = GarbagePolicy()) throws -> GarbageReport {
    var report = GarbageReport()
    let remove = { (path: String, reason: String) in
      let size = (try? InputFile(path: path))?.size ?? 0
      if !policy.isDryRun { try Folder.removeFile(path) }
      report.removals.append(.init(path: path, bytes: size, reason: reason))
    }
    let leftovers = try removeLeftovers(
      olderThan: policy.temporaryAge, isDryRun: policy.isDryRun)
    report.removals += leftovers
    report.removals += try inputDigests.removeStale(isDryRun: policy.isDryRun)
    var damaged: [String] = []
    let entries = try scan { path, error in
      guard policy.removesDamaged else { throw error }
      damaged.append(path)
    }
    for path in damaged { try remove(path, "damaged") }
    for entry in entries {
      if let reason = policy.reason(toRemove: entry) {
        try remove(filePath(ofDigest: entry.header.digest), reason)
      }
    }
    if !policy.isDryRun {
      try Folder.flush(pairsFolder)
      try finalizeManifest()
    }
    return report
  }

  /// Removes the temporary files of processes that ended.
  @discardableResult
  func removeLeftovers(
    olderThan seconds: Double, isDryRun: Bool = false
  ) throws -> [GarbageReport.Removal] {
    var removals: [GarbageReport.Removal] = []
    for folder in [path, temporaryFolder, "\(path)/cache"] where Folder.exists(folder) {
      for name in try Folder.entries(folder) where name.hasPrefix(".") && name.hasSuffix(".tmp") {
        let file = "\(folder)/\(name)"
        let size = try AtomicFile.removeAbandoned(file, olderThan: seconds, isDryRun: isDryRun)
        if let size {
          removals.append(.init(path: file, bytes: size, reason: "left by a process that ended"))
        }
      }
    }
    return removals
  }
}
