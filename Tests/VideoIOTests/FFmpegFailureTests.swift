import Foundation
import Testing

@testable import VideoIO

@Suite(
  "FFmpeg failing", .enabled(if: Installed.isComplete, "ffmpeg and ffprobe are not installed"))
struct FFmpegFailureTests {
  /// A file of many random frames, too much for a pipe to hold.
  static func largeClip(in folder: TemporaryFolder, name: String) throws -> String {
    let path = folder.path(name)
    try Installed.ffmpeg([
      "-f", "lavfi", "-i", "color=gray:s=320x240:r=25:d=4,noise=alls=100:allf=t", "-c:v", "mpeg4",
      "-q:v", "2", "-g", "5", "-movflags", "+faststart", path,
    ])
    return path
  }

  @Test(
    "A file that was cut off ends in an error", arguments: ["clip.mkv", "clip.mp4", "clip.avi"])
  func cutOff(name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = try Data(
      contentsOf: URL(fileURLWithPath: Self.largeClip(in: folder, name: name)))
    let path = try folder.file("cut-\(name)", bytes.prefix(bytes.count / 2))
    let video = try openVideo(path: path)
    let error = videoError { try video.source.readAll(.luma) }
    guard case .toolFailed(path, "ffmpeg", let message) = error else {
      Issue.record("\(name) gave \(String(describing: error))")
      return
    }
    #expect(!message.isEmpty)
    #expect(error?.kind == .badData)
    let again = videoError { try video.source.readAll(.luma) }
    #expect(again == error, "The failure stays.")
  }

