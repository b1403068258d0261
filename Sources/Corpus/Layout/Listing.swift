/// The files of `ref/` and `dis/`, sorted into references, distorted videos and issues.
struct Listing {
  let root: String
  private(set) var issues: [CorpusIssue] = []
  private(set) var damaged: Set<String> = []
  private var references: [CorpusReference] = []
  private var distorted: [CorpusDistorted] = []

  init(root: String) { self.root = root }

  /// Reads one of the two folders.
  mutating func read(_ folder: String) throws {
    let path = FileSystem.join(root, folder)
    guard let resolved = FileSystem.resolved(path), FileSystem.status(resolved)?.kind == .folder
    else {
      issues.append(.missingFolder(folder))
      return
    }
    guard isInside(resolved) else {
      issues.append(.leavesRoot(path: folder, target: resolved))
      return
    }
    for name in try FileSystem.names(in: path) where !name.hasPrefix(".") {
      add(name, folder: folder)
    }
  }

  private func isInside(_ resolved: String) -> Bool {
    resolved.hasPrefix(root == "/" ? "/" : root + "/")
  }

  private mutating func add(_ name: String, folder: String) {
    let relative = "\(folder)/\(name)"
    let path = FileSystem.join(root, relative)
    guard let resolved = FileSystem.resolved(path), let found = FileSystem.status(resolved) else {
      issues.append(.unreadable(path: relative, reason: "the link leads nowhere"))
      return
    }
    guard isInside(resolved) else {
      issues.append(.leavesRoot(path: relative, target: resolved))
      return
    }
    let (stem, suffix) = FileSystem.stemAndExtension(name)
    guard found.kind == .file, let container = CorpusFile.Container(rawValue: suffix) else {
      issues.append(.extraFile(relative))
      return
    }
    let file = CorpusFile(
      relativePath: relative, path: path, container: container, size: found.size)
    if !FileSystem.isReadable(path) {
      issues.append(.unreadable(path: relative, reason: "permission denied"))
      damaged.insert(relative)
    }
    switch VideoName(stem: stem) {
    case .reference(let name) where folder == "ref":
      references.append(CorpusReference(name: name, file: file))
    case .distorted(let name) where folder == "dis":
      distorted.append(CorpusDistorted(name: name, file: file))
    case .some:
      issues.append(.misplaced(path: relative, belongs: folder == "ref" ? "dis" : "ref"))
    case nil:
      let pattern = folder == "ref" ? "<source>_<fps>fps" : "<source>_<label>_<height>_<kbps>"
      issues.append(.misnamed(path: relative, expected: "\(pattern).\(suffix)"))
    }
  }

  /// Reports entries of the manifest that describe nothing or something outside.
  mutating func checkManifest(_ manifest: CorpusManifest?) {
    for name in (manifest?.files ?? [:]).keys.sorted() {
      let fields = name.split(separator: "/", omittingEmptySubsequences: false)
      if name.hasPrefix("/") || fields.contains("..") {
        issues.append(.leavesRoot(path: "corpus.json", target: name))
      } else if FileSystem.status(FileSystem.join(root, name)) == nil {
        issues.append(.absentInFolder(name))
      }
    }
  }

  /// One reference per source, by source; the preferred container first, and among names the one
  /// with the frame rate.
  mutating func uniqueReferences() -> [CorpusReference] {
    var result: [CorpusReference] = []
    for (_, group) in Dictionary(grouping: references, by: \.name.source) {
      let names = Dictionary(grouping: group, by: \.name).values
      let unique = names.map { copies in firstCopy(copies, file: \.file) }.sorted {
        ($0.name.isFrameRate ? 0 : 1, $0.file.relativePath)
          < ($1.name.isFrameRate ? 0 : 1, $1.file.relativePath)
      }
      if unique.count > 1 {
        let paths = unique.map(\.file.relativePath)
        issues.append(.duplicatedReference(source: unique[0].name.source, paths: paths))
        damaged.insert(paths[0])
      }
      result.append(unique[0])
    }
    return result.sorted { $0.name.source < $1.name.source }
  }

  /// The distorted videos, each once.
  mutating func uniqueDistorted() -> [CorpusDistorted] {
    var result: [CorpusDistorted] = []
    for (_, copies) in Dictionary(grouping: distorted, by: \.file.stem) {
      result.append(firstCopy(copies, file: \.file))
    }
    result.sort {
      ($0.name.source, $0.name.encodeHeight, $0.name.bitrateField, $0.file.relativePath)
        < ($1.name.source, $1.name.encodeHeight, $1.name.bitrateField, $1.file.relativePath)
    }
    // Files made by tinyvmaf tell codecs apart by the label; experts' labels do not.
    let judged = result.filter { $0.name.origin == nil }
    let rungs = Dictionary(grouping: judged) {
      "\($0.name.source)_\($0.name.encodeHeight)_\($0.name.bitrateField)"
    }
    for (_, group) in rungs where group.count > 1 {
      issues.append(.duplicatedRung(group.map(\.file.relativePath)))
    }
    return result
  }

  /// Chooses among files of the same name in several containers.
  private mutating func firstCopy<T>(_ copies: [T], file: (T) -> CorpusFile) -> T {
    let rank = CorpusFile.Container.allCases
    let sorted = copies.sorted {
      let (a, b) = (file($0), file($1))
      let ranks = (rank.firstIndex(of: a.container) ?? 0, rank.firstIndex(of: b.container) ?? 0)
      return ranks.0 == ranks.1 ? a.relativePath < b.relativePath : ranks.0 < ranks.1
    }
    if sorted.count > 1 {
      let paths = sorted.map { file($0).relativePath }
      issues.append(.duplicatedVideo(used: paths[0], ignored: Array(paths.dropFirst())))
    }
    return sorted[0]
  }
}

extension ReferenceName {
  fileprivate var isFrameRate: Bool {
    if case .frameRate = detail { true } else { false }
  }
}
