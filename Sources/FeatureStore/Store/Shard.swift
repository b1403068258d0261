internal import Crypto

/// One of n disjoint parts of a corpus, for n processes or machines that do not talk.
///
/// A pair belongs to the shard that the hash of its identity says, so every process finds the same
/// division without seeing the others' work, and adding pairs does not move the old ones. Indices
/// count from 0, as those of Slurm arrays and Kubernetes' indexed jobs do.
public struct Shard: Sendable, Hashable, CustomStringConvertible {
  /// The part, from 0.
  public let index: Int
  /// The number of parts.
  public let count: Int

  /// The only shard of one: everything.
  public static let whole = Shard(uncheckedIndex: 0, count: 1)

  /// Creates a shard from `index/count`, such as `0/4`.
  ///
  /// - Throws: ``StoreError/invalidShard(_:)``.
  public init(_ text: String) throws(StoreError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), index >= 0,
      index < count
    else { throw .invalidShard(text) }
    self.init(uncheckedIndex: index, count: count)
  }

  private init(uncheckedIndex index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// Whether a pair belongs to this shard.
  ///
  /// - Parameters:
  ///   - source: the pair's source.
  ///   - pair: its name within the source.
  public func contains(source: String, pair: String) -> Bool {
    let digest = SHA256.hash(data: Array("\(source)/\(pair)".utf8))
    let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return number % UInt64(count) == UInt64(index)
  }

  /// The form that the initialiser reads.
  public var description: String { "\(index)/\(count)" }
}
