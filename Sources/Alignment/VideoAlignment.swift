/// How a distorted video belongs to its reference, in time and in the frame.
public struct VideoAlignment: Sendable, Hashable, Codable {
  /// Which frames belong together.
  public let time: TemporalAlignment
  /// Where the picture lies; `nil` when there was no frame.
  public let picture: PictureAlignment?

  /// Creates an alignment.
  ///
  /// A picture that seems displaced may be one of another time, so that is only told of videos
  /// that are in step.
  init(time: TemporalAlignment, picture: PictureAlignment?) {
    self.time = time
    self.picture = picture
  }

  /// Whether there is nothing to put right, as far as can be told.
  public var isAligned: Bool { findings(reference: "", distorted: "").isEmpty }

  /// What is not as it should be, in a sentence each, with what to do about it.
  ///
  /// - Parameters:
  ///   - reference: The reference's path, for the sentences.
  ///   - distorted: The distorted video's path.
  public func findings(reference: String, distorted: String) -> [String] {
    var findings: [String] = []
    let frames = Self.counted(abs(time.offset), "frame")
    if time.offset > 0 {
      findings.append(
        "\(distorted) starts \(frames) after \(reference): leave them out with "
          + "--frame_skip_ref \(time.offset), or add --align auto.")
    } else if time.offset < 0 {
      findings.append(
        "\(distorted) starts \(frames) before \(reference): leave them out with "
          + "--frame_skip_dist \(-time.offset), or add --align auto.")
    }
    if !time.events.isEmpty {
      findings.append("\(distorted) has \(eventList): later frames are compared with others.")
    }
    if let picture { findings += pictureFindings(picture, reference, distorted) }
    return findings
  }

  private func pictureFindings(
    _ picture: PictureAlignment, _ reference: String, _ distorted: String
  ) -> [String] {
    if picture.hasOtherBars {
      let (ours, theirs) = (picture.distorted, picture.reference)
      return [
        "the picture of \(distorted) is \(ours) inside its black bars, that of \(reference) "
          + "\(theirs): crop both to the same part."
      ]
    }
    let move = picture.displacement
    guard time.offset == 0, move.right != 0 || move.down != 0 else { return [] }
    var parts: [String] = []
    if move.right != 0 {
      parts.append("\(abs(move.right)) to the \(move.right > 0 ? "right" : "left")")
    }
    if move.down != 0 { parts.append("\(abs(move.down)) \(move.down > 0 ? "down" : "up")") }
    return [
      "the picture of \(distorted) lies \(parts.joined(separator: " and ")) of that of "
        + "\(reference), in samples: crop both to the same part."
    ]
  }

  /// The first few events in words.
  private var eventList: String {
    let shown = time.events.prefix(3).map { event in
      "\(Self.counted(event.count, "frame")) \(event.kind.rawValue) at \(event.frame)"
    }
    let rest = time.events.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more such places" : "")
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}

extension PictureArea: CustomStringConvertible {
  /// For instance `1920x800 from (0, 140)`.
  public var description: String { "\(width)x\(height) from (\(left), \(top))" }
}
