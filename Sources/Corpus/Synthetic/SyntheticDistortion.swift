/// One of the distortions that ``SyntheticScene`` videos are given, without any codec.
public struct SyntheticDistortion: Sendable, Hashable {
  /// What is done to a frame.
  public enum Kind: Int, Sendable, Hashable, CaseIterable {
    /// Coefficients of an 8x8 cosine transform are quantised: blocking, ringing, lost texture.
    case blockDCT = 11
    /// A binomial low-pass.
    case blur = 12
    /// Scaled down and up again.
    case scaling = 13
    /// Grain is added.
    case noise = 14
    /// Scaled down, quantised and scaled up again, as a rung of an encoding ladder is.
    case rung = 15
  }

  /// What is done.
  public let kind: Kind
  /// How much of it, from 1 (hardly visible) to 9 (ruinous).
  public let strength: Int

  /// Creates a distortion; strengths outside of 1 to 9 are brought to the nearer end.
  public init(_ kind: Kind, strength: Int) {
    self.kind = kind
    self.strength = min(max(strength, 1), 9)
  }

  /// Ten distortions that span the scale of quality, ordered so that any first few of them do too.
  public static let standard: [SyntheticDistortion] = [
    SyntheticDistortion(.rung, strength: 5), SyntheticDistortion(.blockDCT, strength: 3),
    SyntheticDistortion(.blur, strength: 3), SyntheticDistortion(.rung, strength: 8),
    SyntheticDistortion(.noise, strength: 3), SyntheticDistortion(.scaling, strength: 4),
    SyntheticDistortion(.blockDCT, strength: 7), SyntheticDistortion(.rung, strength: 2),
    SyntheticDistortion(.noise, strength: 7), SyntheticDistortion(.blur, strength: 7),
  ]

  var labelCode: Int { kind.rawValue * 10 + strength }

  init?(labelCode: Int) {
    guard let kind = Kind(rawValue: labelCode / 10), labelCode % 10 > 0 else { return nil }
    self.init(kind, strength: labelCode % 10)
  }
}
