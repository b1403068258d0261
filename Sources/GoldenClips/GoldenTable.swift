import CResources

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Expected per-frame values of golden clips: libvmaf's figures, which travel in the binary.
///
/// They are those of libvmaf 3.2.0's scalar path, with 17 significant digits.
public struct GoldenTable: Decodable, Sendable {
  /// The expectations of one clip.
  public struct Clip: Decodable, Sendable {
    /// Luma samples in a row.
    public let width: Int
    /// Luma rows.
    public let height: Int
    /// Bits per sample.
    public let bitdepth: Int
    /// The number of frames.
    public let frames: Int
    /// The reference file's name, where the clip is a pair of files.
    public let ref: String?
    /// The distorted file's name, where the clip is a pair of files.
    public let dis: String?
    /// One value per frame for every feature and model name.
    public let perFrame: [String: [Double]]
    /// Pooled values (`mean`, `min`, `max`, `harmonic_mean`) of the scores.
    public let pooled: [String: [String: Double]]

    private enum CodingKeys: String, CodingKey {
      case width, height, bitdepth, frames, ref, dis, pooled
      case perFrame = "per_frame"
    }
  }

  /// A mean that libvmaf's own tests assert.
  public struct AssertedMean: Decodable, Sendable {
    /// The mean VMAF score of the clip.
    public let mean: Double
    /// How many decimals agree: the difference is below half a unit of the last one.
    public let places: Int

    /// Whether a mean agrees.
    public func agrees(with other: Double) -> Bool {
      let unit = (0..<places).reduce(1.0) { unit, _ in unit / 10 }
      return abs(mean - other) < unit / 2
    }

    private enum CodingKeys: String, CodingKey {
      case places
      case mean = "vmaf_mean"
    }
  }

  /// All clips by name.
  public let clips: [String: Clip]
  /// The means that libvmaf's own tests assert, by the clip's name.
  public let asserted: [String: AssertedMean]

  private enum CodingKeys: String, CodingKey {
    case clips
    case asserted = "asserted_by_netflix_tests"
  }

  /// Reads a table.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    clips = try container.decode([String: Clip].self, forKey: .clips)
    asserted =
      try container.decodeIfPresent([String: AssertedMean].self, forKey: .asserted) ?? [:]
  }

  /// The synthetic clips of ``SyntheticClip/golden``.
  public static func synthetic() throws -> GoldenTable { try embedded("synthetic") }
  /// Netflix's clips, and the checkerboard and flat clips.
  public static func netflix() throws -> GoldenTable { try embedded("netflix") }

  private static func embedded(_ name: String) throws -> GoldenTable {
    let resource = tv_resource_named("golden/\(name).json")
    let bytes = Data(UnsafeBufferPointer(start: resource.bytes, count: resource.count))
    return try JSONDecoder().decode(GoldenTable.self, from: bytes)
  }
}
