/// What encodes have in common, read from their files' names.
///
/// A name is cut into words at `_`, `-`, `.` and spaces. Words that state a rate, a quality level
/// or a size are dropped: `1200k`, `1200kbps`, `3M`, `crf23`, `q30`, `qp32`, `720p`, `1280x720`,
/// plain numbers, and the extension. Encodes with the same other words are one encoder's; words
/// that all encodes share say nothing and are left out of its name.
public enum EncoderNames {
  /// The encoder of each file.
  ///
  /// For instance `["a_x264_500k.mp4", "a_x264_1000k.mp4", "a_av1_400k.mp4"]` gives
  /// `["x264", "x264", "av1"]`. Where nothing tells files apart, all are `encodes`.
  public static func guess(_ names: [String]) -> [String] {
    let words = names.map { Self.words(of: $0).filter { !isSetting($0) } }
    let common = words.dropFirst().reduce(Set(words.first ?? [])) { $0.intersection($1) }
    return words.map { words in
      let own = words.filter { !common.contains($0) }
      // Beside encoders with words of their own, the one without is named by what all share.
      let name = own.isEmpty ? words : own
      return name.isEmpty ? "encodes" : name.joined(separator: " ")
    }
  }

  /// The rate that a file's name states in kilobits per second, as in `clip_1200k.mp4`.
  public static func rate(in name: String) -> Double? {
    words(of: name).lazy.compactMap { word -> Double? in
      for (suffix, factor) in [
        ("kbps", 1.0), ("kbit", 1), ("kb", 1), ("k", 1), ("mbps", 1000), ("mbit", 1000),
        ("m", 1000),
      ] where word.hasSuffix(suffix) {
        guard let number = Double(word.dropLast(suffix.count)), number > 0, number.isFinite else {
          continue
        }
        return number * factor
      }
      return nil
    }.last
  }

  private static func words(of name: String) -> [String] {
    let stem = name.split(separator: ".").dropLast(name.contains(".") ? 1 : 0)
    return stem.joined(separator: ".").lowercased().split { "_- ".contains($0) }.flatMap { word in
      // A point inside of a number belongs to it.
      rate(word) ? [String(word)] : word.split(separator: ".").map(String.init)
    }
  }

  private static func rate(_ word: Substring) -> Bool {
    Double(word) != nil || Double(word.dropLast()) != nil
  }

  private static func isSetting(_ word: String) -> Bool {
    if word.first?.isNumber == true, word.allSatisfy({ $0.isNumber || $0 == "." || $0 == "x" }),
      word.contains(where: \.isNumber)
    {
      return true
    }
    if rate(in: "\(word).file") != nil { return true }
    for prefix in ["crf", "cq", "qp", "q", "v"] where word.hasPrefix(prefix) {
      if Double(word.dropFirst(prefix.count)) != nil { return true }
    }
    return word.hasSuffix("p") && Int(word.dropLast()) != nil
  }
}
