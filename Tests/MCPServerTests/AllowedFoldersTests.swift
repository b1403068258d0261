import Foundation
import Testing

@testable import MCPServer

@Suite struct AllowedFoldersTests {
  @Test func resolvesWhatIsInside() throws {
    let scratch = try ScratchFolder()
    let videos = try scratch.makeFolder("videos")
    let file = try scratch.write("videos/a.y4m", [1])
    _ = try scratch.makeFolder("videos/deep")
    _ = try scratch.link("videos/deep/inside.y4m", to: "../a.y4m")
    _ = try scratch.link("shortcut", to: videos)
    let folders = try AllowedFolders([videos])
    for path in [
      file, "a.y4m", "./a.y4m", "deep/../a.y4m", "deep/inside.y4m", "\(videos)//a.y4m",
      "\(videos)/deep/../a.y4m",
    ] {
      #expect(try folders.resolve(path) == file)
    }
    // A folder that is itself reached by a link works by both names.
    let linked = try AllowedFolders(["\(scratch.path)/shortcut"])
    #expect(try linked.resolve("\(scratch.path)/shortcut/a.y4m") == file)
    #expect(try linked.resolve(file) == file)
  }

  @Test(arguments: [
    "../secret.y4m", "deep/../../secret.y4m", "/etc/passwd", "SCRATCH/secret.y4m",
    "SCRATCH/videos/../secret.y4m", "SCRATCH/videosecret/b.y4m", "out.y4m", "outfolder/secret.y4m",
    "chain.y4m", "absolute.y4m", "/proc/self/environ", "/proc/self/root/etc/passwd",
    "/proc/self/cwd/secret.y4m", "/sys/kernel/version", "/dev/zero", "/dev/stdin", "device",
    "process", "pipe", "deep", "", "-", "missing.y4m", "http://example.com/a.mp4",
    "https://example.com/a.mp4", "file:///etc/passwd", "concat:a.y4m|/etc/passwd",
    "subfile,,start,0,end,0,,:/etc/passwd", "data:video/mp4;base64,AAAA", "crypto:a.y4m",
    "rtmp://example.com/live", "tcp://127.0.0.1:22", "a.y4m\u{0}.mp4", "a.y4m\n", "~/a.y4m",
    "$HOME/a.y4m", "a.y4m/", "A".padding(toLength: 5000, withPad: "A", startingAt: 0),
  ])
  func refusesWhatIsOutside(path: String) throws {
    let scratch = try ScratchFolder()
    let videos = try scratch.makeFolder("videos")
    _ = try scratch.makeFolder("videos/deep")
    _ = try scratch.makeFolder("videosecret")
    _ = try scratch.write("videosecret/b.y4m", [1])
    let secret = try scratch.write("secret.y4m", [1])
    _ = try scratch.write("videos/a.y4m", [1])
    _ = try scratch.link("videos/out.y4m", to: "../secret.y4m")
    _ = try scratch.link("videos/outfolder", to: scratch.path)
    _ = try scratch.link("videos/chain.y4m", to: "out.y4m")
    _ = try scratch.link("videos/absolute.y4m", to: secret)
    _ = try scratch.link("videos/device", to: "/dev/zero")
    _ = try scratch.link("videos/process", to: "/proc/self/environ")
    mkfifo("\(videos)/pipe", 0o600)
    let folders = try AllowedFolders([videos])
    let real = path.replacingOccurrences(of: "SCRATCH", with: scratch.path)
    if path == "a.y4m/" {
      // The slash says nothing: it is the same file.
      #expect(try folders.resolve(real) == "\(videos)/a.y4m")
      return
    }
    #expect(throws: AccessError.self) { try folders.resolve(real) }
  }

  /// Whether something outside exists must not be told.
  @Test func saysTheSameOfAllThatIsOutside() throws {
    let scratch = try ScratchFolder()
    let folders = try AllowedFolders([try scratch.makeFolder("videos")])
    var sentences: Set<String> = []
    for path in ["/etc/passwd", "/etc/no-such-file"] {
      do {
        _ = try folders.resolve(path)
        Issue.record("\(path) was allowed")
      } catch {
        sentences.insert(error.description.replacingOccurrences(of: path, with: ""))
      }
    }
    #expect(sentences.count == 1)
  }

  @Test func refusesSystemFoldersEvenBelowTheRoot() throws {
    let folders = try AllowedFolders(["/"])
    #expect(try folders.resolve("/etc/passwd") == "/etc/passwd")
    for path in ["/proc/self/environ", "/dev/zero", "/sys/kernel"] {
      #expect(throws: AccessError.self) { try folders.resolve(path) }
    }
  }

  @Test func saysHowToAllowFolders() throws {
    let none = try AllowedFolders([])
    do {
      _ = try none.resolve("a.y4m")
      Issue.record("it was allowed")
    } catch {
      #expect(error.description.contains("--allow"))
    }
    #expect(throws: AccessError.self) { try AllowedFolders(["/no/such/folder"]) }
  }

  @Test func doesNotAllowTheHomeFolderByItself() throws {
    let current = FileManager.default.currentDirectoryPath
    #expect(AllowedFolders.standard(home: current).paths.isEmpty)
    #expect(AllowedFolders.standard(home: nil).paths.count == 1)
  }
}
