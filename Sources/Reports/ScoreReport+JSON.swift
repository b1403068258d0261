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
    for (index, column) in table.columns.enumerated() {
      text += index > 0 ? ",\n" : "\n"
      text += "    \(keys[index]): {"
      var separator = "\n"
      for pooling in poolings {
        guard let value = pooling(column.values) else { continue }
        text += "\(separator)      \"\(pooling.name)\": \(jsonNumber(value))"
        separator = ",\n"
      }
      text += "\n    }"
    }
    text += "\n  },\n  \"aggregate_metrics\": {"
    for (index, aggregate) in aggregates.enumerated() {
      text += index > 0 ? ",\n" : "\n"
      text += "    \(Self.quoted(aggregate.name.rawValue)): \(jsonNumber(aggregate.value))"
    }
    text += "\n  }\n}\n"
    return text
  }

  private func jsonNumber(_ value: Double) -> String {
    value.isFinite ? precision(value) : "null"
  }

  /// A JSON string literal.
  private static func quoted(_ text: String) -> String {
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
