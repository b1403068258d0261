import Foundation
import Scoring
import Testing
import VideoIO
import _TestSupport

/// A decoder that never delivers must not keep a cancelled run from ending.
@Suite(.timeLimit(.minutes(1))) struct InterruptionTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// An `ffmpeg` that waits for ever after the frames that it is told to write, and an `ffprobe`
  /// that knows no file.
  private func hangingTools(writing clip: SyntheticClip) throws -> FFmpegTools {
    let video = try folder.write(clip, .distorted, as: "decoded.y4m")
    let script = try folder.write("#!/bin/sh\ncat '\(video)'\nexec sleep 1000\n", as: "ffmpeg")
    let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
    try FileManager.default.setAttributes(attributes, ofItemAtPath: script)
    return FFmpegTools(ffmpeg: script, ffprobe: nil)
  }

  @Test func blockedReadsEnd() async throws {
    let clip = SyntheticClip("clip", width: 64, height: 48, frameCount: 4, seed: 50)
    let tools = try hangingTools(
      writing: SyntheticClip("start", width: 64, height: 48, frameCount: 2, seed: 50))
    var request = ScoreRequest(
      reference: try folder.write(clip, .reference),
      distorted: [try folder.write("no video", as: "video.mkv")])
    request.distortedOptions.tools = tools
    let scoring = request
    let (frames, signal) = AsyncStream<Int>.makeStream()
    let task = Task {
      try await Scorer(scoring).run { signal.yield($0) }
    }
    // Two frames come; then the run waits for the third.
    for await count in frames where count == 2 { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