  @Test("Damage in the middle ends in an error, unless it is to be concealed")
  func damaged() throws {
    let folder = try TemporaryFolder()
    var bytes = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: Self.largeClip(in: folder, name: "clip.mp4"))))
    var generator = SeededGenerator(state: 1)
    for position in bytes.count / 2..<bytes.count / 2 + 4000 {
      bytes[position] = UInt8.random(in: 0...255, using: &generator)
    }
    let path = try folder.file("damaged.mp4", bytes)
    let error = videoError { try openVideo(path: path).source.readAll(.luma) }
    guard case .toolFailed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    var options = VideoInputOptions()
    options.concealsDamage = true
    #expect(try openVideo(path: path, options: options).source.readAll(.luma).count >= 95)
  }

  @Test("What is no video is refused in FFmpeg's words")
  func noVideo() throws {
    let folder = try TemporaryFolder()
    let noise = try folder.file("noise.mkv", [UInt8](repeating: 3, count: 4096))
    guard
      case .toolFailed(noise, "ffprobe", let message) = videoError({
        try openVideo(path: noise)
      })
    else {
      Issue.record("noise was opened")
      return
    }
    #expect(message.contains("Invalid data"))
    let sound = folder.path("sound.wav")
    try Installed.ffmpeg(["-f", "lavfi", "-i", "sine=d=0.1", sound])
    guard case .unsupported = videoError({ try openVideo(path: sound) }) else {
      Issue.record("sound was opened")
      return
    }
  }

  @Test("A program that is no ffmpeg fails with its last words")
  func brokenProgram() throws {
    let folder = try TemporaryFolder()
    let clip = try Self.largeClip(in: folder, name: "clip.mkv")
    let script = "#!/bin/sh\necho first >&2\necho 'out of luck.' >&2\nexit 3\n"
    let program = try folder.file("ffmpeg", script.utf8)
    #expect(chmod(program, 0o700) == 0)
    var options = VideoInputOptions()
    options.tools.ffmpeg = program
    let video = try openVideo(path: clip, options: options)
    #expect(
      videoError { try video.source.readAll() }
        == .toolFailed(path: clip, tool: "ffmpeg", message: "out of luck"))
    // Neither a script nor a program: the system refuses to start it.
    options.tools.ffmpeg = try folder.file("text", "no program".utf8)
    let unstartable = try openVideo(path: clip, options: options)
    guard case .toolFailed = videoError({ try unstartable.source.readAll() }) else {
      Issue.record("text was run")
      return
    }
  }

  @Test("A chatty decoder cannot block on its messages")
  func chatty() throws {
    let folder = try TemporaryFolder()
    let clip = try Self.largeClip(in: folder, name: "clip.mkv")
    let script = """
      #!/bin/sh
      i=0; while [ $i -lt 20000 ]; do echo "a message of some length, number $i" >&2; i=$((i+1)); done
      exec \(try #require(Installed.tools.ffmpeg)) "$@"
      """
    let program = try folder.file("ffmpeg", script.utf8)
    #expect(chmod(program, 0o700) == 0)
    var options = VideoInputOptions()
    options.tools.ffmpeg = program
    #expect(try openVideo(path: clip, options: options).source.skip(1000) == 100)
  }

  #if os(Linux)
    @Test("The decoder dies with its source, and leaves no zombie")
    func released() throws {
      let folder = try TemporaryFolder()
      let clip = try Self.largeClip(in: folder, name: "clip.mkv")
      var children: [Int] = []
      do {
        let video = try openVideo(path: clip)
        #expect(try video.source.skip(1) == 1)
        children = Self.processes(reading: clip)
      }
      #expect(children.count == 1)
      #expect(Self.areGone(children))
    }

    @Test("Interrupting from another thread ends a blocked read", .timeLimit(.minutes(1)))
    func interrupted() throws {
      let folder = try TemporaryFolder()
      let clip = try Self.largeClip(in: folder, name: "clip.mkv")
      // A decoder that never gives a frame, below a shell.
      let note = folder.path("note")
      let program = try folder.file(
        "ffmpeg", "#!/bin/sh\nsleep 100 &\necho $! >\(note)\nwait\n".utf8)
      #expect(chmod(program, 0o700) == 0)
      var options = VideoInputOptions()
      options.tools.ffmpeg = program
      let source = try openVideo(path: clip, options: options).source
      let interrupt = source.interrupt
      Thread.detachNewThread {
        while FileManager.default.contents(atPath: note)?.isEmpty != false {
          Thread.sleep(forTimeInterval: 0.02)
        }
        interrupt()
      }
      #expect(videoError { try source.skip(1) } == .cancelled(path: clip))
      #expect(videoError { try source.skip(1) } == .cancelled(path: clip))
      #expect(VideoError.cancelled(path: clip).kind == .runtime)

      let sleeper = try String(contentsOfFile: note, encoding: .utf8)
      let sleeperID = try #require(Int(sleeper.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(Self.hasEnded(sleeperID))

      let early = try openVideo(path: clip, options: options).source
      early.interrupt()
      #expect(videoError { try early.skip(1) } == .cancelled(path: clip))
    }

    @Test("Many decoders that block their threads all come to an end", .timeLimit(.minutes(2)))
    func crowd() async throws {
      let folder = try TemporaryFolder()
      let clip = try Self.largeClip(in: folder, name: "clip.mkv")
      // More than there are threads in the concurrency pool, all of them blocked there.
      let counts = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<12 {
          group.addTask { try openVideo(path: clip).source.skip(1000) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts == [Int](repeating: 100, count: 12))
      #expect(Self.processes(reading: clip).isEmpty)
    }

    /// The running processes whose command line names a file.
    private static func processes(reading path: String) -> [Int] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return names.compactMap(Int.init).filter { process in
        let command = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        return String(decoding: command, as: UTF8.self).contains("file:\(path)")
      }
    }

    /// Whether a process has ended within some seconds; whoever adopted it may not have reaped it.
    private static func hasEnded(_ process: Int) -> Bool {
      for _ in 0..<200 {
        if FileManager.default.contents(atPath: "/proc/\(process)/cmdline")?.isEmpty != false {
          return true
        }
        Thread.sleep(forTimeInterval: 0.05)
      }
      return false
    }

    /// Whether processes have ended and were reaped, within some seconds.
    private static func areGone(_ processes: [Int]) -> Bool {
      for _ in 0..<200 {
        if !processes.contains(where: { FileManager.default.fileExists(atPath: "/proc/\($0)") }) {
          return true
        }
        Thread.sleep(forTimeInterval: 0.05)
      }
      return false
    }
  #endif
}
