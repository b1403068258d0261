/// Which sources a model is fitted on, chosen by and judged by.
///
/// A split is always one of sources, never of clips: the distorted versions of one content look
/// alike, so that a model that has seen one of them knows the others, and its score on them would
/// say nothing about new content.
public struct Split: Sendable, Hashable, Codable {
  /// The part of a split that a source belongs to.
  public enum Role: String, Sendable, Hashable, Codable {
    /// Models are fitted on it.
    case train
    /// Models are chosen by it, and stopped early.
    case validation
    /// Models are judged by it, once.
    case test
  }

  /// A name for reports: the source left out, or `fold 1 of 5`.
  public let name: String
  /// The sources to fit on, in order.
  public let train: [String]
  /// The sources to choose by, in order; may be empty.
  public let validation: [String]
  /// The sources to judge by, in order.
  public let test: [String]

  /// Creates a split.
  ///
  /// - Throws: ``CorpusError/split(_:)`` when a source stands in two parts, or train or test is
  ///   empty.
  public init(name: String, train: [String], validation: [String], test: [String]) throws {
    let all = train + validation + test
    guard Set(all).count == all.count else {
      throw CorpusError.split("split \(name): a source stands in two parts")
    }
    guard !train.isEmpty, !test.isEmpty else {
      throw CorpusError.split("split \(name): no source is left to train on or to test with")
    }
    self.name = name
    self.train = train.sorted()
    self.validation = validation.sorted()
    self.test = test.sorted()
  }

  /// The part that a source belongs to; `nil` for a source that the split does not know.
  public func role(of source: String) -> Role? {
    if train.contains(source) { return .train }
    if validation.contains(source) { return .validation }
    return test.contains(source) ? .test : nil
  }
}

extension Split {
  /// Leaves one content out at a time.
  ///
  /// - Parameters:
  ///   - sources: The source of every clip or row; repetitions do not matter.
  ///   - validation: How many contents to set aside for validation: those that follow the tested
  ///     one in order, from the end back to the beginning.
  ///   - contentKey: Maps a source to its content, where several sources show the same one, say at
  ///     several frame rates or as parts of one film; they are then left out together.
  /// - Returns: One split per content, in order.
  /// - Throws: ``CorpusError/split(_:)`` when there are too few contents.
  public static func leaveOneSourceOut(
    _ sources: some Sequence<String>, validation: Int = 0,
    contentKey: (String) -> String = { $0 }
  ) throws -> [Split] {
    let contents = Dictionary(grouping: Set(sources), by: contentKey)
    return try rotate(
      contents.keys.sorted().map { (name: $0, sources: contents[$0] ?? []) },
      validation: validation)
  }

  /// Distributes the contents over folds of about equal size, each of which is tested once.
  ///
  /// The contents are dealt out by decreasing number of clips (then by name), each to the fold
  /// that has the fewest clips so far (then to the first). The result depends on nothing but the
  /// sources and their counts.
  ///
  /// - Parameters:
  ///   - sources: The source of every clip: a source counts as often as it occurs.
  ///   - folds: The number of folds, 2 or more.
  ///   - validation: How many folds to set aside for validation: those that follow the tested one.
  ///   - contentKey: Maps a source to its content, as in ``leaveOneSourceOut(_:validation:contentKey:)``.
  /// - Throws: ``CorpusError/split(_:)`` when there are fewer contents than folds.
  public static func groupedFolds(
    _ sources: some Sequence<String>, folds: Int, validation: Int = 0,
    contentKey: (String) -> String = { $0 }
  ) throws -> [Split] {
    guard folds >= 2 else { throw CorpusError.split("\(folds) folds: at least 2 are needed") }
    var counts: [String: Int] = [:]
    for source in sources { counts[source, default: 0] += 1 }
    let contents = Dictionary(grouping: counts.keys, by: contentKey)
    guard contents.count >= folds else {
      throw CorpusError.split(
        "\(folds) folds need as many contents, and there are \(contents.count); use fewer folds")
    }
    func clips(_ content: String) -> Int {
      (contents[content] ?? []).reduce(0) { $0 + (counts[$1] ?? 0) }
    }
    let ordered = contents.keys.sorted {
      let (a, b) = (clips($0), clips($1))
      return a == b ? $0 < $1 : a > b
    }
    var dealt = (1...folds).map { (name: "fold \($0) of \(folds)", sources: [String](), clips: 0) }
    for content in ordered {
      let lightest = dealt.indices.min { dealt[$0].clips < dealt[$1].clips } ?? 0
      dealt[lightest].sources += contents[content] ?? []
      dealt[lightest].clips += clips(content)
    }
    return try rotate(dealt.map { ($0.name, $0.sources) }, validation: validation)
  }

  /// Tests each group in turn.
  private static func rotate(
    _ groups: [(name: String, sources: [String])], validation: Int
  ) throws -> [Split] {
    guard validation >= 0, groups.count >= validation + 2 else {
      throw CorpusError.split(
        "\(groups.count) contents are too few to test one, validate with \(validation) and train "
          + "on the others")
    }
    return try groups.indices.map { tested in
      let held = (0..<validation).map { (tested + 1 + $0) % groups.count }
      let others = groups.indices.filter { $0 != tested && !held.contains($0) }
      return try Split(
        name: groups[tested].name, train: others.flatMap { groups[$0].sources },
        validation: held.flatMap { groups[$0].sources }, test: groups[tested].sources)
    }
  }
}
