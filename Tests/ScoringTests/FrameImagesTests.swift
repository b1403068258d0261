import Foundation
import Scoring
import StillImages
import Testing
import VideoIO
import _TestSupport

@Suite struct FrameImagesTests {
  let folder: ScratchFolder
  private let clip = SyntheticClip("show", width: 66, height: 38, frameCount: 6, seed: 5)
  private let deep = SyntheticClip(
    "deep", width: 66, height: 38, frameCount: 6, seed: 5, bitDepth: 10)

  init() throws { folder = try ScratchFolder() }

  private func request(_ distorted: Int = 1) throws -> ScoreRequest {
    let paths = try (0..<distorted).map { index in
      let kind: SyntheticClip.Kind = [.texture, .inverted][index % 2]
      let other = SyntheticClip(
        "other\(index)", width: 66, height: 38, frameCount: 6, seed: 5, kind: kind)
      return try folder.write(other, .distorted)
    }
    return ScoreRequest(reference: try folder.write(clip, .reference), distorted: paths)
  }

  /// The grey that a limited-range luma sample becomes.
  private func grey(_ luma: UInt16) -> Int {
    Int(min(max((Double(luma) - 16) * 255 / 219, 0), 255).rounded())
  }

  @Test func showsTheFramesThatWereAskedFor() async throws {
    let images = FrameImages(try request())
    let found = try await images.comparisons(of: [[4, 0, 4]])
    #expect(found.count == 1 && found[0].map(\.frame) == [4, 0, 4])
    for comparison in found[0] {
      let (reference, distorted) = clip.luma(frame: comparison.frame)
      for y in 0..<clip.height {
        for x in 0..<clip.width {
          let index = y * clip.width + x
          let left = Int(comparison.reference[x, y].green)
          let right = Int(comparison.distorted[x, y].green)
          #expect(abs(left - grey(reference[index])) <= 1)
          #expect(abs(right - grey(distorted[index])) <= 1)
          #expect(Int(comparison.difference[x, y].green) == min(abs(left - right) * 8, 255))
        }
      }
    }
  }

  @Test func depthMakesNoDifference() async throws {
    let shallow = try await FrameImages(try request()).comparison(of: 3)
    let deepRequest = ScoreRequest(
      reference: try folder.write(deep, .reference), distorted: [try folder.write(deep, .distorted)]
    )
    let other = try await FrameImages(deepRequest).comparison(of: 3)
    // The reference's extra bits are noise below one level of 8 bits.
    for (a, b) in zip(shallow.distorted.samples, other.distorted.samples) { #expect(a == b) }
    for (a, b) in zip(shallow.reference.samples, other.reference.samples) {
      #expect(abs(Int(a) - Int(b)) <= 2)
    }
  }

  @Test func eachVideoHasItsOwnFrames() async throws {
    let images = FrameImages(try request(3))
    let found = try await images.comparisons(of: [[5], [], [1, 5]])
    #expect(found.map { $0.map(\.frame) } == [[5], [], [1, 5]])
    #expect(found[0][0].reference == found[2][1].reference)
    let alone = try await images.comparison(of: 1, distorted: 2)
    #expect(alone.distorted == found[2][0].distorted)
    #expect(try await images.comparisons(of: []).isEmpty)
  }

  @Test func numbersCountFromTheFirstScoredFrame() async throws {
    var request = try request()
    let plain = try await FrameImages(request).comparison(of: 3)
    request.skippedReferenceFrames = 3
    request.skippedDistortedFrames = 3
    let skipped = try await FrameImages(request).comparison(of: 0)
    #expect(skipped.reference == plain.reference && skipped.distorted == plain.distorted)
  }

  @Test func picturesFitTheSize() async throws {
    let images = FrameImages(try request(), maximumSize: (33, 33))
    let comparison = try await images.comparison(of: 2)
    for image in [comparison.reference, comparison.distorted, comparison.difference] {
      #expect(image.width == 33 && image.height == 19)
    }
  }

  @Test func framesThatAreNotThereAreNamed() async throws {
    let request = try request()
    let images = FrameImages(request)
    await #expect(throws: FrameImagesError.noSuchFrame(6, path: request.reference)) {
      try await images.comparison(of: 6)
    }
    await #expect(throws: FrameImagesError.noSuchVideo(1, count: 1)) {
      try await images.comparison(of: 0, distorted: 1)
    }
    await #expect(throws: FrameImagesError.noSuchFrame(-1, path: request.reference)) {
      try await images.comparison(of: -1)
    }
  }

  @Test func standardInputCannotBeReadAgain() async throws {
    var request = try request()
    request.reference = "-"
    let images = FrameImages(request)
    #expect(!images.canReopenInputs)
    await #expect(throws: FrameImagesError.cannotReopen("-")) {
      try await images.comparison(of: 0)
    }
  }

  /// A decoder that never delivers does not keep a cancelled task waiting.
  @Test(.timeLimit(.minutes(1))) func cancellationEndsReading() async throws {
    let short = SyntheticClip("short", width: 66, height: 38, frameCount: 3, seed: 5)
    let start = try folder.write(short, .distorted)
    let script = try folder.write("#!/bin/sh\ncat '\(start)'\nexec sleep 1000\n", as: "ffmpeg")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
    var request = ScoreRequest(
      reference: try folder.write(clip, .reference),
      distorted: [try folder.write("no video", as: "endless.mkv")])
    request.distortedOptions.tools = FFmpegTools(ffmpeg: script, ffprobe: nil)
    let images = FrameImages(request)
    // The decoder has three frames and then waits for ever.
    let reading = Task { try await images.comparison(of: 5) }
    try await Task.sleep(for: .milliseconds(200))
    reading.cancel()
    await #expect(throws: CancellationError.self) { try await reading.value }
  }
}
