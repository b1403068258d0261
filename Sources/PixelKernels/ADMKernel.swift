public import Processor

/// ADM of one reference frame and one or several distorted frames of the same size.
///
/// ADM (additive detail metric, Li, Zhang, Ma and Ngan 2011, in libvmaf's fixed-point form) asks
/// how much of the reference's wavelet detail survives. The kernel is exact: its integer sums
/// are the same for every instruction set and equal those of libvmaf's scalar path.
///
/// What depends on the reference alone is computed once for all distorted frames, and what does
/// not depend on the gain limit once for all limits.
///
/// A kernel owns its workspace and is reused from frame to frame; it is not meant to be shared
/// between threads. Call either ``analyze(reference:distorted:)``, or ``begin(reference:distorted:)``,
/// ``advance(rows:)`` as rows become available, and ``finish()``.
public final class ADMKernel {
  /// The luma samples in a row.
  public let width: Int
  /// The luma rows.
  public let height: Int
  /// Bits per sample, 8 to 16.
  public let bitDepth: Int
  /// The number of distorted frames that one call takes.
  public let distortedCount: Int
  /// The limits of the enhancement gain, each from 1 to 100; eight at most.
  public let gainLimits: [Double]
  private let engine: Engine
  /// Either the vector pipeline, or the scalar reference and the frames that it waits for.
  private enum Engine {
    case pipeline(ADMPipeline)
    case scalar(ADMReference)
  }
  private var frames: (reference: PlaneView, distorted: [PlaneView])?

  /// Makes the workspace for frames of one size.
  ///
  /// - Parameters:
  ///   - width: Luma samples in a row, at least 33.
  ///   - height: Luma rows, at least 33.
  ///   - bitDepth: Bits per sample, 8 to 16.
  ///   - distortedCount: The number of distorted frames per call, at least 1.
  ///   - gainLimits: The limits of the enhancement gain (libvmaf's `adm_enhn_gain_limit`), each
  ///     from 1 to 100: 100 for VMAF, 1 for VMAF NEG.
  ///   - configuration: Viewing conditions and wanted results.
  ///   - instructionSet: The family of kernels; the results do not depend on it.
  public init(
    width: Int, height: Int, bitDepth: Int, distortedCount: Int = 1,
    gainLimits: [Double] = [100], configuration: ADMConfiguration = .init(),
    instructionSet: InstructionSet
  ) {
    precondition((8...16).contains(bitDepth), "samples have 8 to 16 bits")
    precondition(distortedCount >= 1, "at least one distorted frame is needed")
    precondition((1...8).contains(gainLimits.count), "one to eight gain limits are needed")
    precondition(
      gainLimits.allSatisfy { (1...100).contains($0) }, "gain limits lie between 1 and 100")
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
    self.distortedCount = distortedCount
    self.gainLimits = gainLimits
    let pipeline = ADMPipeline(
      width: width, height: height, bitDepth: bitDepth, distortedCount: distortedCount,
      gainLimits: gainLimits, configuration: configuration, instructionSet: instructionSet)
    if let pipeline {
      engine = .pipeline(pipeline)
    } else {
      engine = .scalar(
        ADMReference(
          width: width, height: height, gainLimits: gainLimits, configuration: configuration))
    }
  }

  /// The sums of every distorted frame (outer index) and gain limit (inner index).
  ///
  /// The planes must have the size and depth of the kernel, rows that start at multiples of 64
  /// bytes, and at least 64 readable bytes after each row. A sample above the maximum of the bit
  /// depth is not an error, but makes the result depend on the instruction set.
  public func analyze(reference: PlaneView, distorted: [PlaneView]) -> [[ADMSums]] {
    begin(reference: reference, distorted: distorted)
    advance(rows: height)
    return finish()
  }

  /// Starts on new frames, of which no row needs to be there yet.
  ///
  /// The planes must stay valid until ``finish()`` returns; for their layout see
  /// ``analyze(reference:distorted:)``.
  public func begin(reference: PlaneView, distorted: [PlaneView]) {
    for plane in [reference] + distorted {
      precondition(
        plane.width == width && plane.height == height && plane.bitDepth == bitDepth,
        "the planes must have the kernel's size and bit depth")
    }
    precondition(distorted.count == distortedCount, "the kernel was made for another count")
    frames = (reference, distorted)
    if case .pipeline(let pipeline) = engine {
      pipeline.begin(reference: reference, distorted: distorted)
    }
  }

  /// Computes what the first `rows` rows of all frames allow.
  ///
  /// Doing this in small steps lets other kernels share the rows while they are in the cache.
  public func advance(rows: Int) {
    if frames != nil, case .pipeline(let pipeline) = engine { pipeline.advance(rows: rows) }
  }

  /// Computes the rest and returns the sums of every distorted frame (outer index) and gain
  /// limit (inner index); all rows must be there.
  public func finish() -> [[ADMSums]] {
    guard let frames else { preconditionFailure("begin must be called before finish") }
    self.frames = nil
    switch engine {
    case .pipeline(let pipeline): return pipeline.finish()
    case .scalar(let reference):
      return reference.analyze(reference: frames.reference, distorted: frames.distorted)
    }
  }
}
