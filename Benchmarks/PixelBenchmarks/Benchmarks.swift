import Benchmark
import PixelKernels
import Processor

/// One frame per iteration, for every instruction set, at 8 and at 10 bits, and for ladders.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput], timeUnits: .microseconds, warmupIterations: 2,
    maxDuration: .seconds(2), maxIterations: 200)

  for set in InstructionSet.supported.reversed() {
    for bitDepth in [8, 10] { registerKernels(set, bitDepth: bitDepth) }
  }
  for count in [1, 6] { registerLadder(of: count) }
}

/// VIF, ADM and motion alone, one distorted picture.
private func registerKernels(_ set: InstructionSet, bitDepth: Int) {
  let suffix = "1080p \(bitDepth)-bit \(set.rawValue)"
  Benchmark("VIF \(suffix)") { benchmark, pictures in
    let kernel = VIFKernel(
      width: pictures.width, height: pictures.height, bitDepth: bitDepth, instructionSet: set)
    benchmark.startMeasurement()
    blackHole(kernel.analyze(reference: pictures[0], distorted: [pictures[1]]))
    benchmark.stopMeasurement()
  } setup: {
    TestPictures(width: 1920, height: 1080, bitDepth: bitDepth, count: 2)
  }
  Benchmark("ADM \(suffix)") { benchmark, pictures in
    let kernel = ADMKernel(
      width: pictures.width, height: pictures.height, bitDepth: bitDepth, instructionSet: set)
    benchmark.startMeasurement()
    blackHole(kernel.analyze(reference: pictures[0], distorted: [pictures[1]]))
    benchmark.stopMeasurement()
  } setup: {
    TestPictures(width: 1920, height: 1080, bitDepth: bitDepth, count: 2)
  }
  Benchmark("motion \(suffix)") { benchmark, pictures in
    let kernel = MotionKernel(
      width: pictures.width, height: pictures.height, bitDepth: bitDepth, instructionSet: set)
    benchmark.startMeasurement()
    blackHole(kernel.sad(previous: pictures[0], current: pictures[1]))
    benchmark.stopMeasurement()
  } setup: {
    TestPictures(width: 1920, height: 1080, bitDepth: bitDepth, count: 2)
  }
}

/// VIF and ADM of several distorted pictures against one reference; divide by their number.
private func registerLadder(of count: Int) {
  let set = InstructionSet.best
  let suffix = "1080p 8-bit \(set.rawValue), ladder of \(count)"
  Benchmark("VIF \(suffix)") { benchmark, pictures in
    let kernel = VIFKernel(
      width: pictures.width, height: pictures.height, bitDepth: 8, distortedCount: count,
      instructionSet: set)
    benchmark.startMeasurement()
    blackHole(kernel.analyze(reference: pictures[0], distorted: pictures.distorted))
    benchmark.stopMeasurement()
  } setup: {
    TestPictures(width: 1920, height: 1080, bitDepth: 8, count: 1 + count)
  }
  Benchmark("ADM \(suffix)") { benchmark, pictures in
    let kernel = ADMKernel(
      width: pictures.width, height: pictures.height, bitDepth: 8, distortedCount: count,
      instructionSet: set)
    benchmark.startMeasurement()
    blackHole(kernel.analyze(reference: pictures[0], distorted: pictures.distorted))
    benchmark.stopMeasurement()
  } setup: {
    TestPictures(width: 1920, height: 1080, bitDepth: 8, count: 1 + count)
  }
}
