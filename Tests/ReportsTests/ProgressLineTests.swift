import Reports
import Testing

@Suite struct ProgressLineTests {
  @Test(arguments: [
    (0, 300, 0.0, "  0 %  ░░░░░░░░░░  0 of 300 frames") as (Int, Int?, Double, String),
    (128, 300, 1.0, " 42 %  ▓▓▓▓░░░░░░  128 of 300 frames  128 frames/s  0:02 left"),
    (300, 300, 60, "100 %  ▓▓▓▓▓▓▓▓▓▓  300 of 300 frames  5.0 frames/s"),
    (10, 100_000, 1, "  0 %  ░░░░░░░░░░  10 of 100000 frames  10 frames/s  2:46:39 left"),
    (128, nil, 2, "128 frames  64 frames/s"),
    (400, 300, 1, "100 %  ▓▓▓▓▓▓▓▓▓▓  400 of 300 frames  400 frames/s"),
  ])
  func line(done: Int, total: Int?, elapsed: Double, text: String) {
    #expect(ProgressLine(done: done, total: total, elapsed: elapsed).text(width: 80) == text)
  }

  @Test func labelUnitAndDetail() {
    let line = ProgressLine(
      label: "making", unit: "files", done: 3, total: 4, elapsed: 2, detail: "dis/a.yuv")
    #expect(
      line.text(width: 80)
        == "making   75 %  ▓▓▓▓▓▓▓░░░  3 of 4 files  1.5 files/s  0:01 left  dis/a.yuv")
  }

  @Test func narrow() {
    #expect(ProgressLine(done: 5, total: 10, elapsed: 1).text(width: 8) == " 50 %  ▓")
  }

  @Test func jsonForPrograms() {
    let line = ProgressLine(
      label: "making \"x\"", unit: "files", done: 3, total: 4, elapsed: 2, detail: "a\n")
    #expect(
      line.json(event: .progress)
        == #"{"event": "progress", "stage": "making \"x\"", "unit": "files", "done": 3, "#
        + #""total": 4, "seconds": 2.000, "rate": 1.500, "remaining": 0.667, "#
        + #""detail": "a\u000a"}"#)
    let start = ProgressLine(label: "s", done: 0, total: nil, elapsed: 0)
    #expect(
      start.json(event: .finished)
        == #"{"event": "finished", "stage": "s", "unit": "frames", "done": 0, "seconds": 0.000}"#)
  }

  @Test func summary() {
    let line = ProgressLine(label: "scoring", done: 300, total: 300, elapsed: 2)
    #expect(line.summary == "scoring: 300 frames in 2.00 s, 150 frames/s")
  }
}
