import PixelKernels
import Processor
import Testing
import _TestSupport

/// Every instruction set against the scalar reference, bit for bit, over the legal domain.
@Suite("ADM kernels")
struct ADMKernelTests {
  /// What a frame shows.
  enum Content: CaseIterable {
    case texture, noise, binary, checkerboard, black, white, ramp
  }

  /// How the distorted frames differ from the reference.
  enum Distortion: CaseIterable {
    case none, grain, contrast, inverted, unrelated
  }

  static let vectorSets = InstructionSet.supported.filter { $0 != .scalar }

  /// Debug builds check fewer widths; every one of them checks all contents.
  #if DEBUG
    static let widths = Array(stride(from: 33, through: 200, by: 13))
    static let largeSizes = [(321, 45)]
  #else
    static let widths = Array(33...200)
    static let largeSizes = [(321, 145), (640, 181), (1001, 99), (1920, 135), (4097, 67)]
  #endif

  @Test("every width", arguments: widths)
  func width(_ width: Int) throws {
    var random = SplitMix(seed: UInt64(width))
    let height = 33 + Int(random.next() % 24)
    let depth = [8, 10, 12, 16, 9][width % 5]
    let limits: [[Double]] = [[100], [1], [100, 1], [1.2], [3.7, 1, 100]]
    try check(
      width: width, height: height, bitDepth: depth, content: Content.allCases[width % 7],
      distortions: Self.distortions([1, 2, 3, 6][width % 4], width),
      gainLimits: limits[width / 2 % 5], configuration: .init(computeAIM: width % 3 == 0))
  }

  @Test("large frames", arguments: largeSizes)
  func large(_ width: Int, _ height: Int) throws {
    for depth in [8, 10] {
      try check(
        width: width, height: height, bitDepth: depth, content: .texture,
        distortions: [.grain, .contrast], gainLimits: [100, 1],
        configuration: .init(computeAIM: true))
    }
  }

  @Test("extreme contents", arguments: Content.allCases, Distortion.allCases)
  func extremes(_ content: Content, _ distortion: Distortion) throws {
    for depth in [8, 16] {
      try check(
        width: 76, height: 47, bitDepth: depth, content: content, distortions: [distortion],
        gainLimits: [100, 1, 1.2], configuration: .init(computeAIM: true))
    }
  }

  @Test("viewing conditions")
  func configurations() throws {
    let configurations: [ADMConfiguration] = [
      try .init(viewDistance: 5, computeAIM: true), try .init(csfMode: 2, computeAIM: true),
      try .init(viewDistance: 5, csfMode: 2), try .init(displayHeight: 2160, csfMode: 2),
      try .init(noiseWeight: 0), try .init(skipScale0: true, computeAIM: true),
    ]
    for configuration in configurations {
      for content in [Content.binary, .texture] {
        try check(
          width: 91, height: 55, bitDepth: 8, content: content, distortions: [.unrelated, .grain],
          gainLimits: [100], configuration: configuration)
      }
    }
  }

  @Test("rows in steps", arguments: InstructionSet.supported)
  func steps(_ set: InstructionSet) throws {
    let (width, height) = (70, 61)
    let frames = try Self.frames(
      width: width, height: height, bitDepth: 8, content: .texture, distortions: [.grain])
    let kernel = ADMKernel(width: width, height: height, bitDepth: 8, instructionSet: set)
    withExtendedLifetime(frames) {
      let views = frames.map(\.view)
      let expected = kernel.analyze(reference: views[0], distorted: [views[1]])
      for step in [1, 7, 60] {
        kernel.begin(reference: views[0], distorted: [views[1]])
        for rows in stride(from: 0, to: height, by: step) { kernel.advance(rows: rows) }
        #expect(kernel.finish() == expected)
      }
    }
  }

  @Test("configurations that ADM does not define")
  func refusals() {
    #expect(throws: ADMConfigurationError.unsupportedMode(1)) {
      try ADMConfiguration(csfMode: 1)
    }
    #expect(throws: ADMConfigurationError.tooNear(viewDistance: 2, displayHeight: 1080)) {
      try ADMConfiguration(viewDistance: 2)
    }
    #expect(throws: ADMConfigurationError.noFixedWeights(viewDistance: 4, displayHeight: 1080)) {
      try ADMConfiguration(viewDistance: 4, csfMode: 2)
    }
    #expect(throws: ADMConfigurationError.badNoiseWeight(-1)) {
      try ADMConfiguration(noiseWeight: -1)
    }
  }

  private func check(
    width: Int, height: Int, bitDepth: Int, content: Content, distortions: [Distortion],
    gainLimits: [Double], configuration: ADMConfiguration
  ) throws {
    let frames = try Self.frames(
      width: width, height: height, bitDepth: bitDepth, content: content, distortions: distortions)
    let results = ([.scalar] + Self.vectorSets).map { set in
      let kernel = ADMKernel(
        width: width, height: height, bitDepth: bitDepth, distortedCount: distortions.count,
        gainLimits: gainLimits, configuration: configuration, instructionSet: set)
      return withExtendedLifetime(frames) {
        let views = frames.map(\.view)
        // The second time, the workspace holds the values of the first.
        _ = kernel.analyze(reference: views[0], distorted: views.dropFirst().reversed())
        return kernel.analyze(reference: views[0], distorted: Array(views.dropFirst()))
      }
    }
    for (set, sums) in zip(Self.vectorSets, results.dropFirst()) {
      #expect(
        sums == results[0],
        "\(set) differs at \(width)x\(height), \(bitDepth) bit, \(content), \(distortions)")
    }
  }

  static func distortions(_ count: Int, _ seed: Int) -> [Distortion] {
    (0..<count).map { Distortion.allCases[(seed + $0) % Distortion.allCases.count] }
  }

  /// The reference, then the distorted frames.
  static func frames(
    width: Int, height: Int, bitDepth: Int, content: Content, distortions: [Distortion]
  ) throws -> [PlaneBuffer] {
    var random = SplitMix(seed: UInt64(width * height))
    let top = (1 << bitDepth) - 1
    func sample(_ x: Int, _ y: Int) -> Int {
      switch content {
      case .texture:
        let wave = (x * x / 9 + y * 5) % 64 * top / 90
        return wave + Int(random.next() % UInt64(top / 8))
      case .noise: return Int(random.next() % UInt64(top + 1))
      case .binary: return Int(random.next() & 1) * top
      case .checkerboard: return ((x / 3 + y / 2) & 1) * top
      case .black: return 0
      case .white: return top
      case .ramp: return (x + 2 * y) * top / (width + 2 * height)
      }
    }
    let reference = (0..<width * height).map { UInt16(sample($0 % width, $0 / width)) }
    let distorted = distortions.map { distortion in
      reference.map { sample -> UInt16 in
        switch distortion {
        case .none: return sample
        case .grain:
          let grain = Int(random.next() % UInt64(top / 6)) - top / 12
          return UInt16(min(max(Int(sample) + grain, 0), top))
        case .contrast: return UInt16(min(Int(sample) * 5 / 4, top))
        case .inverted: return UInt16(top) - sample
        case .unrelated: return UInt16(random.next() & 1) * UInt16(top)
        }
      }
    }
    return ([reference] + distorted).map {
      PlaneBuffer($0, width: width, height: height, bitDepth: bitDepth)
    }
  }
}

/// A small seeded generator.
struct SplitMix {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
