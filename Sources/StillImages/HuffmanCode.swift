/// A prefix code of least cost whose words have a limited length.
///
/// Lengths come from the package-merge algorithm (Larmore and Hirschberg 1990), words are
/// assigned canonically: shorter before longer, and by symbol within a length. Both deflate and
/// JPEG describe a code by its lengths alone.
struct HuffmanCode {
  /// The bits of each symbol's word; 0 for symbols that do not occur.
  let lengths: [Int]
  /// The word of each symbol, its first bit the highest of `lengths[symbol]` bits.
  let words: [UInt32]

  /// Creates the code for symbols of the given frequencies.
  ///
  /// - Parameters:
  ///   - frequencies: How often each symbol occurs.
  ///   - limit: The longest word, long enough for the number of symbols that occur.
  init(frequencies: [Int], limit: Int) {
    lengths = Self.lengths(frequencies: frequencies, limit: limit)
    words = Self.words(lengths: lengths)
  }

  /// Creates the code that lengths describe.
  init(lengths: [Int]) {
    self.lengths = lengths
    words = Self.words(lengths: lengths)
  }

  private static func lengths(frequencies: [Int], limit: Int) -> [Int] {
    var lengths = [Int](repeating: 0, count: frequencies.count)
    let leaves = frequencies.indices.filter { frequencies[$0] > 0 }.sorted {
      (frequencies[$0], $0) < (frequencies[$1], $1)
    }
    guard leaves.count > 1 else {
      for leaf in leaves { lengths[leaf] = 1 }
      return lengths
    }
    // One list per length: the leaves merged by weight with pairs of the list before. It is enough
    // to know which entries are leaves, because the cheapest leaves always come first.
    var level = leaves.map { (weight: frequencies[$0], isLeaf: true) }
    var levels = [level]
    for _ in 1..<limit {
      var merged: [(weight: Int, isLeaf: Bool)] = []
      merged.reserveCapacity(2 * leaves.count)
      var leaf = 0
      var pair = 0
      while leaf < leaves.count || pair + 1 < level.count {
        let weight = pair + 1 < level.count ? level[pair].weight + level[pair + 1].weight : .max
        if leaf < leaves.count, frequencies[leaves[leaf]] <= weight {
          merged.append((frequencies[leaves[leaf]], true))
          leaf += 1
        } else {
          merged.append((weight, false))
          pair += 2
        }
      }
      level = merged
      levels.append(level)
    }
    var taken = 2 * leaves.count - 2
    for level in levels.reversed() {
      let count = level.prefix(taken).count { $0.isLeaf }
      for leaf in leaves.prefix(count) { lengths[leaf] += 1 }
      taken = 2 * (taken - count)
    }
    return lengths
  }

  private static func words(lengths: [Int]) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: lengths.count)
    var next: UInt32 = 0
    for length in 1...max(lengths.max() ?? 1, 1) {
      next <<= 1
      for symbol in lengths.indices where lengths[symbol] == length {
        words[symbol] = next
        next += 1
      }
    }
    return words
  }
}
