extension ModelSpecification {
  /// The model that somebody who wrote `name` most likely meant, or `nil`.
  ///
  /// - Parameter candidates: The names that there are; the built-in models unless given.
  public static func suggestion(
    for name: String, among candidates: [String] = EmbeddedModel.versions + ["phone"]
  ) -> String? {
    let shorthand = ["neg": "vmaf_v0.6.1neg", "4k": "vmaf_4k_v0.6.1", "vmaf": "vmaf_v0.6.1"]
    if let known = shorthand[name.lowercased()], candidates.contains(known) { return known }
    // Other models of libvmaf: they exist, so nothing else can have been meant.
    let others = ["vmaf_b_", "vmaf_rb_", "vmaf_4k_rb_", "vmaf_float_", "vmaf_v1."]
    if others.contains(where: name.lowercased().hasPrefix) { return nil }
    let ranked = candidates.map { (name: $0, distance: editDistance($0, name.lowercased())) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    // Two edits for a short name, a third of the letters for a long one.
    return best.distance <= max(2, best.name.count / 3) ? best.name : nil
  }

  /// The number of letters to insert, delete or replace to turn one text into the other.
  private static func editDistance(_ first: String, _ second: String) -> Int {
    let columns = Array(second.prefix(64))
    var row = Array(0...columns.count)
    for (rowIndex, letter) in first.enumerated() {
      var diagonal = row[0]
      row[0] = rowIndex + 1
      for index in columns.indices {
        let replaced = diagonal + (letter == columns[index] ? 0 : 1)
        diagonal = row[index + 1]
        row[index + 1] = min(replaced, diagonal + 1, row[index] + 1)
      }
    }
    return row[columns.count]
  }
}
