public import VideoIO

/// Makes a corpus in the Netflix layout from videos, through ffmpeg's encoders, or from procedural
/// scenes, without any other program.
///
/// ```swift
/// let maker = CorpusMaker(root: "corpus", inputs: [.video(path: "clip.mkv")])
/// let plan = try maker.plan()
/// print(plan.summary)
/// let report = try await maker.run(plan) { print($0.done, "of", $0.total) }
/// ```
///
/// Each video becomes a raw reference (4:2:0, 8 or 10 bits), is encoded at the rungs of a ladder,
/// decoded, scaled back to the reference's size and stored raw. Sizes, exact frame rates and
/// encoder options go into `corpus.json`.
///
/// Every file is written under a temporary name, flushed and renamed, so that what is there is
/// whole. Run again, the maker leaves alone what is there and was made in the same way, and makes
/// the rest: the result is the same bytes as without the interruption.
public struct CorpusMaker: Sendable {
  /// How to make it.
  public struct Options: Sendable {
    /// The rungs for every video; `nil` for the public set's, fitted to each video's size.
    public var ladder: Ladder?
    /// The most rungs to take of the ladder.
    public var maximalRungs: Int?
    /// The encoders.
    public var recipes: [EncodeRecipe] = [.x264]
    /// What scales encodes to the reference's size.
    public var scaler: Scaler = .bicubic
    /// Store the encodes (`.mkv`, at their own size) rather than decoded and scaled frames.
    public var keepsEncoded = false
    /// What is done to procedural scenes.
    public var distortions = Array(SyntheticDistortion.standard.prefix(5))
    /// The most frames to take of a video.
    public var maximalFrames: Int?
    /// How many files are made at the same time.
    public var jobs = 1
    /// Where FFmpeg, version 5.1 or newer, is; scenes do without.
    public var tools = FFmpegTools.locate()

    /// Creates the default options.
    public init() {}
  }

  /// How far the work is.
  public struct Progress: Sendable, Hashable {
    /// Files made, failed or found done.
    public let done: Int
    /// Files in all.
    public let total: Int
    /// Estimated bytes of the files that are done.
    public let doneBytes: Int
    /// Estimated bytes of all files.
    public let totalBytes: Int
    /// The file that was finished last.
    public let relativePath: String
  }

  /// What came of it.
  public struct Report: Sendable, Hashable {
    /// Files made now, in the plan's order.
    public internal(set) var made: [String] = []
    /// How many were there already.
    public internal(set) var found = 0
    /// Files that could not be made, in the plan's order.
    public internal(set) var failures: [Failure] = []
  }

  /// A file that could not be made.
  public struct Failure: Sendable, Hashable, CustomStringConvertible {
    /// The path from the root.
    public let path: String
    /// Why it could not be made.
    public let reason: String

    /// One sentence.
    public var description: String { "\(path): \(reason)" }
  }

  /// The absolute path of the corpus's folder, which is made when it is not there.
  public let root: String
  /// What to make it from.
  public let inputs: [MakeInput]
  /// How to make it.
  public let options: Options

  /// Describes a corpus to be made; nothing is read or written yet.
  public init(root: String, inputs: [MakeInput], options: Options = Options()) {
    self.root = FileSystem.absolute(root)
    self.inputs = inputs
    self.options = options
  }

