import Reports
import Testing

@Suite struct ProgressLineTests {
  @Test(arguments: [
    (0, 300, 0.0, "  0 %  ░░░░░░░░░░  0 of 300 frames") as (Int, Int?, Double, String),
    (128, 300, 1.0, " 42 %  ▓▓▓▓░░░░░░  128 of 300 frames  128 fps  0:02 left"),
    (300, 300, 60, "100 %  ▓▓▓▓▓▓▓▓▓▓  300 of 300 frames  5.0 fps"),
    (10, 100_000, 1, "  0 %  ░░░░░░░░░░  10 of 100000 frames  10 fps  2:46:39 left"),
    (128, nil, 2, "128 frames  64 fps"),
    (400, 300, 1, "100 %  ▓▓▓▓▓▓▓▓▓▓  400 of 300 frames  400 fps"),
  ])
  func line(done: Int, total: Int?, elapsed: Double, text: String) {
    #expect(ProgressLine(done: done, total: total, elapsed: elapsed).text(width: 80) == text)
  }

  @Test func narrow() {
    #expect(ProgressLine(done: 5, total: 10, elapsed: 1).text(width: 8) == " 50 %  ▓")
  }
}
