import Alignment
import Features
import Foundation
import Scoring
import Testing
import VideoIO
import _TestSupport

/// What scoring makes of videos that are not in step.
@Suite struct AlignedScoringTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func clip(_ name: String, frames: Int) -> SyntheticClip {
    SyntheticClip(name, width: 96, height: 64, frameCount: frames, seed: 40)
  }

  /// A reference, and two distorted versions of which the second starts three frames later.
  private func videos() async throws -> (reference: String, distorted: [String]) {
    let clip = clip("scene", frames: 24)
    let reference = try folder.write(clip, .reference)
    let distorted = try folder.write(clip, .distorted)
    return (reference, [distorted, try folder.droppingFrames(3, of: distorted, as: "late.y4m")])
  }

  private func score(_ request: ScoreRequest) async throws -> ScoreRun {
    try await Scorer(request).run()
  }

  @Test func checkingWarnsAndChangesNothing() async throws {
    let (reference, distorted) = try await videos()
    var request = ScoreRequest(reference: reference, distorted: distorted)
    let checked = try await score(request)
    #expect(checked.results.map { $0.alignment?.time.offset } == [0, 3])
    let warnings = checked.findings.filter { $0.contains("--frame_skip_ref 3") }
    #expect(warnings.count == 1 && warnings[0].hasPrefix("warning: \(distorted[1]) starts"))

    request.alignment = .off
    let unchecked = try await score(request)
    #expect(unchecked.results.map(\.table) == checked.results.map(\.table))
    #expect(unchecked.results.allSatisfy { $0.alignment == nil })
    #expect(!unchecked.findings.contains { $0.contains("--frame_skip_ref") })
  }

  @Test func correctingEqualsSkippingByHand() async throws {
    let (reference, distorted) = try await videos()
    var request = ScoreRequest(reference: reference, distorted: [distorted[1]])
    request.alignment = .auto
    let corrected = try await score(request)
    #expect(corrected.findings.contains { $0.contains("first 3 frames") })
    #expect(corrected.results[0].alignment?.time.offset == 0)

    request.alignment = .check
    request.skippedReferenceFrames = 3
    let byHand = try await score(request)
    #expect(byHand.results[0].table == corrected.results[0].table)
  }

  @Test func ladderOfDifferentOffsets() async throws {
    let (reference, distorted) = try await videos()
    var request = ScoreRequest(reference: reference, distorted: distorted)
    request.alignment = .auto
    let run = try await score(request)
    // Both show the same frames now.
    #expect(run.results[0].table == run.results[1].table)
    #expect(run.results[0].frameCount == 21)
    #expect(run.results.allSatisfy { $0.alignment?.isAligned == true })
  }

  @Test func subsamplingIsNotChecked() async throws {
    let (reference, distorted) = try await videos()
    var request = ScoreRequest(reference: reference, distorted: distorted)
    request.subsample = 4
    let run = try await score(request)
    #expect(run.results.allSatisfy { $0.alignment == nil })
  }

  @Test func timesAddUp() async throws {
    let (reference, distorted) = try await videos()
    let timings = try await score(
      ScoreRequest(reference: reference, distorted: distorted)
    ).timings
    #expect(timings.opening > 0 && timings.features > 0 && timings.prediction > 0)
    #expect(timings.reading > 0 && timings.watching > 0)
    #expect(timings.reading + timings.watching < timings.features)
  }
}

extension ScratchFolder {
  /// Writes a Y4M file again without its first frames.
  fileprivate func droppingFrames(_ count: Int, of path: String, as name: String) throws -> String {
    let video = try openVideo(path: path)
    let bytes = try contents(of: path)
    let header = bytes.prefix { $0 != UInt8(ascii: "\n") }.count + 1
    let frame = video.source.format.frameByteCount + 6
    return try write(bytes.prefix(header) + bytes.dropFirst(header + count * frame), as: name)
  }
}
