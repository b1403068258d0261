/// Why the store or one of its files cannot be used.
public enum StoreError: Error, Equatable, Sendable {
  /// A system call failed.
  case system(operation: String, path: String, reason: String)
  /// There is no space left, or the quota is used up.
  case diskFull(path: String)
  /// The folder holds something else, or a store of another format.
  case notAStore(path: String, reason: String)
  /// A file of the store is damaged.
  case corrupt(path: String, reason: String)
  /// An input changed while it was read.
  case inputChanged(path: String)
  /// A record cannot be stored.
  case invalidRecord(pair: String, reason: String)
  /// The same pair is stored several times, and the selection does not say which one to use.
  case ambiguous(pair: String, count: Int)
  /// No stored file matches.
  case nothingSelected(reason: String)
  /// A shard is not of the form index/count.
  case invalidShard(String)
  /// An external table cannot be imported.
  case invalidTable(path: String, reason: String)
  /// An export cannot be made in this format.
  case cannotExport(format: String, reason: String)
}

extension StoreError: CustomStringConvertible {
  /// One sentence: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .system(let operation, let path, let reason):
      return "Cannot \(operation) \(path): \(reason)."
    case .diskFull(let path):
      return "There is no space left to write \(path); free some and run the same command again, "
        + "what is already stored is kept."
    case .notAStore(let path, let reason):
      return "\(path) is not a feature store this version can use: \(reason)."
    case .corrupt(let path, let reason):
      return
        "\(path) is damaged (\(reason)); remove it with `store gc --damaged` and extract again."
    case .inputChanged(let path):
      return "\(path) changed while it was read; run again when nothing writes to it."
    case .invalidRecord(let pair, let reason):
      return "The features of \(pair) cannot be stored: \(reason)."
    case .ambiguous(let pair, let count):
      return "\(pair) is stored \(count) times with different inputs, options or teachers; select "
        + "one variant, or remove the old ones with `store gc`."
    case .nothingSelected(let reason): return "No stored file is selected: \(reason)."
    case .invalidShard(let text):
      return "\"\(text)\" is not a shard; write index/count with the index from 0, such as 0/4."
    case .invalidTable(let path, let reason): return "\(path) cannot be imported: \(reason)."
    case .cannotExport(let format, let reason): return "Cannot export as \(format): \(reason)."
    }
  }
}
