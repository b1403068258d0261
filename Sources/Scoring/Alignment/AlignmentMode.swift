/// What is done about videos that are not in step.
public enum AlignmentMode: String, Sendable, Hashable, CaseIterable {
  /// It is looked for while the frames are read, and said; the result does not change.
  case check
  /// The offset is looked for beforehand; frames at the start are left out accordingly, and that
  /// is said.
  case auto
  /// It is not looked for.
  case off
}
