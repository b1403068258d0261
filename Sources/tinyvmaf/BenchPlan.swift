import Processor
import VideoIO

/// One thing to measure: our command, and the peer's for the same work.
struct BenchCase {
  /// What is computed.
  enum Work: Equatable {
    /// The default model, as each program computes it by default.
    case whole
    /// The default model, and AIM on both sides, which the peer computes by default.
    case wholeWithAIM
    /// The default model, and AIM on neither side, which the model does not use.
    case wholeWithoutAIM
    /// One feature without a model; ADM without AIM on either side.
    case feature(String)
  }

  let work: Work
  let format: VideoFormat
  let instructionSet: InstructionSet
  let threads: Int
  let frames: Int
  /// Results per frame: the distorted videos of a ladder.
  let videos: Int
  let own: [String]
  let peer: [String]?

  /// What tables call it.
  var name: String {
    switch work {
    case .whole: videos > 1 ? "ladder of \(videos)" : "score"
    case .wholeWithAIM: "score, both with AIM"
    case .wholeWithoutAIM: "score, both without AIM"
    case .feature(let name): name
    }
  }
}

/// The cases of a session.
struct BenchPlan {
  /// How much is measured of a pair.
  enum Scope {
    /// All instruction sets and numbers of threads, features and ladder.
    case full
    /// The best instruction set on one thread.
    case brief
  }

  let peer: BenchPeer?
  /// Distorted videos of the ladder; none below 2.
  let ladder: Int
  let includesScalar: Bool
  let scratch: String
  private(set) var cases: [BenchCase] = []

  init(peer: BenchPeer?, ladder: Int, includesScalar: Bool, scratch: String) {
    self.peer = peer
    self.ladder = ladder
    self.includesScalar = includesScalar
    self.scratch = scratch
  }

  /// Adds the cases of a pair.
  mutating func add(_ pair: BenchPair, _ scope: Scope) {
    let best = InstructionSet.best
    guard scope == .full else {
      add(pair, .whole, best)
      return
    }
    for set in InstructionSet.supported.reversed() where set != .scalar || includesScalar {
      add(pair, .whole, set)
    }
    // Alternating with one thread, so that both see the same load.
    let counts = Set([2, Terminal.coreCount]).filter { $0 > 1 && $0 <= Terminal.coreCount }
    for threads in counts.sorted() { add(pair, .whole, best, threads: threads) }
    for feature in ["vif", "adm", "motion"] { add(pair, .feature(feature), best) }
    if ladder > 1 { add(pair, .whole, best, videos: ladder) }
    if let peer, !peer.isFFmpeg {
      add(pair, .wholeWithAIM, best)
      add(pair, .wholeWithoutAIM, best)
    }
  }

  private mutating func add(
    _ pair: BenchPair, _ work: BenchCase.Work, _ set: InstructionSet, threads: Int = 1,
    videos: Int = 1
  ) {
    let frames = set == .scalar ? max(pair.frameCount / 8, 2) : pair.frameCount
    let arguments = BenchArguments(pair: pair, scratch: scratch)
    var words: [String]?
    if let peer, !peer.isFFmpeg {
      words = arguments.tool(work, set: set, threads: threads, frames: frames)
    } else if peer != nil, work == .whole, set == .best {
      words = arguments.filter(threads: threads, frames: frames)
    }
    cases.append(
      BenchCase(
        work: work, format: pair.format, instructionSet: set, threads: threads, frames: frames,
        videos: videos,
        own: arguments.own(work, set: set, threads: threads, frames: frames, videos: videos),
        peer: words))
  }
}
