import Features

extension ScoreReport {
  /// The report as XML: one attribute per value.
  func xml() -> String {
    var text = "<VMAF version=\"\(Self.escaped(version))\">\n"
    text += "  <params qualityWidth=\"\(width)\" qualityHeight=\"\(height)\" />\n"
    text += "  <fyi fps=\"\(decimal(framesPerSecond, digits: 2))\" />\n  <frames>\n"
    for (row, frame) in table.frames.enumerated() where !table.columns.isEmpty {
      text += "    <frame frameNum=\"\(frame)\" "
      for column in table.columns {
        text += column.name.rawValue
        text += "=\""
        text += precision(column.values[row])
        text += "\" "
      }
      text += "/>\n"
    }
    text += "  </frames>\n  <pooled_metrics>\n"
    for column in table.columns {
      text += "    <metric name=\"\(Self.escaped(column.name.rawValue))\" "
      for pooling in poolings {
        guard let value = pooling(column.values) else { continue }
        text += "\(pooling.name)=\"\(precision(value))\" "
      }
      if let prediction = prediction(of: column.name) { text += attributes(of: prediction) }
      text += "/>\n"
    }
    for prediction in clipPredictions {
      text += "    <metric name=\"\(Self.escaped(prediction.name.rawValue))\" "
      text += "mean=\"\(precision(prediction.score))\" " + attributes(of: prediction) + "/>\n"
    }
    text += "  </pooled_metrics>\n  <aggregate_metrics "
    for aggregate in aggregates {
      text += "\(aggregate.name)=\"\(precision(aggregate.value))\" "
    }
    text += "/>\n</VMAF>\n"
    return text
  }

  /// What libvmaf has not: frames outside of the training domain and a prediction interval.
  private func attributes(of prediction: Prediction) -> String {
    var text = prediction.outOfDomainFrames.map { "ood=\"\($0)\" " } ?? ""
    if let interval = prediction.interval {
      text += "interval_level=\"\(interval.level)\" "
      text += "interval_low=\"\(precision(interval.low))\" "
      text += "interval_high=\"\(precision(interval.high))\" "
      text += "interval_unit=\"\(Self.escaped(interval.unit))\" "
      text += "interval_method=\"\(Self.escaped(interval.method))\" "
    }
    return text
  }

  /// The text as the value of an attribute.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
