import Foundation
import StillImages
import Testing

/// Pictures for `Interop/test_images.py`, which reads them with Pillow.
///
/// The folder is `$TINYVMAF_INTEROP_DIR/images`; without the variable there is nothing to do.
@Suite struct InteropFiles {
  static let folder = ProcessInfo.processInfo.environment["TINYVMAF_INTEROP_DIR"]

  @Test(.enabled(if: folder != nil, "set TINYVMAF_INTEROP_DIR to write the files"))
  func writesPictures() throws {
    let folder = URL(filePath: try #require(Self.folder)).appending(path: "images")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func write(_ bytes: [UInt8], _ name: String) throws {
      try Data(bytes).write(to: folder.appending(path: name))
    }
    for (name, image) in [
      ("scene", TestImages.scene(width: 253, height: 141)),
      ("noise", TestImages.noise(width: 64, height: 48)),
      ("pixel", RGBImage(width: 1, height: 1, red: 1, green: 2, blue: 3)),
      ("flat", RGBImage(width: 100, height: 20, red: 200, green: 90, blue: 10)),
    ] {
      try write(image.samples, "\(name)-\(image.width)x\(image.height).rgb")
      try write(image.png(), "\(name).png")
      for quality in [30, 75, 95] {
        try write(image.jpeg(quality: quality), "\(name)-\(quality).jpg")
      }
    }
    let scene = TestImages.scene(width: 253, height: 141)
    for (width, height) in [(80, 45), (31, 141), (300, 200)] {
      try write(
        scene.scaled(width: width, height: height).png(), "scene-to-\(width)x\(height).png")
    }
    for (name, bytes) in DeflateTests.inputs {
      let stem = name.split(separator: " ").joined(separator: "-")
      try write(bytes, "\(stem).bin")
      try write(Deflate.zlib(bytes), "\(stem).zlib")
    }
  }
}
