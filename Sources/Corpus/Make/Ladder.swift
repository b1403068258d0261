public import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The sizes and rates at which a source is encoded.
///
/// As JSON: `{"rungs": [{"height": 288, "kbps": 375}, {"height": 1080, "crf": 23}]}`, or the list
/// alone.
public struct Ladder: Sendable, Hashable {
  /// What an encoder is asked for.
  public enum Rate: Sendable, Hashable {
    /// A mean bit rate in kbit/s.
    case kbps(Int)
    /// A constant rate factor, 0 to 63 (51 for x264 and x265).
    case rateFactor(Int)
  }

  /// One encode of a source.
  public struct Rung: Sendable, Hashable {
    /// The rows of the encode.
    public var height: Int
    /// What the encoder is asked for.
    public var rate: Rate

    /// Creates a rung.
    public init(height: Int, rate: Rate) {
      self.height = height
      self.rate = rate
    }
  }

  /// The rungs, in order.
  public var rungs: [Rung]

  /// Creates a ladder.
  public init(rungs: [Rung]) { self.rungs = rungs }

  /// Ten rungs that span those of Netflix's public set, for sources of 1080 rows.
  public static let publicSet = Ladder(
    rungs: [
      (288, 375), (384, 750), (480, 1050), (480, 1750), (720, 2350), (720, 3050), (1080, 4300),
      (1080, 5800), (1080, 10000), (1080, 20000),
    ].map { Rung(height: $0.0, rate: .kbps($0.1)) })

  /// The public set's ladder brought to the size of a source.
  ///
  /// Sources of 1080 rows and more get the rungs as they are. For smaller ones the heights shrink
  /// in proportion (to even numbers, not below 64) and the bit rates with the number of samples per
  /// second, so that the rungs span about the same range of quality.
  public static func publicSet(for format: VideoFormat, frameRate: FrameRate) -> Ladder {
    guard format.height < 1080 else { return publicSet }
    let pixels = Double(format.width * format.height) * frameRate.framesPerSecond
    let share = pixels / (1920 * 1080 * 25)
    var rungs: [Rung] = []
    for rung in publicSet.rungs {
      guard case .kbps(let kbps) = rung.rate else { continue }
      let height = (rung.height * format.height / 1080 + 1) / 2 * 2
      let scaled = Rung(
        height: min(max(height, 64), format.height),
        rate: .kbps(max(5, Int((Double(kbps) * share).rounded()))))
      if !rungs.contains(scaled) { rungs.append(scaled) }
    }
    return Ladder(rungs: rungs)
  }

  /// At most `count` rungs, evenly chosen from the first to the last.
  public func thinned(to count: Int) -> Ladder {
    guard count < rungs.count, count > 0 else { return self }
    if count == 1 { return Ladder(rungs: [rungs[rungs.count / 2]]) }
    return Ladder(
      rungs: (0..<count).map { index in
        rungs[(index * (rungs.count - 1) + (count - 1) / 2) / (count - 1)]
      })
  }

  /// Reads a ladder file.
  ///
  /// - Throws: ``CorpusError/ladder(path:reason:)`` when it is damaged or a rung is impossible.
  public static func read(_ path: String) throws -> Ladder {
    let data = try FileSystem.contents(path, limit: 1 << 20)
    let file: LadderFile
    do {
      file = try JSONDecoder().decode(LadderFile.self, from: data)
    } catch {
      throw CorpusError.ladder(path: path, reason: jsonReason(error))
    }
    if file.rungs.isEmpty { throw CorpusError.ladder(path: path, reason: "it has no rung") }
    var rungs: [Rung] = []
    for (index, entry) in file.rungs.enumerated() {
      guard let rung = entry.rung else {
        throw CorpusError.ladder(
          path: path,
          reason: "rung \(index + 1) needs a height of 16 to 8640 and either kbps (1 to 1000000) "
            + "or crf (0 to 63)")
      }
      if rungs.contains(rung) {
        throw CorpusError.ladder(path: path, reason: "rung \(index + 1) is there twice")
      }
      rungs.append(rung)
    }
    return Ladder(rungs: rungs)
  }
}

/// A ladder as JSON: an object with a list, or a list.
private struct LadderFile: Decodable {
  struct Entry: Decodable {
    let height: Int?
    let kbps: Int?
    let crf: Int?

    var rung: Ladder.Rung? {
      guard let height, (16...8640).contains(height) else { return nil }
      switch (kbps, crf) {
      case (.some(let kbps), nil) where (1...1_000_000).contains(kbps):
        return Ladder.Rung(height: height, rate: .kbps(kbps))
      case (nil, .some(let factor)) where (0...63).contains(factor):
        return Ladder.Rung(height: height, rate: .rateFactor(factor))
      default: return nil
      }
    }
  }

  let rungs: [Entry]

  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: CodingKeys.self) {
      rungs = try container.decode([Entry].self, forKey: .rungs)
    } else {
      rungs = try decoder.singleValueContainer().decode([Entry].self)
    }
  }

  private enum CodingKeys: String, CodingKey { case rungs }
}
