public import VideoIO

/// A look at every file of a corpus: what is there, what belongs together and what is wrong.
///
/// ```swift
/// let scan = try CorpusScan(root: "/data/netflix")
/// for issue in scan.issues { print(issue) }
/// for pair in scan.usablePairs { … }
/// ```
///
/// A scan reads names, sizes and headers and no samples, so that it takes no time even for
/// terabytes of raw video. Names that start with a dot are passed over.
public struct CorpusScan: Sendable {
  /// How to look.
  public struct Options: Sendable {
    /// Check names and pairing alone; the files may be empty.
    public var namesOnly = false
    /// Size and sample layout of all raw files; wins over the manifest.
    public var rawFormat: VideoFormat?
    /// Where FFmpeg is, for the headers of MP4 and MKV files.
    public var tools: FFmpegTools

    /// Creates the default options.
    public init(
      namesOnly: Bool = false, rawFormat: VideoFormat? = nil, tools: FFmpegTools = .locate()
    ) {
      self.namesOnly = namesOnly
      self.rawFormat = rawFormat
      self.tools = tools
    }
  }

  /// The absolute path of the corpus, free of links.
  public let root: String
  /// The manifest, when there is one.
  public let manifest: CorpusManifest?
  /// One reference per source, by source.
  public internal(set) var references: [CorpusReference] = []
  /// The distorted videos, by source, height, bit rate and name.
  public internal(set) var distorted: [CorpusDistorted] = []
  /// Every distorted video whose reference is there, in the same order.
  public internal(set) var pairs: [VideoPair] = []
  /// What was found wrong.
  public internal(set) var issues: [CorpusIssue] = []
  /// Relative paths of the files that an error concerns.
  var damaged: Set<String> = []

  /// The pairs that no error concerns.
  public var usablePairs: [VideoPair] {
    let files = Dictionary(
      distorted.map { ($0.file.path, $0.file.relativePath) }, uniquingKeysWith: { a, _ in a })
    let references = Dictionary(
      references.map { ($0.file.path, $0.file.relativePath) }, uniquingKeysWith: { a, _ in a })
    return pairs.filter { pair in
      !damaged.contains(files[pair.distorted] ?? "")
        && !damaged.contains(references[pair.reference] ?? "")
    }
  }

  /// The sources that have a reference, in order.
  public var sources: [String] { references.map(\.name.source) }

  /// Whether an error was found.
  public var hasErrors: Bool { issues.contains { $0.severity == .error } }

  /// Looks at the corpus at `root`.
  ///
  /// - Parameters:
  ///   - root: The folder that holds `ref/` and `dis/`; it may be a link itself.
  ///   - options: How to look.
  /// - Throws: ``CorpusError`` when there is no such folder or its manifest is damaged. Everything
  ///   else that is wrong becomes an issue.
  public init(root: String, options: Options = Options()) throws {
    guard let resolved = FileSystem.resolved(root), FileSystem.status(resolved)?.kind == .folder
    else { throw CorpusError.rootNotFound(root) }
    self.root = resolved
    manifest = try CorpusManifest.read(root: resolved)
    var listing = Listing(root: resolved)
    try listing.read("ref")
    try listing.read("dis")
    listing.checkManifest(manifest)
    references = listing.uniqueReferences()
    distorted = listing.uniqueDistorted()
    issues = listing.issues
    damaged = listing.damaged
    if !options.namesOnly {
      resolveFormats(options)
      probeContainers(options.tools)
      checkFiles()
    }
    pair()
    sortIssues()
  }

  /// Matches the distorted videos with the references.
  private mutating func pair() {
    let bySource = Dictionary(
      references.map { ($0.name.source, $0) }, uniquingKeysWith: { a, _ in a })
    var orphans: [String: [String]] = [:]
    for video in distorted {
      guard let reference = bySource[video.name.source] else {
        orphans[video.name.source, default: []].append(video.file.relativePath)
        continue
      }
      let isRaw = reference.file.container == .yuv || video.file.container == .yuv
      let rawFile = reference.file.container == .yuv ? reference.file : video.file
      let measured = manifest?.entry(video.file.relativePath).measuredKbps
      pairs.append(
        VideoPair(
          id: video.file.stem, source: video.name.source, reference: reference.file.path,
          distorted: video.file.path, rawFormat: isRaw ? rawFile.format : nil,
          frameRate: reference.rate(manifest), encodeHeight: video.name.encodeHeight,
          bitrateKbps: video.name.bitrateKbps ?? measured))
    }
    for (source, paths) in orphans {
      issues.append(.missingReference(source: source, distorted: paths))
      damaged.formUnion(paths)
    }
    let used = Set(distorted.map(\.name.source))
    for reference in references where !used.contains(reference.name.source) {
      issues.append(.unusedReference(reference.file.relativePath))
    }
  }

  /// Errors first, then by text, so that reports are stable.
  private mutating func sortIssues() {
    let keyed = issues.map { (issue: $0, text: $0.description) }
    issues = keyed.sorted {
      $0.issue.severity == $1.issue.severity
        ? $0.text < $1.text : $0.issue.severity > $1.issue.severity
    }.map(\.issue)
  }
}

extension CorpusReference {
  /// The exact rate where the manifest or the container states it, else the name's.
  fileprivate func rate(_ manifest: CorpusManifest?) -> FrameRate? {
    if let rate = file.frameRate ?? manifest?.entry(file.relativePath).rate { return rate }
    if case .frameRate(let rate) = name.detail { return FrameRate(rate) }
    return nil
  }
}
