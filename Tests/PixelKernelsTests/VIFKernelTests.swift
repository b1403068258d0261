import PixelKernels
import Processor
import Testing
import _TestSupport

/// Every vector family against the scalar reference, bit for bit.
@Suite struct VIFKernelTests {
  static let vectorSets = InstructionSet.supported.filter { $0 != .scalar }
  #if DEBUG
    static let widths = [33, 40, 47, 63, 64, 65, 96, 131]
  #else
    static let widths = Array(33...200) + [255, 256, 257, 321, 481, 513, 640, 1000]
  #endif

  @Test(arguments: vectorSets, widths)
  func anyWidthEqualsScalar(_ set: InstructionSet, _ width: Int) {
    let height = 33 + width % 9
    for (index, depth) in [8, 10, 12, 16].enumerated() {
      let content = VIFTestContent.allCases[(width + index) % VIFTestContent.allCases.count]
      for kind in [VIFTestContent.noise, .smooth, content] {
        compare(set, width, height, depth, [kind], gainLimits: [100])
      }
    }
  }

  @Test(arguments: vectorSets, VIFTestContent.allCases)
  func anyContentEqualsScalar(_ set: InstructionSet, _ content: VIFTestContent) {
    for depth in [8, 9, 10, 12, 14, 16] {
      compare(set, 70, 45, depth, [content, .noise, .dark], gainLimits: [100, 1])
    }
  }

  @Test(arguments: vectorSets, [1, 2, 3, 6])
  func anyLadderEqualsScalar(_ set: InstructionSet, _ count: Int) {
    let contents = (0..<count).map { VIFTestContent.allCases[$0 % VIFTestContent.allCases.count] }
    for gainLimits in [[100.0], [1], [100, 1], [1.2], [100, 1.2, 1]] {
      compare(set, 77, 37, 8, contents, gainLimits: gainLimits)
    }
    compare(set, 77, 37, 10, contents, gainLimits: [100, 1])
  }

  @Test(arguments: InstructionSet.supported)
  func rowsMayComeInParts(_ set: InstructionSet) {
    let (reference, distorted) = pictures(90, 61, 8, [.noise])
    let kernel = VIFKernel(width: 90, height: 61, bitDepth: 8, instructionSet: set)
    withExtendedLifetime((reference, distorted)) {
      let whole = kernel.analyze(reference: reference.view, distorted: distorted.map(\.view))
      for step in [1, 2, 3, 7, 16, 60] {
        kernel.begin(reference: reference.view, distorted: distorted.map(\.view))
        for rows in stride(from: 0, through: 61, by: step) { kernel.advance(rows: rows) }
        #expect(kernel.finish() == whole)
      }
    }
  }

  @Test(arguments: InstructionSet.supported)
  func skippedScaleScoresZero(_ set: InstructionSet) {
    let (reference, distorted) = pictures(66, 50, 8, [.noise])
    func sums(skipScale0: Bool) -> VIFSums {
      withExtendedLifetime((reference, distorted)) {
        VIFKernel(
          width: 66, height: 50, bitDepth: 8, skipScale0: skipScale0, instructionSet: set
        ).analyze(reference: reference.view, distorted: distorted.map(\.view))[0][0]
      }
    }
    let all = sums(skipScale0: false)
    let some = sums(skipScale0: true)
    #expect(all.scores[0] > 0)
    #expect(some.scores[0] == 0)
    #expect(some.scales[1...] == all.scales[1...])
  }

  private func pictures(
    _ width: Int, _ height: Int, _ depth: Int, _ contents: [VIFTestContent]
  ) -> (reference: PlaneBuffer, distorted: [PlaneBuffer]) {
    let seed = UInt64(width * 1000 + height + depth)
    let reference = contents[0].samples(width, height, depth, seed: seed)
    let distorted = contents.enumerated().map { index, content in
      content.distortion(of: reference, width, height, depth, seed: seed + UInt64(index) + 1)
    }
    func buffer(_ samples: [UInt16]) -> PlaneBuffer {
      PlaneBuffer(samples, width: width, height: height, bitDepth: depth)
    }
    return (buffer(reference), distorted.map(buffer))
  }

  private func compare(
    _ set: InstructionSet, _ width: Int, _ height: Int, _ depth: Int, _ contents: [VIFTestContent],
    gainLimits: [Double]
  ) {
    let (reference, distorted) = pictures(width, height, depth, contents)
    let results = withExtendedLifetime((reference, distorted)) {
      [InstructionSet.scalar, set].map {
        VIFKernel(
          width: width, height: height, bitDepth: depth, distortedCount: distorted.count,
          gainLimits: gainLimits, instructionSet: $0
        ).analyze(reference: reference.view, distorted: distorted.map(\.view))
      }
    }
    #expect(results[1] == results[0], "\(width)x\(height), \(depth) bit, \(contents)")
  }
}
