extension ParityReport {
  /// The figures: a line per lane, then every quantity that is not exact, then all exact ones.
  public func tables() -> [TextTable] { [laneTable(), inexactTable()] + exactTables() }

  /// What a terminal shows: a short line per lane.
  public func summaryTable() -> TextTable {
    let whole = laneTable()
    let columns = ["lane", "values", "different", "max ULP", "max difference", "verdict"]
    let indices = columns.compactMap(whole.header.firstIndex)
    return TextTable(
      title: "Against \(reference)", header: columns,
      rows: whole.rows.map { row in indices.map { row[$0] } })
  }

  /// A line per lane, with everything.
  private func laneTable() -> TextTable {
    let rows = lanes.filter { $0.skipped == nil }.map { lane -> [String] in
      let own = cells.filter { $0.lane == lane.name }
      let worst = own.max { $0.summary.largest < $1.summary.largest }
      let isWorse = (worst?.summary.largest ?? 0) > 0
      return [
        lane.name, lane.content, "\(own.count)",
        "\(own.reduce(0) { $0 + $1.summary.count })",
        "\(own.reduce(0) { $0 + $1.summary.different })",
        GateFormat.distance(own.map(\.summary.largest).max() ?? 0),
        GateFormat.distance(own.map(\.summary.percentile999).max() ?? 0),
        GateFormat.short(own.map(\.summary.largestDifference).max() ?? 0),
        isWorse ? "\(worst?.quantity ?? ""), \(worst?.place ?? "")" : "",
        lane.isExact ? "0 ULP" : "budget",
        own.contains { $0.verdict == .failed } ? "FAILED" : "passed",
      ]
    }
    return TextTable(
      title: "Lanes against \(reference)",
      header: [
        "lane", "content", "quantities", "values", "different", "max ULP", "p99.9 ULP",
        "max difference", "worst", "contract", "verdict",
      ], rows: rows)
  }

  private func inexactTable() -> TextTable {
    let exact = Set(lanes.filter(\.isExact).map(\.name))
    let rows = cells.filter { !exact.contains($0.lane) || $0.verdict == .failed }.map { cell in
      [
        cell.lane, cell.quantity, cell.precision.rawValue, "\(cell.summary.count)",
        "\(cell.summary.nanMismatches)", GateFormat.distance(cell.summary.largest),
        GateFormat.distance(cell.bound?.ulp ?? 0),
        GateFormat.distance(cell.summary.percentile999),
        GateFormat.distance(cell.bound?.percentile999 ?? 0),
        GateFormat.short(cell.summary.largestDifference),
        GateFormat.short(cell.bound?.difference ?? 0), cell.place ?? "",
        cell.verdict == .failed ? "FAILED" : "passed",
      ]
    }
    return TextTable(
      title: "Quantities with a budget",
      header: [
        "lane", "quantity", "unit", "values", "NaN on one side", "max ULP", "budget", "p99.9 ULP",
        "budget", "max difference", "budget", "worst at", "verdict",
      ], rows: rows)
  }

  /// One table for each group of exact lanes that have the same quantities: the distances of every
  /// quantity in every lane, `largest / 99.9th percentile / largest difference`, or `0`.
  private func exactTables() -> [TextTable] {
    var groups: [(quantities: [String], lanes: [String])] = []
    for lane in lanes where lane.isExact && lane.skipped == nil {
      let quantities = cells.filter { $0.lane == lane.name }.map(\.quantity)
      if let index = groups.firstIndex(where: { $0.quantities == quantities }) {
        groups[index].lanes.append(lane.name)
      } else {
        groups.append((quantities, [lane.name]))
      }
    }
    return groups.map { group in
      let columns = group.lanes.map { lane in cells.filter { $0.lane == lane } }
      let rows = group.quantities.indices.map { row -> [String] in
        let first = columns[0][row]
        let figures = columns.map { cells -> String in
          let summary = cells[row].summary
          guard !summary.isExact else { return "0" }
          return "\(GateFormat.distance(summary.largest)) / "
            + "\(GateFormat.distance(summary.percentile999)) / "
            + GateFormat.short(summary.largestDifference)
        }
        return [first.quantity, first.precision.rawValue, "\(first.summary.count)"] + figures
      }
      let kind = group.lanes[0].prefix { $0 != ":" }
      return TextTable(
        title: "Exact lanes: \(kind) (max ULP / p99.9 ULP / max difference)",
        header: ["quantity", "unit", "values"] + group.lanes, rows: rows)
    }
  }
}
