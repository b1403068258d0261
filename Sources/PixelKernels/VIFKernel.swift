import CKernels
public import Processor

/// Visual information fidelity of distorted pictures, in exact integer arithmetic.
///
/// A statistical model of natural pictures says how much information the eye can extract from a
/// neighbourhood of the reference, and how much of it is left after the distortion. The picture
/// is measured at four scales; each scale's score is the ratio of the two sums over all pixels
/// (Sheikh and Bovik, "Image information and visual quality", 2006; the fixed-point form is
/// libvmaf's `integer_vif`). Work is shared where it can be: one kernel measures several
/// distorted pictures against the same reference, for several gain limits, at once.
///
/// All instruction sets give the same bits. A kernel owns its workspace, so each thread needs
/// its own.
///
///     let kernel = VIFKernel(width: 1920, height: 1080, bitDepth: 8, instructionSet: .best)
///     let scores = kernel.analyze(reference: frame, distorted: [other])[0][0].scores
///
/// - Note: Pictures are at least 33 samples wide and high, as libvmaf's other features need.
public final class VIFKernel {
  private let engine: any VIFEngine

  /// Allocates the workspace for pictures of one size.
  ///
  /// - Parameters:
  ///   - width: Samples in a row, at least 33.
  ///   - height: Rows, at least 33.
  ///   - bitDepth: Bits per sample, 8 to 16.
  ///   - distortedCount: The number of distorted pictures for each reference.
  ///   - gainLimits: Upper bounds of the gain between reference and distorted picture: 100 for
  ///     the usual score, 1 for the one that gives no credit for enhancement.
  ///   - skipScale0: Whether full resolution is only decimated, not measured.
  ///   - instructionSet: The family of kernels; the processor has to support it.
  public init(
    width: Int, height: Int, bitDepth: Int, distortedCount: Int = 1, gainLimits: [Double] = [100],
    skipScale0: Bool = false, instructionSet: InstructionSet
  ) {
    precondition(width >= 33 && height >= 33, "VIF needs pictures of 33x33 or more")
    precondition((8...16).contains(bitDepth), "VIF needs 8 to 16 bits per sample")
    precondition(distortedCount >= 1 && !gainLimits.isEmpty, "VIF has nothing to measure")
    precondition(instructionSet.isSupported, "the processor lacks \(instructionSet.rawValue)")
    let geometry = VIFGeometry(
      width: width, height: height, bitDepth: bitDepth, distortedCount: distortedCount,
      gainLimits: gainLimits, skipScale0: skipScale0)
    engine =
      Self.vectorKernels(instructionSet).map { VIFVector(geometry, kernels: $0) }
      ?? VIFReference(geometry)
  }

  /// The kernels of an instruction set, or `nil` for the scalar ones.
  static func vectorKernels(
    _ instructionSet: InstructionSet
  ) -> UnsafePointer<ck_vif_kernels>? {
    switch instructionSet {
    case .scalar: nil
    case .avx2: ck_vif_avx2()
    case .avx512: ck_vif_avx512()
    case .neon: ck_vif_neon()
    }
  }

  /// Measures distorted pictures against their reference.
  ///
  /// Rows need no padding and, but for 16-bit samples at even addresses, no alignment.
  ///
  /// - Parameters:
  ///   - reference: The reference picture, of the kernel's size and depth.
  ///   - distorted: As many distorted pictures as the kernel was made for.
  /// - Returns: For each distorted picture the sums of each gain limit.
  public func analyze(reference: PlaneView, distorted: [PlaneView]) -> [[VIFSums]] {
    begin(reference: reference, distorted: distorted)
    return finish()
  }

  /// Starts on new pictures, of which no row has to be there yet.
  ///
  /// The views have to stay valid until ``finish()``.
  public func begin(reference: PlaneView, distorted: [PlaneView]) {
    engine.begin(reference: reference, distorted: distorted)
  }

  /// Does the work for which the first `rows` rows of all pictures suffice.
  public func advance(rows: Int) { engine.advance(rows: rows) }

  /// Does the rest of the work: all rows are there.
  ///
  /// - Returns: For each distorted picture the sums of each gain limit.
  public func finish() -> [[VIFSums]] { engine.finish() }
}

/// What a VIF kernel was made for.
struct VIFGeometry {
  let width: Int
  let height: Int
  let bitDepth: Int
  let distortedCount: Int
  let gainLimits: [Double]
  let skipScale0: Bool

  /// Stops a caller whose pictures would be read out of bounds.
  func check(_ reference: PlaneView, _ distorted: [PlaneView]) {
    precondition(distorted.count == distortedCount, "wrong number of distorted pictures")
    for plane in [reference] + distorted {
      precondition(
        plane.width == width && plane.height == height && plane.bitDepth == bitDepth,
        "a picture has another size or depth than the VIF kernel")
    }
  }
}

/// One way to compute VIF.
protocol VIFEngine: AnyObject {
  func begin(reference: PlaneView, distorted: [PlaneView])
  func advance(rows: Int)
  func finish() -> [[VIFSums]]
}
