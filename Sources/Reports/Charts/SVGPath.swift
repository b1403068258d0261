/// The data of an SVG path, in whole units and relative steps, which takes few bytes.
struct SVGPath {
  private(set) var text = ""
  private var x = 0
  private var y = 0
  private var command: Character = " "

  /// Starts a new piece.
  mutating func move(to x: Int, _ y: Int) {
    text += "M\(x) \(y)"
    (self.x, self.y) = (x, y)
    command = "M"
  }

  /// Draws a straight line.
  mutating func line(to x: Int, _ y: Int) {
    let (dx, dy) = (x - self.x, y - self.y)
    if command != "l" {
      text += "l\(dx)"
      command = "l"
    } else {
      text += dx < 0 ? "\(dx)" : " \(dx)"
    }
    text += dy < 0 ? "\(dy)" : " \(dy)"
    (self.x, self.y) = (x, y)
  }

  /// Draws a dot: a line of no length, which round caps make visible.
  mutating func dot(at x: Int, _ y: Int) {
    text += "M\(x) \(y)h0"
    (self.x, self.y) = (x, y)
    command = "h"
  }

  /// Closes the piece.
  mutating func close() {
    text += "z"
    command = "z"
  }
}
