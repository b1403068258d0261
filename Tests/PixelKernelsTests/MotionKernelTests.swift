import PixelKernels
import Processor
import Testing
import _TestSupport

/// Every vector family against the scalar reference, bit for bit.
@Suite struct MotionKernelTests {
  static let vectorSets = InstructionSet.supported.filter { $0 != .scalar }

  @Test(arguments: vectorSets, Array(33...68) + [127, 256])
  func anyWidthEqualsScalar(_ set: InstructionSet, _ width: Int) {
    for (index, depth) in [8, 10, 12, 15, 16].enumerated() {
      let content = VIFTestContent.allCases[(width + index) % VIFTestContent.allCases.count]
      compare(set, width, 5 + width % 7, depth, content, .noise)
      compare(set, width, 5 + width % 7, depth, .binary, .binary)
    }
  }

  @Test(arguments: InstructionSet.supported)
  func extremesHaveKnownSums(_ set: InstructionSet) {
    for depth in [8, 10, 12, 16] {
      let top = (1 << depth) - 1
      let buffers = [VIFTestContent.black, .white].map {
        PlaneBuffer($0.samples(40, 35, depth, seed: 0), width: 40, height: 35, bitDepth: depth)
      }
      let kernel = MotionKernel(width: 40, height: 35, bitDepth: depth, instructionSet: set)
      // A constant difference d is d << 16 >> depth after the vertical window, then stays.
      let value = UInt64((top << 16) >> depth)
      let views = buffers.map(\.view)
      withExtendedLifetime(buffers) {
        #expect(kernel.sad(previous: views[0], current: views[1]) == value * 40 * 35)
        #expect(kernel.sad(previous: views[1], current: views[0]) == value * 40 * 35)
        #expect(kernel.sad(previous: views[1], current: views[1]) == 0)
      }
    }
  }

  @Test(arguments: InstructionSet.supported)
  func rowsMayComeInParts(_ set: InstructionSet) {
    let buffers = [UInt64(1), 2].map {
      PlaneBuffer(
        VIFTestContent.noise.samples(75, 41, 8, seed: $0), width: 75, height: 41, bitDepth: 8)
    }
    let (previous, current) = (buffers[0].view, buffers[1].view)
    let kernel = MotionKernel(width: 75, height: 41, bitDepth: 8, instructionSet: set)
    withExtendedLifetime(buffers) {
      let whole = kernel.sad(previous: previous, current: current)
      for step in [1, 2, 3, 7, 16, 40] {
        kernel.begin(previous: previous, current: current)
        for rows in stride(from: 0, through: 41, by: step) { kernel.advance(rows: rows) }
        #expect(kernel.finish() == whole)
      }
    }
  }

  private func compare(
    _ set: InstructionSet, _ width: Int, _ height: Int, _ depth: Int, _ previous: VIFTestContent,
    _ current: VIFTestContent
  ) {
    let buffers = [previous, current].enumerated().map { index, content in
      PlaneBuffer(
        content.samples(width, height, depth, seed: UInt64(index + width)), width: width,
        height: height, bitDepth: depth)
    }
    let sums = withExtendedLifetime(buffers) {
      [InstructionSet.scalar, set].map {
        MotionKernel(width: width, height: height, bitDepth: depth, instructionSet: $0)
          .sad(previous: buffers[0].view, current: buffers[1].view)
      }
    }
    #expect(sums[1] == sums[0], "\(width)x\(height), \(depth) bit, \(previous), \(current)")
  }
}
