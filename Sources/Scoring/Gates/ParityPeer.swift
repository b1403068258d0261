import Corpus
import Evaluation
import Features
import GoldenClips
public import VideoIO

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Another program that computes features and scores.
public protocol ParityPeer: Sendable {
  /// What reports call it, with its version.
  var name: String { get }
  /// Whether it can be made to compute as the scalar reference does; otherwise it is compared only
  /// on natural pictures from 544 samples of width on, where libvmaf's vector code is exact.
  var isScalar: Bool { get }
  /// The decimals that it prints.
  var decimals: Int { get }

  /// Its values of every frame of two raw videos, by libvmaf's names.
  func values(
    reference: String, distorted: String, format: VideoFormat, frameCount: Int
  ) async throws -> [String: [Double]]
}

extension ParityGate {
  /// The values that a peer prints, to half a unit of its last decimal, but no more than four.
  func peerFindings(_ progress: Progress) async throws -> Findings {
    guard let peer else {
      return Findings(
        lanes: [
          .init(name: "peer", isExact: false, skipped: "no program was given; --peer names one")
        ])
    }
    let clips = peerClips(peer)
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "tinyvmaf-gate-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let (reference, distorted) = (
      scratch.appending(path: "reference.yuv").path, scratch.appending(path: "distorted.yuv").path
    )
    var ours = ParityTrace()
    var theirs = ParityTrace()
    for (index, description) in clips.enumerated() {
      progress(.peer, index, clips.count)
      let clip = ParityClip(description)
      try clip.write(clip.reference, to: reference)
      try clip.write(clip.distorted[0], to: distorted)
      let format = clip.referenceSource().format
      let values = try await peer.values(
        reference: reference, distorted: distorted, format: format,
        frameCount: description.frameCount)
      let shared = try await scalarColumns(of: clip).filter {
        values[$0.name.rawValue]?.count == description.frameCount
      }
      let places = (0..<description.frameCount).map { "\(description.name), frame \($0)" }
      ours.append(places, shared.map { ($0.name.rawValue, .double($0.values)) })
      theirs.append(
        places, shared.map { ($0.name.rawValue, .double(values[$0.name.rawValue] ?? [])) })
    }
    guard !ours.names.isEmpty else { throw ScoringError.peerWithoutValues(peer.name) }
    let unit = (0..<min(peer.decimals, 4)).reduce(1.0) { unit, _ in unit / 10 }
    let bound = GateBudgets.Bound(ulp: .max, percentile999: .max, difference: unit / 2)
    let lane = "peer: \(peer.name)"
    let cells = try theirs.cells(lane: lane, against: ours) { _ in bound }
    let content =
      "\(clips.count) clips, \(ours.places.count) frames, "
      + "\(peer.decimals) decimals"
    return Findings(
      lanes: [.init(name: lane, isExact: false, content: content)], cells: cells)
  }

  /// The clips that a peer can be held to.
  private func peerClips(_ peer: any ParityPeer) -> [ParityClip.Description] {
    guard peer.isScalar else {
      let sizes = [(576, 324), (640, 360), (720, 404)]
      return sizes.enumerated().map { index, size in
        .init(
          picture: .scene([.meadow, .bricks, .zoom][index]), width: size.0, height: size.1,
          bitDepth: index == 1 ? 10 : 8)
      }
    }
    return ParityContent.clips(isShort: true)
  }
}
