import Corpus
import GoldenClips
import VideoIO

/// A short video in memory with three distorted versions: what backends are compared on.
struct ParityClip: Sendable {
  /// What a clip shows.
  enum Picture: Sendable, Hashable {
    /// A procedural scene; natural-like texture, edges, grain and motion.
    case scene(SyntheticScene.Kind)
    /// One of the golden generator's clips.
    case synthetic(SyntheticClip.Kind)
    /// Squares of one sample from zero to the maximum, moving.
    case checkerboard
    /// Frames that are all zero or all maximal, in turn.
    case saturation
    /// Single bright samples on black, at the corners, the edges and where vectors begin and end.
    case spikes
    /// Ramps over the full range with steps between them.
    case ramps

    /// A name for reports.
    var name: String {
      switch self {
      case .scene(let kind): kind.rawValue.lowercased()
      case .synthetic(let kind): kind.rawValue
      case .checkerboard: "checkerboard"
      case .saturation: "saturation"
      case .spikes: "spikes"
      case .ramps: "ramps"
      }
    }

    /// Whether the picture is like a camera's.
    var isNatural: Bool {
      if case .scene = self { true } else { false }
    }
  }

  /// A clip that is not computed yet.
  struct Description: Sendable, Hashable {
    var picture: Picture
    var width: Int
    var height: Int
    var bitDepth = 8
    var frameCount = 3
    var seed: UInt64 = 1

    /// A name for reports: `bricks 131x97 10 bit`.
    var name: String { "\(picture.name) \(width)x\(height) \(bitDepth) bit" }
  }

  let description: Description
  /// The luma samples of each frame.
  let reference: [[UInt16]]
  /// The luma samples of each frame of each distorted version.
  let distorted: [[[UInt16]]]

  /// The number of distorted versions.
  static let rungCount = 3

  /// The reference as a video at its first frame.
  func referenceSource() -> LumaSource { source(reference) }
  /// A distorted version as a video at its first frame.
  func distortedSource(_ rung: Int) -> LumaSource { source(distorted[rung]) }

  private func source(_ frames: [[UInt16]]) -> LumaSource {
    LumaSource(
      frames, width: description.width, height: description.height,
      bitDepth: description.bitDepth)
  }
}

extension ParityClip {
  /// Computes a clip.
  init(_ description: Description) {
    self.description = description
    let frames = (0..<description.frameCount).map { description.frame($0) }
    reference = frames.map(\.reference)
    distorted = (0..<Self.rungCount).map { rung in frames.map { $0.distorted[rung] } }
  }
}

extension ParityClip.Description {
  fileprivate typealias Frame = (reference: [UInt16], distorted: [[UInt16]])

  /// The samples of a frame: the reference and its three distorted versions.
  fileprivate func frame(_ t: Int) -> Frame {
    let peak = (1 << bitDepth) - 1
    switch picture {
    case .scene(let kind):
      let scene = SyntheticScene(
        kind, width: width, height: height, frameCount: frameCount, seed: seed)
      let distortions: [SyntheticDistortion] = [
        .init(.rung, strength: 5), .init(.blur, strength: 3), .init(.noise, strength: 7),
      ]
      return (
        deepened(scene.luma(frame: t), salt: 0),
        distortions.enumerated().map { index, distortion in
          deepened(scene.luma(frame: t, distortion: distortion), salt: index + 1)
        }
      )
    case .synthetic(let kind):
      let clip = SyntheticClip(
        picture.name, width: width, height: height, frameCount: frameCount, seed: seed,
        bitDepth: bitDepth, kind: kind)
      let both = clip.luma(frame: t)
      return rungs(both.reference, both.distorted)
    case .checkerboard:
      return rungs(
        samples { x, y in (x + y + t) & 1 == 0 ? peak : 0 },
        samples { x, y in (x + y / 2 + t) & 1 == 0 ? 0 : peak })
    case .saturation:
      return rungs(
        samples { _, _ in t & 1 == 0 ? peak : 0 }, samples { _, _ in t & 1 == 0 ? 0 : peak })
    case .spikes:
      func isSpike(_ x: Int, _ y: Int) -> Bool {
        let column = x == 0 || x == width - 1 || (x + t) % 16 == 15 || x % 32 == 0
        let row = y == 0 || y == height - 1 || (y + t) % 7 == 3
        return column && row
      }
      return rungs(
        samples { x, y in isSpike(x, y) ? peak : 0 },
        samples { x, y in isSpike(x + 1, y) ? peak - peak / 4 : 0 })
    case .ramps:
      return rungs(
        samples { x, y in (x * 37 + y * 11 + t * 5) * peak / 1024 & peak },
        samples { x, y in (x * 36 + y * 12 + t * 5) * peak / 1024 & peak })
    }
  }

  private func samples(_ value: (_ x: Int, _ y: Int) -> Int) -> [UInt16] {
    [UInt16](unsafeUninitializedCapacity: width * height) { buffer, count in
      var index = 0
      for y in 0..<height {
        for x in 0..<width {
          buffer[index] = UInt16(truncatingIfNeeded: value(x, y))
          index += 1
        }
      }
      count = index
    }
  }

  /// The distorted version, one half-way to it, and the reference itself.
  private func rungs(_ reference: [UInt16], _ distorted: [UInt16]) -> Frame {
    let between = zip(reference, distorted).map { UInt16((Int($0) + Int($1) + 1) / 2) }
    return (reference, [distorted, between, reference])
  }

  /// Samples of 8 bits with low bits that vary.
  private func deepened(_ samples: [UInt8], salt: Int) -> [UInt16] {
    guard bitDepth > 8 else { return samples.map(UInt16.init) }
    let shift = UInt32(bitDepth - 8)
    var state = UInt32(truncatingIfNeeded: seed) &* 2_654_435_761 &+ UInt32(salt)
    return samples.map { sample in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt16(sample) << UInt16(shift) | UInt16(state >> (32 - shift))
    }
  }
}
