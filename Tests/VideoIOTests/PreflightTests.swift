import Testing

@testable import VideoIO

@Suite("Preflight")
struct PreflightTests {
  /// A case: what differs, and what is to be found.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var severity: PreflightFinding.Severity
    var topic: PreflightFinding.Topic
    /// A part of the message.
    var words: String
    var change: @Sendable (_ reference: inout VideoProbe, _ distorted: inout VideoProbe) -> Void

    init(
      _ description: String, _ severity: PreflightFinding.Severity,
      _ topic: PreflightFinding.Topic, _ words: String,
      change: @escaping @Sendable (inout VideoProbe, inout VideoProbe) -> Void
    ) {
      testDescription = description
      self.severity = severity
      self.topic = topic
      self.words = words
      self.change = change
    }
  }

  static func video(_ path: String) -> VideoProbe {
    var probe = VideoProbe(
      path: path, container: "mp4", codec: "h264",
      format: VideoFormat(
        width: 1920, height: 1080, pixelFormat: .init(chroma: .yuv420, bitDepth: 8)))
    probe.pixelFormatName = "yuv420p"
    probe.frameRate = FrameRate(30000, 1001)
    probe.baseFrameRate = FrameRate(30000, 1001)
    probe.frameCount = 300
    probe.duration = 10.01
    probe.startTime = 0
    probe.sampleAspectRatio = AspectRatio(1, 1)
    probe.range = .limited
    probe.primaries = "bt709"
    probe.transfer = "bt709"
    probe.isInterlaced = false
    return probe
  }

  static let cases: [Case] = [
    Case("smaller", .refusal, .size, "dis.mp4 is 1280x720 but ref.mp4 is 1920x1080: add --scale") {
      ($1.format.width, $1.format.height) = (1280, 720)
    },
    Case("deeper", .refusal, .pixelFormat, "is 4:2:0 10-bit but ref.mp4 is 4:2:0 8-bit") {
      $1.format.pixelFormat.bitDepth = 10
    },
    Case("other chroma", .refusal, .pixelFormat, "ffmpeg -pix_fmt yuv444p10le") {
      $0.format.pixelFormat = .init(chroma: .yuv444, bitDepth: 10)
      $1.format.pixelFormat.bitDepth = 10
    },
    Case("a frame less", .warning, .frameCount, "has 299 frames but ref.mp4 has 300") {
      $1.frameCount = 299
    },
    Case("shorter", .warning, .frameCount, "about 150 frames but ref.mp4 has about 300") {
      ($1.frameCount, $1.duration) = (nil, 5.005)
    },
    Case("other rate", .warning, .frameRate, "30 frames per second but ref.mp4 has 29.97") {
      ($1.frameRate, $1.baseFrameRate) = (FrameRate(30), FrameRate(30))
    },
    Case("variable rate", .warning, .variableFrameRate, "ref.mp4 has a variable frame rate") {
      probe, _ in probe.baseFrameRate = FrameRate(60)
    },
    Case("later start", .warning, .startTime, "dis.mp4 starts at 0.042 s but ref.mp4 starts at 0") {
      $1.startTime = 0.0417
    },
    Case("full range", .warning, .range, "dis.mp4 has full range but ref.mp4 has limited") {
      $1.range = .full
    },
    Case("full range of one that is silent", .warning, .range, "has limited range") {
      ($0.range, $1.range) = (.full, nil)
    },
    Case("other primaries", .warning, .color, "colour primaries bt2020 but ref.mp4 has bt709") {
      $1.primaries = "bt2020"
    },
    Case("other transfer", .warning, .color, "transfer function gamma28 but ref.mp4 has bt709") {
      $1.transfer = "gamma28"
    },
    Case("interlaced reference", .warning, .interlacing, "ref.mp4 is interlaced") {
      probe, _ in probe.isInterlaced = true
    },
    Case("oblong pixels", .note, .aspectRatio, "has pixels of 4:3 but ref.mp4 has 1:1") {
      $1.sampleAspectRatio = AspectRatio(4, 3)
    },
    Case("turned", .warning, .rotation, "is turned by 90 degrees") { $1.rotation = 90 },
    Case("HDR", .warning, .color, "ref.mp4 is HDR (smpte2084)") {
      ($0.transfer, $1.transfer) = ("smpte2084", "smpte2084")
    },
    Case("alpha", .note, .pixelFormat, "dis.mp4 has an alpha plane") {
      $1.pixelFormatName = "yuva420p"
    },
    Case("RGB", .warning, .pixelFormat, "dis.mp4 is RGB (gbrp)") { $1.pixelFormatName = "gbrp" },
    Case("not probed", .warning, .incomplete, "ffprobe was not found") { $1.isIncomplete = true },
  ]

  @Test("What differs is found, in one line", arguments: cases)
  func differences(item: Case) throws {
    var (reference, distorted) = (Self.video("ref.mp4"), Self.video("dis.mp4"))
    item.change(&reference, &distorted)
    let findings = Preflight.findings(reference: reference, distorted: distorted)
    let found = try #require(findings.first { $0.message.contains(item.words) }, "\(findings)")
    #expect(found.severity == item.severity)
    #expect(found.topic == item.topic)
    #expect(found.message.hasSuffix("."))
    #expect(!found.message.contains("\n"))
    let refusal = videoError { try findings.throwRefusal() }
    #expect((refusal?.kind == .badData) == (item.severity == .refusal))
    #expect(refusal.map { "\($0)" } == (item.severity == .refusal ? found.message : nil))
  }

  @Test("Nothing is found in equal videos, nor in differences that do not matter")
  func equal() {
    let reference = Self.video("ref.mp4")
    var other = Self.video("dis.mkv")
    #expect(Preflight.findings(reference: reference, distorted: other).isEmpty)
    other.container = "matroska"
    other.codec = "av1"
    other.frameRate = FrameRate(2997, 100)
    other.baseFrameRate = other.frameRate
    other.startTime = 0.007
    other.range = nil
    other.primaries = nil
    other.transfer = "smpte170m"
    (other.frameCount, other.duration) = (nil, 10.05)
    #expect(Preflight.findings(reference: reference, distorted: other).isEmpty)
    let raw = VideoProbe(path: "a.yuv", container: "raw", format: reference.format)
    #expect(Preflight.findings(reference: raw, distorted: reference).isEmpty)
  }

  @Test("A scaled video is noted, unless it is scaled to another size")
  func scaled() throws {
    let reference = Self.video("ref.mp4")
    var small = Self.video("dis.mp4")
    (small.format.width, small.format.height) = (640, 360)
    let right = Preflight.findings(
      reference: reference, distorted: small,
      scale: VideoScale(width: 1920, height: 1080, filter: .lanczos))
    #expect(right.map(\.severity) == [.note])
    #expect(right[0].message.contains("lanczos"))
    let wrong = Preflight.findings(
      reference: reference, distorted: small, scale: VideoScale(width: 1280, height: 720))
    #expect(wrong.map(\.severity) == [.refusal])
  }

  @Test("Fields do not count as a variable frame rate")
  func fields() {
    var video = Self.video("a.ts")
    video.isInterlaced = true
    video.baseFrameRate = FrameRate(60000, 1001)
    #expect(video.hasVariableFrameRate == false)
    video.isInterlaced = false
    #expect(video.hasVariableFrameRate)
  }

  @Test("Several videos: refusals first, the reference once")
  func several() {
    var reference = Self.video("ref.mp4")
    reference.rotation = 180
    var (first, second) = (Self.video("a.mp4"), Self.video("b.mp4"))
    (first.rotation, second.rotation) = (180, 180)
    first.frameCount = 12
    second.format.width = 1918
    let findings = Preflight.findings(reference: reference, distorted: [first, second])
    #expect(findings.map(\.severity) == [.refusal, .warning, .note, .note, .note])
    #expect(findings.map(\.path) == ["b.mp4", "a.mp4", "ref.mp4", "a.mp4", "b.mp4"])
  }
}
