import Corpus
import FeatureStore
import Features
import Reports
import Scoring
import StillImages
import VideoIO

/// From a store to the report about its corpus.
struct CorpusReportPage {
  let pairs: [VideoPair]
  let store: Store

  /// The page over what the store holds of the pairs.
  ///
  /// - Parameter score: The column of scores to show.
  func page(score: String) async throws -> CorpusPage {
    let wanted = Set(pairs.map { "\($0.source)/\($0.id)" })
    var order: [String] = []
    var sources: [String: CorpusPage.Source] = [:]
    for entry in try store.entries() where wanted.contains(entry.key.identity) {
      let table = try store.load(entry)
      let values = (table[FeatureName(score)] ?? []).filter(\.isFinite)
      var scores: (low: Double, mean: Double, high: Double)?
      if let low = values.min(), let high = values.max(), let mean = Pooling.mean(values) {
        scores = (low, mean, high)
      }
      let name = entry.key.source
      if sources[name] == nil {
        order.append(name)
        sources[name] = CorpusPage.Source(name: name, pairs: [])
        sources[name]?.picture = await picture(of: name, frame: entry.rows / 2)
      }
      sources[name]?.pairs.append(
        CorpusPage.Pair(name: entry.key.pair, frames: entry.rows, scores: scores))
    }
    return CorpusPage(
      title: "Corpus of \(order.count) sources", score: score,
      sources: order.compactMap { sources[$0] })
  }

  /// A frame from the middle of a source's reference; `nil` where it cannot be read any more.
  private func picture(of source: String, frame: Int) async -> RGBImage? {
    guard let pair = pairs.first(where: { $0.source == source }) else { return nil }
    var request = ScoreRequest(reference: pair.reference, distorted: [])
    request.referenceOptions.rawFormat = pair.rawFormat
    let images = FrameImages(request, maximumSize: (400, 400))
    return try? await images.reference(frame: frame)
  }
}
