/// A procedural video: something to measure and train on without any file.
///
/// The scenes cover what quality metrics find hard: fine texture, sharp edges, fast and slow
/// motion, film grain, dark gradients, scene cuts. A scene is a function of its kind, size, seed
/// and frame number alone and gives the same bytes on every machine. They are stand-ins for trying
/// things out: a model that has seen only them has not seen the world.
public struct SyntheticScene: Sendable, Hashable {
  /// What the video shows.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Natural texture at all scales under a slow pan.
    case meadow = "Meadow"
    /// A moving zone plate above blocks of text-like edges.
    case zonePlate = "ZonePlate"
    /// A textured wall in a fast pan behind a post.
    case bricks = "Bricks"
    /// Smooth shapes under coarse film grain.
    case grain = "Grain"
    /// A dark gradient with a slow light.
    case night = "Night"
    /// A camera that moves into a texture.
    case zoom = "Zoom"
    /// Objects that bounce in front of a still background.
    case sprites = "Sprites"
    /// A cut and a fade.
    case cut = "Cut"
  }

  /// What the video shows.
  public let kind: Kind
  /// Luma samples in a row, at least 16.
  public let width: Int
  /// Luma rows, at least 16.
  public let height: Int
  /// The number of frames, at least 1.
  public let frameCount: Int
  /// The seed of all randomness.
  public let seed: UInt64

  /// The frame rate of all scenes.
  public static let framesPerSecond = 25

  /// Describes a scene; nothing is computed until a frame is asked for.
  ///
  /// Sizes below 16 and above 8192 and frame counts below 1 are brought to the nearest possible value.
  public init(_ kind: Kind, width: Int, height: Int, frameCount: Int, seed: UInt64 = 1) {
    self.kind = kind
    self.width = min(max(width, 16), 8192)
    self.height = min(max(height, 16), 8192)
    self.frameCount = max(frameCount, 1)
    self.seed = seed
  }

  /// The first `count` scenes of an endless list: all kinds with seed `seed`, then all with the
  /// next seed, and so on.
  public static func standard(
    _ count: Int = Kind.allCases.count, width: Int = 320, height: Int = 180, frameCount: Int = 16,
    seed: UInt64 = 1
  ) -> [SyntheticScene] {
    let kinds = Kind.allCases
    return (0..<max(count, 0)).map { index in
      SyntheticScene(
        kinds[index % kinds.count], width: width, height: height, frameCount: frameCount,
        seed: seed &+ UInt64(index / kinds.count))
    }
  }

  /// The source's name in a corpus, such as `Meadow1`.
  public var name: String { "\(kind.rawValue)\(seed)" }
}