  /// Looks into the inputs and at what is there already.
  ///
  /// - Throws: ``CorpusError`` when an input cannot be used, two inputs would be the same source,
  ///   or ffprobe is needed and missing.
  public func plan() throws -> CorpusPlan {
    guard !inputs.isEmpty else {
      throw CorpusError.input(path: root, reason: "there is no video to make a corpus from")
    }
    let sources = try lookIntoInputs()
    let manifest = try CorpusManifest.read(root: root)
    var references: [CorpusPlan.Output] = []
    var distorted: [CorpusPlan.Output] = []
    var notes: [String] = []
    for source in sources {
      let reference = referenceOutput(source, manifest)
      references.append(reference)
      for var output in distortedOutputs(source, manifest, &notes) {
        if !reference.isDone { output.isDone = false }
        distorted.append(output)
      }
      notes += source.notes.map { "\(source.name): \($0)" }
    }
    return CorpusPlan(
      root: root, outputs: references + distorted, notes: notes,
      freeBytes: freeBytes(),
      sources: Dictionary(sources.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a }))
  }

  private func lookIntoInputs() throws -> [MakeSource] {
    var sources: [MakeSource] = []
    for input in inputs {
      let source: MakeSource
      switch input {
      case .scene(let scene):
        source = MakeSource(scene: scene, maximalFrames: options.maximalFrames)
      case .video(let path, let format, let rate):
        source = try MakeSource(
          path: path, rawFormat: format, frameRate: rate, maximalFrames: options.maximalFrames,
          tools: options.tools)
      }
      if let other = sources.first(where: { $0.name == source.name }) {
        throw CorpusError.input(
          path: source.identity,
          reason: "would be the source \(source.name), as is \(other.identity); rename one")
      }
      sources.append(source)
    }
    return sources
  }

  private func referenceOutput(
    _ source: MakeSource, _ manifest: CorpusManifest?
  ) -> CorpusPlan.Output {
    let bytes = source.frames * source.format.frameByteCount
    let entry = manifest?.files?[source.reference]
    let isSame = entry == nil || entry?.input == source.identity
    let size = FileSystem.status(FileSystem.join(root, source.reference))?.size ?? 0
    let isWhole = size > 0 && size.isMultiple(of: source.format.frameByteCount)
    return CorpusPlan.Output(
      relativePath: source.reference, source: source.name, estimatedBytes: bytes,
      isDone: isSame && isWhole, task: .reference)
  }

  private func distortedOutputs(
    _ source: MakeSource, _ manifest: CorpusManifest?, _ notes: inout [String]
  ) -> [CorpusPlan.Output] {
    let raw = source.frames * source.format.frameByteCount
    if case .scene(let scene) = source.origin {
      return options.distortions.map { distortion in
        let name = DistortedName(
          source: source.name, labelText: Origin.synthetic(distortion).labelText,
          encodeHeight: distortion.encodeHeight(of: scene.height), bitrate: 0)
        return output(name, source, bytes: raw, .distort(distortion), manifest)
      }
    }
    var outputs: [CorpusPlan.Output] = []
    for recipe in options.recipes {
      for rung in rungs(source) {
        if rung.height > source.format.height {
          notes.append(
            "\(source.name): \(rung.height) rows left out, it has \(source.format.height)")
        } else if let obstacle = recipe.obstacle(source.format, rung) {
          notes.append("\(source.name): \(rung.height) rows left out, for \(obstacle)")
        } else {
          let name = Self.name(source, recipe, rung)
          let bytes =
            options.keepsEncoded ? Self.encodeBytes(source, rung) : raw
          outputs.append(output(name, source, bytes: bytes, .encode(recipe, rung), manifest))
        }
      }
    }
    return outputs
  }

  private func output(
    _ name: DistortedName, _ source: MakeSource, bytes: Int, _ task: CorpusPlan.Task,
    _ manifest: CorpusManifest?
  ) -> CorpusPlan.Output {
    let isEncode = if case .encode = task { options.keepsEncoded } else { false }
    let path = "dis/\(name.stem).\(isEncode ? "mkv" : "yuv")"
    let size = FileSystem.status(FileSystem.join(root, path))?.size ?? 0
    let reference = FileSystem.status(FileSystem.join(root, source.reference))?.size ?? 0
    let isWhole = isEncode ? size > 0 : size > 0 && size == reference
    var isSame = true
    if let entry = manifest?.files?[path] {
      let wanted = describe(task, source)
      isSame =
        entry.input == wanted.input && entry.codec == wanted.codec
        && entry.command == wanted.command && entry.scaler == wanted.scaler
    }
    return CorpusPlan.Output(
      relativePath: path, source: source.name, estimatedBytes: bytes, isDone: isWhole && isSame,
      task: task)
  }

  /// The manifest's entry of a file, as far as it is known before the file is made.
  func describe(_ task: CorpusPlan.Task, _ source: MakeSource) -> CorpusManifest.Entry {
    var entry = CorpusManifest.Entry()
    entry.input = source.identity
    entry.frameRate = source.frameRate.text
    switch task {
    case .reference:
      entry.setFormat(source.format)
    case .distort(let distortion):
      entry.setFormat(source.format)
      entry.codec = "synthetic"
      entry.command = "\(distortion.kind) of strength \(distortion.strength)"
    case .encode(let recipe, let rung):
      let size = recipe.encodeSize(height: rung.height, of: source.format)
      var format = source.format
      if options.keepsEncoded { (format.width, format.height) = size }
      entry.setFormat(format)
      entry.codec = recipe.rawValue
      entry.scaler = options.scaler.rawValue
      entry.command = recipe.arguments(rung.rate).joined(separator: " ")
    }
    return entry
  }

  private func rungs(_ source: MakeSource) -> [Ladder.Rung] {
    let ladder =
      options.ladder ?? Ladder.publicSet(for: source.format, frameRate: source.frameRate)
    return options.maximalRungs.map { ladder.thinned(to: $0).rungs } ?? ladder.rungs
  }

  private static func name(
    _ source: MakeSource, _ recipe: EncodeRecipe, _ rung: Ladder.Rung
  ) -> DistortedName {
    let (origin, bitrate): (Origin, Int) =
      switch rung.rate {
      case .kbps(let kbps): (.bitrate(recipe), kbps)
      case .rateFactor(let factor): (.rateFactor(recipe, factor), 0)
      }
    return DistortedName(
      source: source.name, labelText: origin.labelText, encodeHeight: rung.height,
      bitrate: bitrate)
  }

  /// The bytes of an encode; at a constant rate factor a tenth of a bit per sample is assumed.
  private static func encodeBytes(_ source: MakeSource, _ rung: Ladder.Rung) -> Int {
    let seconds = Double(source.frames) / source.frameRate.framesPerSecond
    switch rung.rate {
    case .kbps(let kbps): return Int(Double(kbps) * 125 * seconds)
    case .rateFactor:
      let width = rung.height * source.format.width / source.format.height
      return width * rung.height * source.frames / 80
    }
  }

  /// Free bytes where the corpus is or will be.
  private func freeBytes() -> Int? {
    var path = root
    while FileSystem.status(path) == nil {
      let parent = FileSystem.folder(of: path)
      if parent == path { return nil }
      path = parent
    }
    return FileSystem.freeBytes(path)
  }
}
