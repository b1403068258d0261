import Features

extension ScoreReport {
  /// The report as JSON: version, fps, frames, pooled and aggregate metrics.
  ///
  /// Values that are not finite are `null`. In a frame such a value is not followed by a line
  /// break: that is how libvmaf writes it.
  func json() -> String {
    var text = "{\n  \"version\": \(Self.quoted(version)),\n  \"fps\": "
    text += framesPerSecond.isFinite ? decimal(framesPerSecond, digits: 2) : "null"
    text += ",\n  \"frames\": ["
    let keys = table.columns.map { Self.quoted($0.name.rawValue) }
    for (row, frame) in table.frames.enumerated() {
      text += row > 0 ? ",\n" : "\n"
      text += "    {\n      \"frameNum\": \(frame),\n      \"metrics\": {\n"
      for (index, column) in table.columns.enumerated() {
        let value = column.values[row]
        text += "        "
        text += keys[index]
        text += ": "
        text += jsonNumber(value)
        if index + 1 < keys.count { text += "," }
        if value.isFinite { text += "\n" }
      }
      text += "      }\n    }"
    }
    text += "\n  ],\n  \"pooled_metrics\": {"
    var pooled: [String] = []
    for (index, column) in table.columns.enumerated() {
      var members = poolings.compactMap { pooling in
        pooling(column.values).map { "\"\(pooling.name)\": \(jsonNumber($0))" }
      }
      if let prediction = prediction(of: column.name) { members += jsonMembers(of: prediction) }
      pooled.append("    \(keys[index]): " + Self.object(members))
    }
    for prediction in clipPredictions {
      let members = ["\"mean\": \(jsonNumber(prediction.score))"] + jsonMembers(of: prediction)
      pooled.append("    \(Self.quoted(prediction.name.rawValue)): " + Self.object(members))
    }
    if !pooled.isEmpty { text += "\n" + pooled.joined(separator: ",\n") }
    text += "\n  },\n  \"aggregate_metrics\": {"
    for (index, aggregate) in aggregates.enumerated() {
      text += index > 0 ? ",\n" : "\n"
      text += "    \(Self.quoted(aggregate.name.rawValue)): \(jsonNumber(aggregate.value))"
    }
    text += "\n  }\n}\n"
    return text
  }

  /// The members of a pooled object as libvmaf indents them.
  private static func object(_ members: [String]) -> String {
    guard !members.isEmpty else { return "{\n    }" }
    return "{\n      " + members.joined(separator: ",\n      ") + "\n    }"
  }

  /// What libvmaf has not: frames outside of the training domain and a prediction interval.
  private func jsonMembers(of prediction: Prediction) -> [String] {
    var members = prediction.outOfDomainFrames.map { ["\"ood\": \($0)"] } ?? []
    if let interval = prediction.interval {
      let ends = "\"low\": \(jsonNumber(interval.low)), \"high\": \(jsonNumber(interval.high))"
      let words =
        "\"unit\": \(Self.quoted(interval.unit)), \"method\": \(Self.quoted(interval.method))"
      members.append("\"interval\": {\"level\": \(interval.level), \(ends), \(words)}")
    }
    return members
  }

  private func jsonNumber(_ value: Double) -> String {
    value.isFinite ? precision(value) : "null"
  }

  /// A JSON string literal.
  static func quoted(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        literal += "\\"
        literal.unicodeScalars.append(scalar)
      case "\u{00}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}
