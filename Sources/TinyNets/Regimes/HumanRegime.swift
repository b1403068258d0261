/// How a network learns from human scores.
///
/// Its text is what command lines and grids write: `distil`, `distil+map`, `subjective`,
/// `subjective+monotone`, `hybrid`, `hybrid+map`, `hybrid+last-layer`, `hybrid+low-rank`,
/// `hybrid+residual`.
public struct HumanRegime: Sendable, Hashable {
  /// Where a network begins and what it learns from.
  public enum Kind: Sendable, Hashable {
    /// The distilled parent as it is; with `fitsMap`, slope and offset of each test are fitted.
    case distil(fitsMap: Bool)
    /// From random weights on human scores alone; the penalty pulls the weights to zero.
    case subjective(isMonotone: Bool)
    /// From the distilled parent; the penalty pulls the parameters that may move back to it
    /// (L2-SP: Li, Grandvalet and Davoine, 2018).
    case hybrid(ParameterFreedom)
    /// The distilled parent plus a bounded function of the features.
    case residual(limit: Double)
  }

  /// What is trained.
  public var kind: Kind
  /// Candidates for how far the function may move on a typical clip, in points, ascending.
  ///
  /// One is chosen on held-out sources of the training clips. 0 is the start itself.
  public var deviations: [Double]

  /// The largest correction of a residual, in points.
  public static let residualLimit = 15.0
  /// The rank of low-rank fine-tuning.
  public static let rank = 4

  /// Creates a regime.
  ///
  /// - Parameter deviations: `nil` for the candidates that suit the kind.
  public init(_ kind: Kind, deviations: [Double]? = nil) {
    self.kind = kind
    switch kind {
    case .distil: self.deviations = deviations ?? [0]
    case .subjective: self.deviations = deviations ?? [5, 10, 20, 40, 80]
    case .hybrid, .residual: self.deviations = deviations ?? [0, 0.5, 1, 2, 4, 8]
    }
  }

  /// The regimes by their text.
  public static let known: [String: HumanRegime] = [
    "distil": .init(.distil(fitsMap: false)),
    "distil+map": .init(.distil(fitsMap: true)),
    "subjective": .init(.subjective(isMonotone: false)),
    "subjective+monotone": .init(.subjective(isMonotone: true)),
    "hybrid": .init(.hybrid(.all)),
    "hybrid+map": .init(.hybrid(.linearMap)),
    "hybrid+last-layer": .init(.hybrid(.lastLayer)),
    "hybrid+low-rank": .init(.hybrid(.lowRank(rank))),
    "hybrid+residual": .init(.residual(limit: residualLimit)),
  ]

  /// Reads a regime's text.
  ///
  /// - Throws: ``TrainingError/invalidOption(_:)`` that lists the known ones.
  public init(_ text: String) throws(TrainingError) {
    guard let regime = Self.known[text] else {
      throw .invalidOption(
        "there is no regime '\(text)': there are \(Self.known.keys.sorted().joined(separator: ", "))"
      )
    }
    self = regime
  }

  /// Whether training begins with a distilled parent.
  public var needsParent: Bool {
    if case .subjective = kind { return false }
    return true
  }

  /// The activation that the regime needs, or `nil` where any does.
  public var requiredActivation: Activation? {
    if case .subjective(isMonotone: true) = kind { return .relu }
    return nil
  }
}
