/// The extractors of one run in the order of their registration, each computation once.
///
/// Models register the extractors of their features first, in their own order, then come the
/// features asked for by name. As in libvmaf, a second registration of the same
/// ``FeatureExtractor/identity`` adds nothing.
public struct FeaturePlan: Hashable, Sendable {
  /// The registered extractors; their identities are distinct.
  public private(set) var extractors: [FeatureExtractor] = []

  /// Creates a plan with the given extractors registered in order.
  public init(_ extractors: [FeatureExtractor] = []) {
    for extractor in extractors { register(extractor) }
  }

  /// Adds an extractor unless one of its identity is there.
  ///
  /// One thing is taken over from a repeated registration: AIM that was omitted so far is
  /// computed when it is asked for.
  public mutating func register(_ extractor: FeatureExtractor) {
    let identity = extractor.identity
    guard let index = extractors.firstIndex(where: { $0.identity == identity }) else {
      extractors.append(extractor)
      return
    }
    if case .adm(var present) = extractors[index], case .adm(let added) = extractor,
      present.aim == .omitted
    {
      present.aim = added.aim
      extractors[index] = .adm(present)
    }
  }

  /// All columns in the order of libvmaf's output: what is known frame by frame, extractor after
  /// extractor, then what is known at the end of the video.
  public var columns: [FeatureExtractor.Column] {
    let all = extractors.flatMap(\.columns)
    return all.filter { !$0.output.isKnownAtEnd } + all.filter { $0.output.isKnownAtEnd }
  }
}
