import PixelKernels
import Processor
import VideoIO

/// The values of one frame, as they come out of the kernels.
struct FrameValues: Sendable {
  let index: Int
  /// For each distorted video one value per column that is known frame by frame; empty when the
  /// frame is not part of the table.
  var columns: [[Double]] = []
  /// Motion by distance, for the distances that have an earlier frame.
  var motion: [Int: UInt64] = [:]
  /// For each distorted video the squared error of each measured plane.
  var squaredErrors: [[UInt64]] = []
}

/// One worker's kernels and the way from a bundle of frames to its values.
final class FrameAnalyzer {
  /// Rows that every kernel takes before the next rows are touched: few enough to stay in cache.
  private static let blockRows = 32

  private let plan: FeaturePlan
  private let kernelPlan: KernelPlan
  private let format: VideoFormat
  private let subsample: Int
  private let adm: [ADMKernel]
  private let vif: [VIFKernel]
  private let motion: [Int: MotionKernel]
  private let psnrScales: [PSNRScale?]

  init(
    plan: FeaturePlan, kernelPlan: KernelPlan, format: VideoFormat, distortedCount: Int,
    subsample: Int, instructionSet: InstructionSet
  ) {
    self.plan = plan
    self.kernelPlan = kernelPlan
    self.format = format
    self.subsample = subsample
    let (width, height, depth) = (format.width, format.height, format.pixelFormat.bitDepth)
    adm = kernelPlan.adm.map { group in
      ADMKernel(
        width: width, height: height, bitDepth: depth, distortedCount: distortedCount,
        gainLimits: group.gainLimits, configuration: group.configuration,
        instructionSet: instructionSet)
    }
    vif = kernelPlan.vif.map { group in
      VIFKernel(
        width: width, height: height, bitDepth: depth, distortedCount: distortedCount,
        gainLimits: group.gainLimits, skipScale0: group.skipsScale0,
        instructionSet: instructionSet)
    }
    motion = Dictionary(
      uniqueKeysWithValues: kernelPlan.lookBack.map { distance in
        (
          distance,
          MotionKernel(
            width: width, height: height, bitDepth: depth, instructionSet: instructionSet)
        )
      })
    psnrScales = plan.extractors.map { extractor in
      guard case .psnr(let options) = extractor else { return nil }
      return PSNRScale(format: format, options: options)
    }
  }

  /// Computes the values of one frame.
  func analyze(_ bundle: FrameBundle) -> FrameValues {
    let reference = bundle.reference.frame.view(of: 0)
    let distorted = bundle.distorted.map { $0.frame.view(of: 0) }
    let isListed = bundle.index.isMultiple(of: subsample)
    let motionKernels = motion.filter { bundle.earlier[$0.key] != nil }

    if isListed {
      for kernel in vif { kernel.begin(reference: reference, distorted: distorted) }
      for kernel in adm { kernel.begin(reference: reference, distorted: distorted) }
    }
    for (distance, kernel) in motionKernels {
      guard let earlier = bundle.earlier[distance] else { continue }
      kernel.begin(previous: earlier.frame.view(of: 0), current: reference)
    }
    for rows in stride(from: Self.blockRows, to: format.height, by: Self.blockRows) {
      if isListed {
        for kernel in vif { kernel.advance(rows: rows) }
        for kernel in adm { kernel.advance(rows: rows) }
      }
      for kernel in motionKernels.values { kernel.advance(rows: rows) }
    }

    var values = FrameValues(index: bundle.index)
    values.motion = motionKernels.mapValues { $0.finish() }
    values.squaredErrors = squaredErrors(bundle)
    if isListed {
      let admSums = adm.map { $0.finish() }
      let vifSums = vif.map { $0.finish() }
      values.columns = distorted.indices.map { position in
        columns(
          adm: admSums.map { $0[position] }, vif: vifSums.map { $0[position] },
          squaredErrors: values.squaredErrors.isEmpty ? [] : values.squaredErrors[position])
      }
    }
    return values
  }

  private func squaredErrors(_ bundle: FrameBundle) -> [[UInt64]] {
    guard !kernelPlan.errorPlanes.isEmpty else { return [] }
    return bundle.distorted.map { distorted in
      kernelPlan.errorPlanes.map { plane in
        SquaredError.sum(bundle.reference.frame.view(of: plane), distorted.frame.view(of: plane))
      }
    }
  }

  /// The values of all columns of one distorted frame that are known frame by frame.
  private func columns(
    adm: [[ADMSums]], vif: [[VIFSums]], squaredErrors: [UInt64]
  ) -> [Double] {
    var values: [Double] = []
    for (index, extractor) in plan.extractors.enumerated() {
      switch extractor {
      case .adm(let options):
        guard let position = kernelPlan.positions[index] else { continue }
        let sums = adm[position.group][position.gain]
        values += ADMScores(sums, options: options).values(of: extractor.outputs)
      case .vif:
        guard let position = kernelPlan.positions[index] else { continue }
        let sums = vif[position.group][position.gain]
        values += VIFScores(sums).values(of: extractor.outputs)
      case .psnr:
        guard let scale = psnrScales[index] else { continue }
        values += extractor.outputs.map { scale.value(of: $0, squaredErrors: squaredErrors) }
      case .motion:
        continue
      }
    }
    return values
  }
}

extension Frame {
  /// A view of one plane for the kernels; valid while the frame is.
  func view(of plane: Int) -> PlaneView {
    let plane = planes[plane]
    return PlaneView(
      base: UnsafeRawPointer(plane.base), bytesPerRow: plane.bytesPerRow, width: plane.width,
      height: plane.height, bitDepth: format.pixelFormat.bitDepth)
  }
}
