public import Foundation
@_exported public import GoldenClips

extension GoldenTable {
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
