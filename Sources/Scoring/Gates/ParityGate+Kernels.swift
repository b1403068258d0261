import Evaluation
import GoldenClips
import PixelKernels
import Processor
import VideoIO

extension ParityGate {
  /// The integer sums of VIF, ADM and motion, at every width: no rounding hides a difference.
  func kernelFindings(_ progress: Progress) throws -> Findings {
    let clips = ParityContent.kernelClips(isShort: isShort)
    let sets = comparedSets
    var reference = ParityTrace()
    var lanes = sets.map { _ in ParityTrace() }
    for (index, description) in clips.enumerated() {
      try Task.checkCancellation()
      progress(.kernels, index, clips.count)
      let frames = try KernelFrames(ParityClip(description))
      try reference.append(frames.places, frames.sums(of: .scalar, together: false))
      for (lane, set) in sets.enumerated() {
        try lanes[lane].append(frames.places, frames.sums(of: set, together: true))
      }
    }
    var findings = Findings()
    let widths =
      "\(clips.count) frame pairs, widths \(clips.first?.width ?? 0) to "
      + "\(clips.last?.width ?? 0), ladders of \(ParityClip.rungCount)"
    for (set, trace) in zip(sets, lanes) {
      findings += try self.findings(
        lane: "kernels: \(set.rawValue)", trace, against: reference, content: widths)
    }
    findings.lanes += absentSets("kernels")
    return findings
  }
}

/// The first two frames of a clip, in memory that kernels can read.
private struct KernelFrames {
  let clip: ParityClip
  let previous: Frame
  let reference: Frame
  let distorted: [Frame]

  init(_ clip: ParityClip) throws {
    self.clip = clip
    previous = try Self.frame(0, of: clip.referenceSource())
    reference = try Self.frame(1, of: clip.referenceSource())
    distorted = try clip.distorted.indices.map { try Self.frame(1, of: clip.distortedSource($0)) }
  }

  private static func frame(_ index: Int, of source: LumaSource) throws -> Frame {
    let frame = Frame(format: source.format, selection: .luma)
    _ = try source.skip(index)
    _ = try source.read(into: frame, planes: .luma)
    return frame
  }

  /// Where the rows of the sums come from.
  var places: [String] { distorted.indices.map { "\(clip.description.name), version \($0 + 1)" } }

  /// The sums of all kernels.
  ///
  /// - Parameter together: Whether all distorted frames go through the kernels in one call.
  func sums(
    of set: InstructionSet, together: Bool
  ) throws -> [(name: String, values: ParityTrace.Values)] {
    let groups = together ? [distorted] : distorted.map { [$0] }
    let (width, height) = (clip.description.width, clip.description.height)
    let depth = clip.description.bitDepth
    let original = reference.lumaView
    var columns: [(name: String, values: ParityTrace.Values)] = []

    let motion = MotionKernel(width: width, height: height, bitDepth: depth, instructionSet: set)
    let sad = Int64(motion.sad(previous: previous.lumaView, current: original))
    columns.append(("motion sum", .integer(distorted.map { _ in sad })))

    let vif = groups.flatMap { group in
      let kernel = VIFKernel(
        width: width, height: height, bitDepth: depth, distortedCount: group.count,
        gainLimits: Self.gainLimits, instructionSet: set)
      return kernel.analyze(reference: original, distorted: group.map(\.lumaView))
    }
    for (limit, gain) in Self.gainLimits.enumerated() {
      for scale in 0..<4 {
        let sums = vif.map { $0[limit].scales[scale] }
        let name = "vif scale \(scale), gain \(Int(gain)):"
        columns += [
          ("\(name) numerator", .integer(sums.map(\.numeratorLog))),
          ("\(name) denominator", .integer(sums.map(\.denominatorLog))),
          ("\(name) flat numerator", .integer(sums.map(\.numeratorNonLog))),
          ("\(name) flat denominator", .integer(sums.map(\.denominatorNonLog))),
        ]
      }
    }

    for (label, configuration) in try Self.configurations() {
      let adm = groups.flatMap { group in
        let kernel = ADMKernel(
          width: width, height: height, bitDepth: depth, distortedCount: group.count,
          gainLimits: Self.gainLimits, configuration: configuration, instructionSet: set)
        return kernel.analyze(reference: original, distorted: group.map(\.lumaView))
      }
      for (limit, gain) in Self.gainLimits.enumerated() {
        for scale in 0..<4 {
          let sums = adm.map { $0[limit].scales[scale] }
          let name = "adm\(label) scale \(scale), gain \(Int(gain)):"
          for (band, sum) in Self.bands {
            columns += [
              ("\(name) numerator \(band)", .integer(sums.map { sum($0.numerator) })),
              ("\(name) denominator \(band)", .integer(sums.map { sum($0.denominator) })),
              ("\(name) additive \(band)", .integer(sums.map { sum($0.additive) })),
            ]
          }
        }
      }
    }
    return columns
  }

  private static let gainLimits = [100.0, 1.0]
  private static let bands: [(String, @Sendable (ADMBandSums) -> Int64)] = [
    ("h", { $0.h }), ("v", { $0.v }), ("d", { $0.d }),
  ]

  /// The default sensitivity function and the fixed one of newer models.
  private static func configurations() throws -> [(String, ADMConfiguration)] {
    [
      ("", ADMConfiguration(computeAIM: true)),
      (" with fixed weights", try ADMConfiguration(csfMode: 2, computeAIM: true)),
    ]
  }
}

extension Frame {
  /// A view of the luma plane for kernels; valid while the frame is.
  fileprivate var lumaView: PlaneView {
    PlaneView(
      base: UnsafeRawPointer(planes[0].base), bytesPerRow: planes[0].bytesPerRow,
      width: planes[0].width, height: planes[0].height, bitDepth: format.pixelFormat.bitDepth)
  }
}
