/// Compares videos before they are scored.
///
/// Most wrong scores come from frames that do not belong together: another frame rate, a frame
/// more at the start, another size or range. Whatever can be seen without decoding is reported in
/// one line each; nothing is corrected silently.
public enum Preflight {
  /// Compares a distorted video with its reference.
  ///
  /// - Parameters:
  ///   - reference: The reference.
  ///   - distorted: The distorted video.
  ///   - scale: How the distorted video is brought to the size of the reference, if it is.
  /// - Returns: What is worth knowing, refusals first.
  public static func findings(
    reference: VideoProbe, distorted: VideoProbe, scale: VideoScale? = nil
  ) -> [PreflightFinding] {
    let comparison = Comparison(reference: reference, distorted: distorted, scale: scale)
    return sorted(
      comparison.findings + findings(about: reference) + findings(about: distorted))
  }

  /// Compares several distorted videos with one reference.
  ///
  /// - Returns: The findings of all pairs, refusals first, those about the reference once.
  public static func findings(
    reference: VideoProbe, distorted: [VideoProbe], scale: VideoScale? = nil
  ) -> [PreflightFinding] {
    sorted(
      findings(about: reference)
        + distorted.flatMap { video in
          Comparison(reference: reference, distorted: video, scale: scale).findings
            + findings(about: video)
        })
  }

  private static func sorted(_ findings: [PreflightFinding]) -> [PreflightFinding] {
    PreflightFinding.Severity.allCases.reversed().flatMap { severity in
      findings.filter { $0.severity == severity }
    }
  }
}

/// One line about a video or a pair of videos.
public struct PreflightFinding: Sendable, Hashable {
  /// How much it matters.
  public enum Severity: String, Sendable, Hashable, CaseIterable {
    /// Worth knowing; the score is right.
    case note
    /// The score may mean something else than what was asked for.
    case warning
    /// No score can be computed, or none that means anything.
    case refusal
  }

  /// What was compared.
  public enum Topic: String, Sendable, Hashable, CaseIterable {
    /// Width and height.
    case size
    /// Chroma subsampling and bit depth.
    case pixelFormat
    /// The number of frames.
    case frameCount
    /// Frames per second.
    case frameRate
    /// A frame rate that changes.
    case variableFrameRate
    /// The time stamp of the first frame.
    case startTime
    /// Limited or full range.
    case range
    /// Colour primaries and transfer characteristics.
    case color
    /// Frames of two fields.
    case interlacing
    /// Pixels that are not square.
    case aspectRatio
    /// A rotation for display.
    case rotation
    /// Facts that could not be found out.
    case incomplete
  }

  /// How much it matters.
  public var severity: Severity
  /// What was compared.
  public var topic: Topic
  /// The path of the video that stands out.
  public var path: String
  /// One sentence: what, where, and what to do.
  public var message: String

  /// Creates a finding.
  public init(severity: Severity, topic: Topic, path: String, message: String) {
    self.severity = severity
    self.topic = topic
    self.path = path
    self.message = message
  }
}

extension Sequence<PreflightFinding> {
  /// Throws the first refusal, if there is one.
  public func throwRefusal() throws(VideoError) {
    if let refusal = first(where: { $0.severity == .refusal }) {
      throw .incompatible(reason: refusal.message)
    }
  }
}
