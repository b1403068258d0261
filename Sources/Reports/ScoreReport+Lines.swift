import Features

extension ScoreReport {
  /// The report as comma-separated values: a header, then one line per frame.
  ///
  /// Every line ends with a comma. Pooled and aggregate values are not part of it.
  func csv() -> String {
    var text = "Frame,"
    for column in table.columns {
      text += column.name.rawValue
      text += ","
    }
    text += "\n"
    for (row, frame) in table.frames.enumerated() where !table.columns.isEmpty {
      text += "\(frame),"
      for column in table.columns {
        text += precision(column.values[row])
        text += ","
      }
      text += "\n"
    }
    return text
  }

  /// The report as MicroDVD subtitles: one line per frame, shown during that frame.
  func subtitles() -> String {
    var text = ""
    for (row, frame) in table.frames.enumerated() where !table.columns.isEmpty {
      text += "{\(frame)}{\(frame + 1)}frame: \(frame)|"
      for column in table.columns {
        text += column.name.rawValue
        text += ": "
        text += precision(column.values[row])
        text += "|"
      }
      text += "\n"
    }
    return text
  }
}
