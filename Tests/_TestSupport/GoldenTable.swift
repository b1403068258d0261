public import Foundation

/// Expected per-frame values of golden clips, as committed under `Tests/Golden`.
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

  /// All clips by name.
  public let clips: [String: Clip]

  /// The synthetic clips of ``SyntheticClip/golden``.
  public static func synthetic() throws -> GoldenTable { try load("synthetic") }
  /// Netflix's clips, and the checkerboard and flat clips.
  public static func netflix() throws -> GoldenTable { try load("netflix") }

  private static func load(_ name: String) throws -> GoldenTable {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "Golden/\(name).json")
    return try JSONDecoder().decode(GoldenTable.self, from: Data(contentsOf: file))
  }

  /// The folder of the golden media files, when it can be found: `TINYVMAF_GOLDEN_DIR`, else
  /// `../shared/golden/media` beside the checkout.
  public static let mediaDirectory: URL? = {
    let environment = ProcessInfo.processInfo.environment
    let checkout = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let fallback = checkout.deletingLastPathComponent().appending(path: "shared/golden/media")
    let directory = environment["TINYVMAF_GOLDEN_DIR"].map { URL(filePath: $0) } ?? fallback
    return FileManager.default.fileExists(atPath: directory.path) ? directory : nil
  }()
}
