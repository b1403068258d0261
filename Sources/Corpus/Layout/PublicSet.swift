/// The file names of Netflix's public data set: 9 references and 70 distorted videos, all
/// 1920x1080, 4:2:0, 8 bits.
///
/// The names are those of `resource/dataset/NFLX_dataset_public.py` in the Netflix/vmaf repository
/// (BSD-2-Clause-Patent). The videos themselves are to be asked for at Netflix.
public enum PublicSet {
  /// One content of the set.
  public struct Source: Sendable, Hashable {
    /// The content's name.
    public let name: String
    /// The reference's frame rate.
    public let framesPerSecond: Int
    /// The number of frames of the reference and of every distorted video.
    public let frameCount: Int
    /// The stems of the distorted videos, the smallest encode first.
    public let distorted: [String]
    /// The stem of the reference.
    public var reference: String { "\(name)_\(framesPerSecond)fps" }

    fileprivate init(_ name: String, fps: Int, frames: Int, _ rungs: String) {
      self.name = name
      framesPerSecond = fps
      frameCount = frames
      distorted = rungs.split(separator: " ").map { "\(name)_\($0)" }
    }
  }

  /// The nine contents, by name.
  public static let sources: [Source] = [
    Source(
      "BigBuckBunny", fps: 25, frames: 150,
      "20_288_375 30_384_550 40_384_750 50_480_1050 55_480_1750 75_720_3050 80_720_4250 "
        + "85_1080_3800 90_1080_4300 95_1080_5800"),
    Source(
      "BirdsInCage", fps: 30, frames: 180,
      "40_288_375 50_288_550 60_384_550 65_384_750 80_480_750 85_720_1050 90_1080_1800 "
        + "95_1080_3000"),
    Source(
      "CrowdRun", fps: 25, frames: 150,
      "03_288_375 40_480_2350 50_1080_4300 65_1080_5800 75_1080_7500 80_1080_10000 90_1080_15000"),
    Source(
      "ElFuente1", fps: 30, frames: 180,
      "10_288_375 25_384_750 50_480_1750 60_720_2350 70_1080_4300 85_1080_5800 90_1080_7500"),
    Source(
      "ElFuente2", fps: 30, frames: 180,
      "05_288_375 30_480_1750 50_720_3050 65_720_4250 60_1080_4300 70_1080_5800 80_1080_10000 "
        + "85_1080_15000 90_1080_20000"),
    Source(
      "FoxBird", fps: 25, frames: 150,
      "20_288_375 40_384_750 55_480_750 65_480_1750 80_1080_2300 95_1080_5800"),
    Source(
      "OldTownCross", fps: 25, frames: 150,
      "20_288_375 45_384_750 55_480_750 60_480_1750 80_720_2350 85_720_2950 90_1080_4300"),
    Source(
      "Seeking", fps: 25, frames: 150,
      "10_288_375 30_480_1050 45_480_1750 50_720_2350 60_720_3050 65_1080_4300 75_1080_5800 "
        + "85_1080_7500 90_1080_15000 95_1080_20000"),
    Source(
      "Tennis", fps: 24, frames: 120,
      "20_288_375 40_384_750 60_480_1050 70_480_1750 80_720_3050 90_1080_4300"),
  ]

  /// 9.
  public static var referenceCount: Int { sources.count }
  /// 70.
  public static var distortedCount: Int { sources.reduce(0) { $0 + $1.distorted.count } }
}

/// How a corpus compares with Netflix's public set, by file names.
public struct PublicSetReport: Sendable, Hashable {
  /// What is there of one content.
  public struct SourceCount: Sendable, Hashable {
    /// The content's name.
    public let source: String
    /// Whether its reference is there.
    public let hasReference: Bool
    /// How many of its distorted videos are there.
    public let found: Int
    /// How many there should be.
    public let expected: Int
  }

  /// A file that stands in the place of another.
  public struct Renamed: Sendable, Hashable, CustomStringConvertible {
    /// The name that is there.
    public let found: String
    /// The name that the set has.
    public let expected: String
    /// The field that differs: `label`, `height` or `bit rate`.
    public let field: String

    /// One sentence.
    public var description: String { "\(found): wrong \(field), the public set has \(expected)" }
  }

