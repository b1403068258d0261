import Features
import Testing

@testable import Reports

@Suite struct ScoreSummaryTests {
  private func summary(_ distorted: String = "clips/dis.mp4") -> ScoreSummary {
    ScoreSummary(
      input: .init(
        reference: "clips/ref.mp4", distorted: distorted, format: "576x324, 8 bit, 4:2:0",
        frameRate: 25),
      frames: Array(0..<8),
      scores: [
        .init(
          name: "vmaf", model: "vmaf_v0.6.1", values: [90, 80, 70, 75, 60, 65, 90, 70])
      ],
      means: [.init(name: FeatureName("psnr_y"), values: Array(repeating: 31.257, count: 8))],
      framesPerSecond: 212.4)
  }

  @Test func text() {
    #expect(
      summary().text(worstFrames: 3) == """
        vmaf       75.0000  vmaf_v0.6.1
        pooled     harmonic 73.63  min 60.00  p1 60.35  p5 61.75  p10 63.50  max 90.00
        over time  60.00 █▆▃▅▁▂█▃ 90.00
        worst      frame 4 at 0:00.16: 60.00
                   frame 5 at 0:00.20: 65.00
                   frame 2 at 0:00.08: 70.00
        mean       psnr_y 31.26
        distorted  clips/dis.mp4
        reference  clips/ref.mp4
        video      576x324, 8 bit, 4:2:0, 8 frames, 25 fps, scored at 212 fps

        """)
  }

  @Test func studentsBesideATeacher() {
    var summary = summary()
    var student = ScoreSummary.Score(
      name: "tiny-2x64", model: "tiny-2x64", values: summary.scores[0].values, score: 75)
    student.outOfDomainFrames = 2
    var clips = ScoreSummary.Score(name: "clip", model: "clip.onnx", values: [], score: 61.5)
    clips.interval = .init(level: 0.9, low: 55, high: 70.25, unit: "DMOS", method: "conformal")
    var even = clips
    even.interval = .init(level: 0.9, low: 44.1, high: 78.9, unit: "DMOS", method: "conformal")
    summary.scores += [student, clips, even]
    let text = summary.text(worstFrames: 1)
    #expect(
      text.contains(
        """
        tiny-2x64  75.0000  tiny-2x64
        pooled     harmonic 73.63  min 60.00  p1 60.35  p5 61.75  p10 63.50  max 90.00
        ood        2 of 8 frames
        clip       61.5000  clip.onnx
        interval   55.00 to 70.25 DMOS, 90 %
        clip       61.5000  clip.onnx
        interval   61.50 ± 17.40 DMOS, 90 %
        over time  60.00
        """))
    summary.scores.removeFirst(2)
    #expect(!summary.text().contains("over time") && !summary.text().contains("pooled"))
    #expect(ScoreSummary.ladder([summary, summary]).contains("61.5000"))
  }

  @Test func colour() {
    let text = summary().text(style: TerminalStyle(width: 80, usesColor: true))
    #expect(text.hasPrefix("\u{1B}[1mvmaf       \u{1B}[0m\u{1B}[1;33m75.0000\u{1B}[0m"))
    #expect(!summary().text().contains("\u{1B}"))
  }

  @Test(arguments: [40, 60, 80, 200])
  func nothingIsWiderThanTheTerminal(width: Int) {
    let long = String(repeating: "very/long/", count: 40) + "\u{1B}[31mname.mp4"
    let text = summary(long).text(style: TerminalStyle(width: width))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
    #expect(!text.contains("\u{1B}") && text.contains("name.mp4"))
  }

  @Test func oneFrameAndNoFrames() {
    var summary = summary()
    summary.frames = [0]
    summary.scores[0].values = [99.5]
    summary.means = []
    let one = summary.text()
    #expect(one.hasPrefix("vmaf       99.5000  vmaf_v0.6.1\n") && one.contains("1 frame,"))
    #expect(!one.contains("over time") && !one.contains("worst"))
    summary.frames = []
    summary.scores[0].values = []
    #expect(summary.text().hasPrefix("vmaf       no frames"))
  }

  @Test func valuesThatAreNotFinite() {
    var summary = summary()
    summary.scores[0].values = [.nan, 1, 2, 3, 4, 5, 6, 7]
    #expect(summary.text().contains("over time  1.00  ▁▂▃▅▆▇█ 7.00"))
    #expect(!summary.text(worstFrames: 99).contains("frame 0"))
  }

  @Test func ladder() {
    let ladder = ScoreSummary.ladder([summary("a.mp4"), summary("clips/second.mp4")])
    #expect(
      ladder == """
        distorted            vmaf  harmonic    min     p5
        a.mp4             75.0000     73.63  60.00  61.75
        clips/second.mp4  75.0000     73.63  60.00  61.75

        """)
    #expect(ScoreSummary.ladder([]) == "")
  }

  @Test func sparkline() {
    #expect(Sparkline.text([0, 50, 100], in: 0...100, width: 10) == "▁▅█")
    #expect(Sparkline.text([9, 1, 9, 9], in: 0...8, width: 2) == "▂█")
    #expect(Sparkline.text([5, 5], in: 5...5, width: 9) == "██")
    #expect(Sparkline.text([-5, 500], in: 0...100, width: 9) == "▁█")
    #expect(Sparkline.text([], in: 0...1, width: 3) == "")
  }
}
