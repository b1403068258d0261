import CKernels
public import Processor

/// The amount of motion between two pictures, in exact integer arithmetic.
///
/// The difference of both pictures is smoothed by a separable window of five taps; the measure
/// is the sum of absolute values. The difference is smoothed, and not the pictures, because that
/// is what libvmaf does from version 3.2 on (`integer_motion`); rounding makes it matter.
///
/// All instruction sets give the same bits. A kernel owns its workspace, so each thread needs
/// its own.
public final class MotionKernel {
  private let width: Int
  private let height: Int
  private let bitDepth: Int
  private let engine: any MotionEngine

  /// Allocates the workspace for pictures of one size.
  ///
  /// - Parameters:
  ///   - width: Samples in a row, at least 3.
  ///   - height: Rows, at least 3.
  ///   - bitDepth: Bits per sample, 8 to 16.
  ///   - instructionSet: The family of kernels; the processor has to support it.
  public init(width: Int, height: Int, bitDepth: Int, instructionSet: InstructionSet) {
    precondition(width >= 3 && height >= 3, "motion needs pictures of 3x3 or more")
    precondition((8...16).contains(bitDepth), "motion needs 8 to 16 bits per sample")
    precondition(instructionSet.isSupported, "the processor lacks \(instructionSet.rawValue)")
    self.width = width
    self.height = height
    self.bitDepth = bitDepth
    if bitDepth < 16, let kernels = Self.vectorKernels(instructionSet) {
      engine = MotionVector(width: width, height: height, bitDepth: bitDepth, kernels: kernels)
    } else {
      engine = MotionReference(width: width, height: height, bitDepth: bitDepth)
    }
  }

  /// The kernels of an instruction set, or `nil` for the scalar ones.
  private static func vectorKernels(
    _ instructionSet: InstructionSet
  ) -> UnsafePointer<ck_motion_kernels>? {
    switch instructionSet {
    case .scalar: nil
    case .avx2: ck_motion_avx2()
    case .avx512: ck_motion_avx512()
    case .neon: ck_motion_neon()
    }
  }

  /// Measures the motion from one picture to another.
  ///
  /// Rows need no padding and, but for 16-bit samples at even addresses, no alignment.
  ///
  /// - Returns: The sum over all pixels, in units of 1/256 of an 8-bit step.
  public func sad(previous: PlaneView, current: PlaneView) -> UInt64 {
    begin(previous: previous, current: current)
    return finish()
  }

  /// Starts on new pictures, of which no row has to be there yet.
  ///
  /// The views have to stay valid until ``finish()``.
  public func begin(previous: PlaneView, current: PlaneView) {
    for plane in [previous, current] {
      precondition(
        plane.width == width && plane.height == height && plane.bitDepth == bitDepth,
        "a picture has another size or depth than the motion kernel")
    }
    engine.begin(previous: previous, current: current)
  }

  /// Does the work for which the first `rows` rows of both pictures suffice.
  public func advance(rows: Int) { engine.advance(rows: rows) }

  /// Does the rest of the work: all rows are there.
  ///
  /// - Returns: The sum over all pixels, in units of 1/256 of an 8-bit step.
  public func finish() -> UInt64 { engine.finish() }
}

/// One way to compute motion.
protocol MotionEngine: AnyObject {
  func begin(previous: PlaneView, current: PlaneView)
  func advance(rows: Int)
  func finish() -> UInt64
}
