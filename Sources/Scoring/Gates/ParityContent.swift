import Corpus
import GoldenClips

/// What the parity gate looks at: natural-like, synthetic and extreme pictures, of odd and narrow
/// sizes, with motion, at all bit depths.
enum ParityContent {
  private typealias Picture = ParityClip.Picture
  private static let depths = [8, 10, 12, 16]

  /// The clips that go through the whole pipeline.
  static func clips(isShort: Bool) -> [ParityClip.Description] {
    isShort ? quick : quick + thorough
  }

  private static let quick: [ParityClip.Description] = [
    .init(picture: .scene(.meadow), width: 96, height: 64),
    .init(picture: .scene(.bricks), width: 131, height: 97),
    .init(picture: .scene(.cut), width: 80, height: 61, bitDepth: 10, frameCount: 5),
    .init(picture: .scene(.sprites), width: 129, height: 65, bitDepth: 12),
    .init(picture: .scene(.grain), width: 65, height: 131, bitDepth: 16),
    .init(picture: .scene(.zonePlate), width: 161, height: 90),
    .init(picture: .synthetic(.texture), width: 33, height: 33),
    .init(picture: .synthetic(.texture), width: 47, height: 35, bitDepth: 10),
    .init(picture: .synthetic(.binary), width: 127, height: 63),
    .init(picture: .synthetic(.binary), width: 66, height: 49, bitDepth: 16),
    .init(picture: .synthetic(.flat), width: 49, height: 95),
    .init(picture: .synthetic(.inverted), width: 113, height: 57, bitDepth: 10),
    .init(picture: .checkerboard, width: 63, height: 64, bitDepth: 10),
    .init(picture: .saturation, width: 64, height: 33),
    .init(picture: .spikes, width: 97, height: 41, bitDepth: 12),
    .init(picture: .ramps, width: 34, height: 129),
  ]

  private static let thorough: [ParityClip.Description] = {
    var clips: [ParityClip.Description] = []
    for (index, kind) in SyntheticScene.Kind.allCases.enumerated() {
      let picture = Picture.scene(kind)
      clips.append(.init(picture: picture, width: 352, height: 288, frameCount: 4))
      clips.append(
        .init(
          picture: picture, width: 241 + 2 * index, height: 137, bitDepth: depths[index % 4],
          frameCount: 4, seed: 2))
    }
    let extremes: [Picture] = [
      .synthetic(.binary), .checkerboard, .saturation, .spikes, .ramps, .synthetic(.inverted),
    ]
    let sizes = [(33, 130), (130, 33), (255, 64), (256, 65), (257, 66), (511, 40), (513, 41)]
    for (index, size) in sizes.enumerated() {
      for (offset, depth) in depths.enumerated() {
        let picture = extremes[(index + offset) % extremes.count]
        clips.append(
          .init(
            picture: picture, width: size.0, height: size.1, bitDepth: depth,
            seed: UInt64(10 * index + offset)))
      }
    }
    clips.append(.init(picture: .synthetic(.texture), width: 1921, height: 33, frameCount: 2))
    clips.append(
      .init(picture: .synthetic(.binary), width: 4099, height: 35, bitDepth: 10, frameCount: 2))
    clips.append(
      .init(picture: .synthetic(.texture), width: 33, height: 1081, bitDepth: 12, frameCount: 2))
    clips.append(.init(picture: .scene(.bricks), width: 960, height: 540, frameCount: 3))
    clips.append(
      .init(picture: .scene(.zoom), width: 1920, height: 1080, bitDepth: 10, frameCount: 2))
    return clips
  }()

  /// The pairs of frames that go straight into the kernels: every width from the smallest legal
  /// one on, so that every number of left-over lanes occurs.
  static func kernelClips(isShort: Bool) -> [ParityClip.Description] {
    let pictures: [Picture] = [
      .synthetic(.texture), .synthetic(.binary), .spikes, .checkerboard, .ramps, .saturation,
      .synthetic(.inverted),
    ]
    var clips: [ParityClip.Description] = []
    for width in 33...(isShort ? 66 : 162) {
      for (index, depth) in depths.enumerated() {
        // The short form has two depths of each width, in turn.
        guard !isShort || (width + index) % 2 == 0 else { continue }
        let picture = pictures[(width + 3 * index) % pictures.count]
        clips.append(
          .init(
            picture: picture, width: width, height: 33 + (width * 5 + index) % 34,
            bitDepth: depth, frameCount: 2, seed: UInt64(width)))
      }
    }
    return clips
  }
}
