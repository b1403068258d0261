public import TinyNets

/// Folds of clips by what they show.
///
/// The same content turns up in several tests and sets, under several names and cut in several
/// ways. Clips that share any content are never on both sides of a split: groups are the connected
/// pieces of clips that share contents, and a fold trains on no clip, of whatever data, that shows
/// a content of the tested group.
public struct HumanFolds: Sendable, Equatable {
  /// One group of contents, held out.
  public struct Fold: Sendable, Equatable {
    /// The sources of the tested clips, sorted.
    public let name: String
    /// The clips to learn from and to predict.
    public let split: ClipSplit
    /// Splits of the training clips in the same manner, to choose and to calibrate by.
    public let inner: [ClipSplit]
  }

  /// The folds, by name.
  public let folds: [Fold]

  /// Leaves out one content group of the evaluated data at a time.
  ///
  /// - Parameters:
  ///   - clips: All clips.
  ///   - evaluated: The name of the data whose clips are tested; others only help to train.
  ///   - innerGroups: The most inner splits of a fold; groups are put together for fewer.
  /// - Throws: ``HumanDataError/tooFewContents(data:count:)`` below three groups.
  public init(
    _ clips: [HumanClip], evaluated: String, innerGroups: Int = .max
  ) throws(HumanDataError) {
    let all = Array(clips.indices)
    let groups = Self.groups(clips, of: all.filter { clips[$0].data == evaluated })
    guard groups.count >= 3 else {
      throw .tooFewContents(data: evaluated, count: groups.count)
    }
    folds = groups.map { group in
      let training = Self.others(clips, all, without: group)
      let candidates = training.filter { clips[$0].data == evaluated }
      let pieces = Self.merged(Self.groups(clips, of: candidates), into: innerGroups)
      let inner = pieces.map { piece in
        ClipSplit(training: Self.others(clips, training, without: piece), tested: piece)
      }
      return Fold(
        name: Self.name(clips, group), split: ClipSplit(training: training, tested: group),
        inner: inner)
    }
  }

  /// The folds of one level, without inner ones: for choosing a strength on all clips.
  public static func leavingOneGroupOut(
    _ clips: [HumanClip], evaluated: String
  ) -> [ClipSplit] {
    let all = Array(clips.indices)
    return groups(clips, of: all.filter { clips[$0].data == evaluated }).map { group in
      ClipSplit(training: others(clips, all, without: group), tested: group)
    }
  }

  /// The clips that share no content with a group.
  private static func others(
    _ clips: [HumanClip], _ candidates: [Int], without group: [Int]
  ) -> [Int] {
    let contents = group.reduce(into: Set<String>()) { $0.formUnion(clips[$1].contents) }
    return candidates.filter { clips[$0].contents.isDisjoint(with: contents) }
  }

  /// The connected pieces of some clips, sorted by the names of their sources.
  private static func groups(_ clips: [HumanClip], of chosen: [Int]) -> [[Int]] {
    var pieces: [(contents: Set<String>, members: [Int])] = []
    for clip in chosen {
      var joined = (contents: clips[clip].contents, members: [clip])
      pieces.removeAll { piece in
        guard !piece.contents.isDisjoint(with: joined.contents) else { return false }
        joined.contents.formUnion(piece.contents)
        joined.members += piece.members
        return true
      }
      pieces.append(joined)
    }
    return pieces.map { $0.members.sorted() }.sorted { name(clips, $0) < name(clips, $1) }
  }

  /// The same groups in at most `count` pieces of like size, the largest placed first.
  private static func merged(_ groups: [[Int]], into count: Int) -> [[Int]] {
    guard groups.count > count else { return groups }
    var pieces = [[Int]](repeating: [], count: max(count, 1))
    let order = groups.indices.sorted {
      (-groups[$0].count, $0) < (-groups[$1].count, $1)
    }
    for index in order {
      let smallest = pieces.indices.min { pieces[$0].count < pieces[$1].count } ?? 0
      pieces[smallest] += groups[index]
    }
    return pieces.map { $0.sorted() }
  }

  private static func name(_ clips: [HumanClip], _ group: [Int]) -> String {
    Set(group.map { clips[$0].source }).sorted().joined(separator: "+")
  }
}