  /// A file of another length than the set's.
  public struct WrongLength: Sendable, Hashable, CustomStringConvertible {
    /// The file's path from the root.
    public let path: String
    /// Its number of frames.
    public let frames: Int
    /// The set's number of frames.
    public let expected: Int

    /// One sentence.
    public var description: String {
      "\(path): \(frames) frames, the public set's file has \(expected)"
    }
  }

  /// The counts of each of the nine contents.
  public private(set) var sources: [SourceCount] = []
  /// Names of the set that are not there (without extension).
  public private(set) var missing: [String] = []
  /// Names that are there and not in the set, those of ``renamed`` excepted.
  public private(set) var extra: [String] = []
  /// Pairs of a missing and an extra name that differ in one field.
  public private(set) var renamed: [Renamed] = []
  /// Files of a wrong length, where lengths were looked at.
  public private(set) var wrongLength: [WrongLength] = []

  /// References of the set that are there, of 9.
  public var referenceCount: Int { sources.count { $0.hasReference } }
  /// Distorted videos of the set that are there, of 70.
  public var distortedCount: Int { sources.reduce(0) { $0 + $1.found } }
  /// Whether exactly the set's files are there; lengths count where they were looked at.
  public var isComplete: Bool {
    missing.isEmpty && extra.isEmpty && renamed.isEmpty && wrongLength.isEmpty
  }

  /// Compares the names (and, where the scan looked, the lengths) of a corpus with the set's.
  ///
  /// A reference counts under its usual name and under `<source>_0_1080_0`.
  public init(_ scan: CorpusScan) {
    let references = Dictionary(
      scan.references.map { ($0.name.source, $0) }, uniquingKeysWith: { a, _ in a })
    let present = Set(scan.distorted.map(\.file.stem))
    var wanted: Set<String> = []
    for source in PublicSet.sources {
      let reference = references[source.name]
      let isRight = reference.map { source.isReference($0.name) } ?? false
      if !isRight { missing.append(source.reference) }
      if let reference, !isRight { extra.append(reference.file.stem) }
      wanted.formUnion(source.distorted)
      missing += source.distorted.filter { !present.contains($0) }
      sources.append(
        SourceCount(
          source: source.name, hasReference: isRight,
          found: source.distorted.count { present.contains($0) },
          expected: source.distorted.count))
    }
    let known = Set(PublicSet.sources.map(\.name))
    extra += scan.references.filter { !known.contains($0.name.source) }.map(\.file.stem)
    extra += scan.distorted.map(\.file.stem).filter { !wanted.contains($0) }
    matchRenamed()
    checkLengths(scan)
  }

  private mutating func matchRenamed() {
    for name in extra {
      guard let found = DistortedName(stem: name) else { continue }
      let near = missing.lazy.compactMap { missing in
        DistortedName(stem: missing).flatMap { found.onlyDifference(from: $0) }.map {
          (missing, $0)
        }
      }.first
      guard let (expected, field) = near else { continue }
      renamed.append(Renamed(found: name, expected: expected, field: field))
      missing.removeAll { $0 == expected }
      extra.removeAll { $0 == name }
    }
  }

  private mutating func checkLengths(_ scan: CorpusScan) {
    let expected = Dictionary(
      PublicSet.sources.map { ($0.name, $0.frameCount) }, uniquingKeysWith: { a, _ in a })
    let files =
      scan.references.map { ($0.name.source, $0.file) }
      + scan.distorted.map { ($0.name.source, $0.file) }
    for (source, file) in files {
      guard let frames = file.frameCount, let right = expected[source], frames != right else {
        continue
      }
      wrongLength.append(WrongLength(path: file.relativePath, frames: frames, expected: right))
    }
  }
}

extension PublicSet.Source {
  fileprivate func isReference(_ reference: ReferenceName) -> Bool {
    switch reference.detail {
    case .frameRate(let rate): rate == framesPerSecond
    case .height(let height): height == 1080
    }
  }
}

extension DistortedName {
  /// The one field in which two names of a source differ; `nil` when none or several do.
  fileprivate func onlyDifference(from other: DistortedName) -> String? {
    guard source == other.source else { return nil }
    let differences = [
      labelText == other.labelText ? nil : "label",
      encodeHeight == other.encodeHeight ? nil : "height",
      bitrateField == other.bitrateField ? nil : "bit rate",
    ].compactMap(\.self)
    return differences.count == 1 ? differences[0] : nil
  }
}
