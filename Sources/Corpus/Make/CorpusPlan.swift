/// What ``CorpusMaker`` is about to write, file by file.
public struct CorpusPlan: Sendable {
  /// One file to be.
  public struct Output: Sendable {
    /// The path from the root.
    public let relativePath: String
    /// The source that it belongs to.
    public let source: String
    /// The bytes that it will take: exact for raw video where the number of frames is known, an
    /// estimate for encodes.
    public let estimatedBytes: Int
    /// Whether it is there already, made in the same way.
    public internal(set) var isDone: Bool
    let task: Task
  }

  /// How a file comes to be.
  enum Task: Sendable {
    case reference
    case encode(EncodeRecipe, Ladder.Rung)
    case distort(SyntheticDistortion)
  }

  /// The folder of the corpus.
  public let root: String
  /// The references, then the distorted videos, source by source.
  public internal(set) var outputs: [Output]
  /// What the user should know: rungs left out, formats changed.
  public let notes: [String]
  /// Free bytes on the disk, where the system tells.
  public let freeBytes: Int?
  let sources: [String: MakeSource]

  /// The bytes of all files.
  public var totalBytes: Int { outputs.reduce(0) { $0 + $1.estimatedBytes } }
  /// The bytes that are still to be written.
  public var remainingBytes: Int {
    outputs.reduce(0) { $0 + ($1.isDone ? 0 : $1.estimatedBytes) }
  }
  /// The files that are still to be made.
  public var remaining: [Output] { outputs.filter { !$0.isDone } }

  /// One sentence: how many files, how large, how much is left.
  public var summary: String {
    let done = outputs.count - remaining.count
    var text = "\(outputs.count) files, about \(byteText(totalBytes))"
    if done > 0 { text += "; \(done) are there, \(byteText(remainingBytes)) to go" }
    if let freeBytes { text += "; \(byteText(freeBytes)) free" }
    return text
  }
}
