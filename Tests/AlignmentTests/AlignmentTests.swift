import Alignment
import Testing
import VideoIO

@Suite struct AlignmentTests {
  typealias Event = TemporalAlignment.Event

  private static let length = 48

  private func aligned(
    _ reference: [Int], _ distorted: [Int], look: SceneSource.Look = SceneSource.Look(),
    bitDepth: Int = 8
  ) throws -> VideoAlignment {
    try #require(
      try align(
        reference: SceneSource(reference, bitDepth: bitDepth),
        distorted: [SceneSource(distorted, bitDepth: bitDepth, look: look)]
      ).first)
  }

  // MARK: - Time

  @Test(arguments: [-30, -13, -3, -1, 0, 1, 2, 8, 30])
  func offset(_ offset: Int) throws {
    let look = SceneSource.Look(brightness: 12, contrast: 0.9, noise: 6)
    let times = Array(0..<Self.length)
    let found = try aligned(
      Array(times.dropFirst(max(-offset, 0))), Array(times.dropFirst(max(offset, 0))), look: look)
    #expect(found.time.offset == offset)
    #expect(found.time.events == [])
    #expect(found.time.confidence > 0.7)
    #expect(found.time.skippedReferenceFrames == max(offset, 0))
    #expect(found.time.skippedDistortedFrames == max(-offset, 0))
    let sentences = found.findings(reference: "ref", distorted: "dis")
    #expect(sentences.count == (offset == 0 ? 0 : 1))
    #expect(found.isAligned == (offset == 0))
  }

  @Test func largeOffset() throws {
    let found = try aligned(Array(0..<170), Array(115..<170))
    #expect(found.time.offset == 115)
  }

  @Test(arguments: [8, 10, 16])
  func bitDepths(_ bitDepth: Int) throws {
    let times = Array(0..<Self.length)
    let found = try aligned(times, Array(times.dropFirst(4)), bitDepth: bitDepth)
    #expect(found.time.offset == 4 && found.time.events == [])
  }

  @Test(arguments: [9, 24, 39])
  func droppedFrame(at position: Int) throws {
    var times = Array(0..<Self.length)
    times.remove(at: position)
    let found = try aligned(
      Array(0..<Self.length), times, look: SceneSource.Look(contrast: 0.9, noise: 6))
    #expect(found.time.events == [Event(kind: .dropped, frame: position, count: 1)])
  }

  @Test(arguments: [9, 24, 39])
  func repeatedFrame(at position: Int) throws {
    var times = Array(0..<Self.length)
    times.insert(position - 1, at: position)
    let found = try aligned(
      Array(0..<Self.length), times, look: SceneSource.Look(contrast: 0.9, noise: 6))
    #expect(found.time.events == [Event(kind: .repeated, frame: position, count: 1)])
  }

  @Test func frameShownTwiceInPlaceOfTheNext() throws {
    var times = Array(0..<Self.length)
    times[20] = 19
    let found = try aligned(Array(0..<Self.length), times)
    #expect(
      found.time.events == [
        Event(kind: .repeated, frame: 20, count: 1), Event(kind: .dropped, frame: 21, count: 1),
      ])
    #expect(found.time.offset == 0)
  }

  @Test func longVideosAreComparedInBlocks() throws {
    var times = Array(5..<640)
    times.remove(at: 300)
    let found = try aligned(Array(0..<640), times, look: SceneSource.Look(noise: 4))
    #expect(found.time.events == [Event(kind: .dropped, frame: 300, count: 1)])
    #expect(found.time.frameCount == times.count)
    #expect(found.time.offset == 6)
  }

  // MARK: - What must not be told

  @Test(arguments: [0, 3, 10])
  func staticScenesTellNothing(noise: Int) throws {
    let times = Array(0..<Self.length)
    let found = try #require(
      try align(
        reference: SceneSource(times, look: .init(noise: noise, seed: 2, isStatic: true)),
        distorted: [SceneSource(times, look: .init(noise: noise, seed: 3, isStatic: true))]
      ).first)
    #expect(found.time.offset == 0 && found.time.events == [])
    #expect(found.time.correlation == nil && found.time.confidence == 0)
    #expect(found.isAligned)
  }

  @Test func otherScenesTellNothing() throws {
    let found = try aligned(
      Array(0..<Self.length), Array(5000..<5000 + Self.length), look: .init(noise: 4))
    #expect(found.time.offset == 0 && found.time.events == [] && found.isAligned)
  }

  @Test(arguments: 0...12)
  func shortVideos(_ count: Int) throws {
    let found = try aligned(Array(0..<count), Array(0..<count), look: .init(noise: 4))
    #expect(found.time.offset == 0 && found.time.events == [] && found.isAligned)
    #expect(found.time.frameCount == count && (found.picture == nil) == (count == 0))
  }

  @Test func framesLeftOutOnTheWay() throws {
    let monitor = AlignmentMonitor(distortedCount: 1)
    let source = monitor.source(ofReference: SceneSource(Array(0..<9)))
    let frame = Frame(format: source.format)
    _ = try source.skip(1)
    #expect(try source.read(into: frame, planes: .all))
    _ = try source.skip(2)
    #expect(!monitor.hasGaps)
    #expect(try source.read(into: frame, planes: .luma))
    #expect(monitor.hasGaps)
  }

  // MARK: - Ladders

  @Test func severalDistortedVideos() throws {
    let times = Array(0..<Self.length)
    let found = try align(
      reference: SceneSource(times),
      distorted: [0, 3, 7].map { SceneSource(Array(times.dropFirst($0)), look: .init(noise: 5)) })
    #expect(found.map(\.time.offset) == [0, 3, 7])
  }

  // MARK: - Pictures

  private func pictures(_ first: SceneSource.Look, _ second: SceneSource.Look) throws
    -> PictureAlignment
  {
    let times = Array(0..<20)
    let found = try align(
      reference: SceneSource(times, width: 240, height: 136, look: first),
      distorted: [SceneSource(times, width: 240, height: 136, look: second)])
    return try #require(found.first?.picture)
  }

  @Test func bars() throws {
    let (plain, barred) = (SceneSource.Look(), SceneSource.Look(noise: 3, bars: 16))
    let whole = try pictures(plain, plain)
    #expect(!whole.hasOtherBars && whole.distorted.description == "240x136 from (0, 0)")
    for (first, second) in [(plain, barred), (barred, plain)] {
      #expect(try pictures(first, second).hasOtherBars)
    }
    let both = try pictures(barred, barred)
    #expect(!both.hasOtherBars)
    #expect([both.reference.top, both.reference.height] == [16, 104])
    // A black video has no bars.
    #expect(try !pictures(plain, SceneSource.Look(bars: 68)).hasOtherBars)
  }

  @Test(arguments: [-5, 0, 1, 4])
  func displacement(_ right: Int) throws {
    let found = try pictures(
      .init(isStatic: true), .init(noise: 4, right: right, isStatic: true))
    #expect(found.displacement.right == right && found.displacement.down == 0)
  }
}
