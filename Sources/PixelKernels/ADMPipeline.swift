internal import CKernels
internal import Processor

/// ADM in one pass over the rows of the frames, with vector kernels.
///
/// Rows stream through the four scales as the frames' rows arrive, so that everything between
/// the samples and the sums lives in a few rows per scale, which the cache holds. Only the rows
/// and columns are computed that the pooled windows depend on: that saves over a quarter of the
/// wavelet and changes nothing.
final class ADMPipeline {
  private let geometry: ADMGeometry
  private let configuration: ADMConfiguration
  private let gainCount: Int
  private let stages: [ADMStage]
  private let kernels: [ADMStageKernels]
  private let lines = ADMRowBuffers()
  private var planes: [PlaneView] = []

  /// Makes the pipeline, or returns `nil` if the instruction set has no vector kernels.
  init?(
    width: Int, height: Int, bitDepth: Int, distortedCount: Int, gainLimits: [Double],
    configuration: ADMConfiguration, instructionSet: InstructionSet
  ) {
    let table =
      switch instructionSet {
      case .scalar: UnsafePointer<ck_adm_kernels>?.none
      case .avx2: ck_adm_kernels_avx2()
      case .avx512: ck_adm_kernels_avx512()
      case .neon: ck_adm_kernels_neon()
      }
    guard let table else { return nil }
    kernels = (0..<ADMGeometry.scaleCount).map {
      ADMStageKernels(table.pointee, scale: $0, bitDepth: bitDepth)
    }
    let geometry = ADMGeometry(width: width, height: height)
    let sensitivity = ADMSensitivity(configuration)
    let needed = Self.needed(geometry)
    let rowBuffers = lines
    let lines = (0..<4).map { _ in rowBuffers.row(Int16.self, width) }
    stages = (0..<ADMGeometry.scaleCount).map { scale in
      ADMStage(
        scale: scale, geometry: geometry, needed: needed[scale], lines: lines,
        distortedCount: distortedCount, gainLimits: gainLimits,
        weights: sensitivity.weights[scale], configuration: configuration,
        inputWidth: scale == 0 ? width : geometry.scales[scale - 1].width, bitDepth: bitDepth)
    }
    self.geometry = geometry
    self.configuration = configuration
    gainCount = gainLimits.count
  }

  /// The columns and rows of each scale's bands that its own window, or the input of the next
  /// scale, needs.
  private static func needed(_ geometry: ADMGeometry) -> [(columns: Range<Int>, rows: Range<Int>)] {
    func merged(_ own: Range<Int>, _ coarser: Range<Int>?, _ count: Int) -> Range<Int> {
      guard let coarser else { return own }
      let (first, last) = (max(2 * coarser.lowerBound - 1, 0), 2 * coarser.upperBound + 1)
      return min(own.lowerBound, first)..<max(own.upperBound, min(last, count))
    }
    var ranges: [(columns: Range<Int>, rows: Range<Int>)] = []
    for scale in geometry.scales.reversed() {
      let columns = merged(scale.marginColumns, ranges.last?.columns, scale.width)
      let rows = merged(scale.marginRows, ranges.last?.rows, scale.height)
      ranges.append((columns, rows))
    }
    return ranges.reversed()
  }

  func begin(reference: PlaneView, distorted: [PlaneView]) {
    planes = [reference] + distorted
    for stage in stages { stage.reset() }
  }

  /// Makes every row of scale 0 that the first `rows` rows of the frames allow.
  func advance(rows: Int) {
    let stage = stages[0]
    let height = geometry.frameHeight
    while stage.nextRow < stage.rows.upperBound && min(2 * stage.nextRow + 2, height - 1) < rows {
      let row = stage.nextRow
      stage.nextRow += 1
      for frame in 0..<stage.frameCount {
        let (base, stride) = (planes[frame].base, planes[frame].bytesPerRow)
        let job = stage.wavelets + frame
        job.pointee.rows = (
          base + ADMWavelet.position(row, tap: 0, count: height) * stride,
          base + ADMWavelet.position(row, tap: 1, count: height) * stride,
          base + ADMWavelet.position(row, tap: 2, count: height) * stride,
          base + ADMWavelet.position(row, tap: 3, count: height) * stride
        )
        job.pointee.a = stage.ring[4 * frame + row & 3]
        kernels[0].wavelet(job)
      }
      stage.process(row: row, kernels: kernels[0])
      descend(from: 0, row: row)
    }
  }

  /// Makes the rows of the next scale that row `row` of `scale` completes.
  private func descend(from scale: Int, row: Int) {
    guard scale + 1 < stages.count else { return }
    let (finer, stage) = (stages[scale], stages[scale + 1])
    let height = finer.geometry.height
    while stage.nextRow < stage.rows.upperBound
      && min(2 * stage.nextRow + 2, height - 1) <= row
    {
      let next = stage.nextRow
      stage.nextRow += 1
      for frame in 0..<stage.frameCount {
        let ring = finer.ring + 4 * frame
        let job = stage.wavelets + frame
        job.pointee.rows = (
          UnsafeRawPointer(ring[ADMWavelet.position(next, tap: 0, count: height) & 3]),
          UnsafeRawPointer(ring[ADMWavelet.position(next, tap: 1, count: height) & 3]),
          UnsafeRawPointer(ring[ADMWavelet.position(next, tap: 2, count: height) & 3]),
          UnsafeRawPointer(ring[ADMWavelet.position(next, tap: 3, count: height) & 3])
        )
        job.pointee.a = stage.ring[4 * frame + next & 3]
        kernels[scale + 1].wavelet(job)
      }
      stage.process(row: next, kernels: kernels[scale + 1])
      descend(from: scale + 1, row: next)
    }
  }

  /// The sums of each distorted frame and gain limit, once all rows have been there.
  func finish() -> [[ADMSums]] {
    advance(rows: geometry.frameHeight)
    let distortedCount = planes.count - 1
    planes = []
    return (0..<distortedCount).map { distorted in
      (0..<gainCount).map { gain in
        let scales = stages.map { stage in
          var sums = ADMScaleSums()
          sums.numerator = stage.numerators[distorted * gainCount + gain]
          sums.denominator = stage.denominator
          sums.additive = stage.additives[distorted * gainCount + gain]
          return sums
        }
        return ADMSums(
          scales: scales, width: geometry.frameWidth, height: geometry.frameHeight,
          configuration: configuration)
      }
    }
  }
}
