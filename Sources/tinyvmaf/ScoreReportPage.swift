import DurableFiles
import Features
import Reports
import Scoring
import VideoIO

/// From a scored run to its report.
struct ScoreReportPage {
  let request: ScoreRequest
  let reference: VideoProbe
  let distorted: [VideoProbe]
  let run: ScoreRun

  /// Takes what the scorer knew about its inputs, and what it found.
  init(_ scorer: Scorer, request: ScoreRequest, run: ScoreRun) {
    self.request = request
    reference = scorer.reference.probe
    distorted = scorer.distorted.map(\.probe)
    self.run = run
  }

  /// The page, with pictures of the worst frames where the inputs can be read again.
  func page(_ ladder: LadderArguments) async throws -> ScorePage {
    let rates = try ladder.rates(for: distorted.count)
    let encoders = try ladder.encoders(for: distorted.count) ?? encodersOfCodecs
    let frameRate = run.frameRate?.framesPerSecond
    var encodes: [ScorePage.Encode] = []
    for (index, result) in run.results.enumerated() {
      let probe = distorted[index]
      var encode = ScorePage.Encode(
        video: ScorePage.Video(path: result.distorted, facts: Self.facts(probe)),
        table: result.table, verdicts: result.scores.map(ScorePage.Verdict.init))
      encode.rate =
        rates?[index] ?? Self.rate(of: probe, frames: result.frameCount, frameRate: frameRate)
      encode.encoder = encoders?[index]
      encode.height = probe.format.height
      encodes.append(encode)
    }
    var page = ScorePage(
      models: run.models.map {
        ScorePage.Model(name: $0.name, source: $0.source, kind: $0.kind.rawValue, unit: $0.unit)
      }, encodes: encodes)
    page.reference = ScorePage.Video(path: run.reference, facts: Self.facts(reference))
    page.frameRate = frameRate
    page.findings = run.findings
    page.provenance = provenance
    try await addPictures(to: &page)
    return page
  }

  private var provenance: [Fact] {
    var facts = [Fact("tinyvmaf", Tinyvmaf.version)]
    for model in run.models {
      let hash = model.contentHash.map { ", SHA-256 \($0)" } ?? ""
      facts.append(Fact("model \(model.name)", "\(model.source) (\(model.kind.rawValue))\(hash)"))
    }
    if request.subsample > 1 {
      facts.append(Fact("subsampling", "every \(request.subsample)th frame"))
    }
    if let filter = request.scaleFilter {
      facts.append(Fact("scaling", "to the reference's size, \(filter.rawValue)"))
    }
    let skipped =
      [("reference", request.skippedReferenceFrames)]
      + request.distorted.indices.map { ("distorted", request.skippedFrames(ofDistorted: $0)) }
    for (name, count) in skipped where count > 0 {
      facts.append(Fact("skipped frames, \(name)", "\(count)"))
    }
    return facts
  }

  /// The codecs, where the names tell nothing and the codecs differ.
  private var encodersOfCodecs: [String]? {
    let names = Set(EncoderNames.guess(distorted.map(\.path)))
    let codecs = distorted.map(\.codec)
    return names.count == 1 && Set(codecs).count > 1 ? codecs : nil
  }

  // MARK: - Pictures

  private func addPictures(to page: inout ScorePage) async throws {
    guard let main = run.models.first else { return }
    let images = FrameImages(request, maximumSize: (400, 400))
    guard images.canReopenInputs else {
      page.findings.append(
        "note: an input cannot be read a second time, so there are no pictures of frames.")
      return
    }
    let each = page.encodes.count == 1 ? 6 : page.encodes.count <= 4 ? 3 : 2
    let wanted = run.results.map { result in
      ScorePage.worstFrames(
        result.table[FeatureName(main.name)] ?? [], frames: result.table.frames,
        count: page.encodes.count > 20 ? 1 : each,
        distance: ScorePage.distance(frameRate: page.frameRate))
    }
    let found = try await images.comparisons(of: wanted)
    for (index, comparisons) in found.enumerated() {
      page.encodes[index].frames = comparisons.map {
        ComparedFrame(
          frame: $0.frame, reference: $0.reference, distorted: $0.distorted,
          difference: $0.difference)
      }
    }
  }

  // MARK: - Facts

  private static func facts(_ probe: VideoProbe) -> [Fact] {
    var facts = [Fact("format", probe.format.description)]
    if probe.container != "raw", probe.container != "yuv4mpegpipe" {
      facts.append(Fact("codec", "\(probe.codec) in \(probe.container)"))
    }
    if let rate = probe.frameRate { facts.append(Fact("frame rate", rate.text)) }
    if let count = probe.frameCount { facts.append(Fact("frames", "\(count)")) }
    let color = [probe.range?.rawValue, probe.primaries, probe.transfer].compactMap(\.self)
    if !color.isEmpty { facts.append(Fact("colour", color.joined(separator: ", "))) }
    return facts
  }

  /// Kilobits per second: what the file's size says, or its name where it is not compressed.
  private static func rate(of probe: VideoProbe, frames: Int, frameRate: Double?) -> Double? {
    let isRaw = ["raw", "yuv4mpegpipe"].contains(probe.container)
    let name = probe.path.split(separator: "/").last.map(String.init) ?? probe.path
    guard !isRaw else { return EncoderNames.rate(in: name) }
    let counted = frameRate.map { Double(probe.frameCount ?? frames) / $0 }
    guard let seconds = probe.duration ?? counted, seconds > 0,
      let size = FileContents.size(of: probe.path), size > 0
    else { return nil }
    return Double(size) * 8 / 1000 / seconds
  }
}

extension ScorePage.Verdict {
  /// What a model of a run says.
  init(_ score: ModelScore) {
    let interval = score.interval
    self.init(
      score: score.clipScore,
      interval: interval.flatMap { $0.low <= $0.high ? $0.low...$0.high : nil },
      level: interval?.level ?? 0.95, outOfDomainFrames: score.outOfDomainFrames)
  }
}
