import Evaluation

/// Encodes of one video compared by the rate that they need for their quality.
struct RateQualityStudy {
  /// One curve per encoder, or per encoder and size where an encoder has several sizes.
  let curves: [RateQualityCurve]
  /// One curve per encoder, over all its sizes.
  let encoders: [RateQualityCurve]
  /// The upper convex hull of all points.
  let hull: [RatePoint]
  /// Where two curves meet, by rising rate.
  let crossovers: [RateQualityCrossover]

  /// An encode as a point.
  struct Entry {
    let encoder: String
    let height: Int?
    let point: RatePoint
  }

  /// Compares at least two encodes; `nil` when there are fewer.
  init?(_ entries: [Entry]) {
    guard entries.count >= 2 else { return nil }
    // Encoders with one encode each make no curves, but all of them together do.
    let isMeaningful = Set(entries.map(\.encoder)).count < entries.count
    let entries =
      isMeaningful
      ? entries : entries.map { Entry(encoder: "encodes", height: $0.height, point: $0.point) }
    var order: [String] = []
    for entry in entries where !order.contains(entry.encoder) { order.append(entry.encoder) }
    encoders = order.map { name in
      RateQualityCurve(
        label: name, points: entries.filter { $0.encoder == name }.map(\.point))
    }
    curves = zip(order, encoders).flatMap { name, whole -> [RateQualityCurve] in
      let own = entries.filter { $0.encoder == name }
      let heights = Set(own.compactMap(\.height)).sorted()
      let sizes = heights.map { height in own.filter { $0.height == height } }
      // Sizes are curves of their own only where each of them has several rates.
      guard sizes.count > 1, sizes.allSatisfy({ $0.count > 1 }),
        own.allSatisfy({ $0.height != nil })
      else { return [whole] }
      return zip(heights, sizes).map { height, entries in
        let label = order.count > 1 ? "\(name) \(height)p" : "\(height)p"
        return RateQualityCurve(label: label, points: entries.map(\.point))
      }
    }
    hull = RateQualityCurve.hull(of: encoders)
    var found: [RateQualityCrossover] = []
    for (index, curve) in curves.enumerated() {
      for other in curves.dropFirst(index + 1) { found += curve.crossovers(with: other) }
    }
    crossovers = found.sorted { ($0.point.rate, $0.below) < ($1.point.rate, $1.below) }
  }

  /// The curves with their hull.
  func chart(title: String, unit: String) -> Chart? {
    let points = encoders.flatMap(\.points)
    guard let low = points.map(\.quality).min(), let high = points.map(\.quality).max(),
      let first = points.map(\.rate).min(), let last = points.map(\.rate).max()
    else { return nil }
    var chart = Chart(
      name: "rate-quality", title: "\(title): \(unit) over kilobits per second",
      x: .logarithmic("kbit/s", first...last), y: .numbers(unit, low...high, count: 5), height: 320)
    if hull.count > 1 {
      let points = hull.map { Chart.Point($0.rate, $0.quality) }
      chart.layers.append(
        .line(Chart.Series(label: "convex hull", ink: 5, points: points, style: .faint)))
    }
    for (index, curve) in curves.enumerated() {
      let points = curve.points.map { Chart.Point($0.rate, $0.quality) }
      let style: Chart.Style = index > 4 ? .dashed : .solid
      chart.layers.append(
        .line(Chart.Series(label: curve.label, ink: index, points: points, style: style)))
      chart.layers.append(.points(Chart.Series(label: curve.label, ink: index, points: points)))
    }
    let meetings = crossovers.prefix(6).map { crossover in
      Chart.Label(
        "\(Axis.grouped(decimal(crossover.point.rate, digits: 0))) kbit/s",
        at: Chart.Point(crossover.point.rate, crossover.point.quality))
    }
    chart.layers.append(.labels(Array(meetings)))
    return chart
  }

  /// BD-rates between encoders, crossovers, and the hull.
  func tables(unit: String) -> [TextTable] {
    [deltaTable(unit: unit), crossoverTable(unit: unit), hullTable(unit: unit)].filter {
      !$0.rows.isEmpty
    }
  }

  private func deltaTable(unit: String) -> TextTable {
    var rows: [[String]] = []
    for test in encoders.dropFirst() {
      let anchor = encoders[0]
      let name = "\(test.label) against \(anchor.label)"
      do throws(RateQualityError) {
        let delta = try BjontegaardDelta(of: test, against: anchor)
        let classic = try? BjontegaardDelta(of: test, against: anchor, interpolation: .cubic)
        rows.append([
          name, Self.percent(delta.ratePercent),
          classic.map { Self.percent($0.ratePercent) } ?? "–",
          Self.signed(delta.quality),
          "\(decimal(delta.qualities.lowerBound, digits: 1)) to "
            + decimal(delta.qualities.upperBound, digits: 1),
        ])
      } catch {
        rows.append([name, "–", "–", "–", "\(error)"])
      }
    }
    return TextTable(
      title: "BD-rate",
      header: ["encoder", "BD-rate", "BD-rate (cubic fit)", "BD-\(unit)", "over \(unit)"],
      rows: rows)
  }

  private func crossoverTable(unit: String) -> TextTable {
    TextTable(
      title: "Crossovers", header: ["better below", "better above", "kbit/s", unit],
      rows: crossovers.map {
        [
          $0.below, $0.above, Axis.grouped(decimal($0.point.rate, digits: 0)),
          decimal($0.point.quality, digits: 2),
        ]
      })
  }

  private func hullTable(unit: String) -> TextTable {
    TextTable(
      title: "Convex hull", header: ["encoder", "kbit/s", unit],
      rows: hull.map { point in
        let owner = curves.first { $0.points.contains(point) }?.label ?? ""
        return [
          owner, Axis.grouped(decimal(point.rate, digits: 0)), decimal(point.quality, digits: 2),
        ]
      })
  }

  private static func signed(_ value: Double) -> String {
    let text = decimal(abs(value), digits: 2)
    return text == "0.00" ? text : (value < 0 ? "−" : "+") + text
  }

  private static func percent(_ value: Double) -> String { signed(value) + " %" }
}

extension ScorePage {
  /// The encodes whose rates are known, by encoder; `nil` with fewer than two.
  var rateQuality: RateQualityStudy? {
    guard !models.isEmpty else { return nil }
    let guesses = EncoderNames.guess(encodes.map(\.video.name))
    return RateQualityStudy(
      zip(encodes, guesses).compactMap { encode, guess in
        guard let rate = encode.rate, rate > 0, rate.isFinite,
          let score = verdict(0, of: encode)?.score, score.isFinite
        else { return nil }
        return RateQualityStudy.Entry(
          encoder: encode.encoder ?? guess, height: encode.height,
          point: RatePoint(rate: rate, quality: score))
      })
  }
}
