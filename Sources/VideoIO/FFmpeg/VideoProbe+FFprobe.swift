extension VideoProbe {
  /// Translates the report of `ffprobe`.
  init(path: String, report: FFprobeReport, format: VideoFormat) {
    let stream = report.streams?.first
    self.init(
      path: path, container: report.format?.formatName ?? "unknown",
      codec: stream?.codecName ?? "unknown", format: format)
    guard let stream else { return }
    pixelFormatName = stream.pixFmt
    frameRate = Self.ratio(stream.avgFrameRate, separator: "/").map { FrameRate($0, $1) }
    baseFrameRate = Self.ratio(stream.rFrameRate, separator: "/").map { FrameRate($0, $1) }
    if frameRate == nil { frameRate = baseFrameRate }
    frameCount = [stream.nbFrames, stream.nbReadPackets].lazy.compactMap { $0.flatMap(Int.init) }
      .first { $0 > 0 }
    duration =
      stream.duration.flatMap(Double.init) ?? stream.tags?["DURATION"].flatMap(Self.seconds)
      ?? report.format?.duration.flatMap(Double.init)
    startTime = stream.startTime.flatMap(Double.init)
    sampleAspectRatio = Self.ratio(stream.sampleAspectRatio, separator: ":").map {
      AspectRatio($0, $1)
    }
    switch stream.colorRange {
    case "tv": range = .limited
    case "pc": range = .full
    default: range = stream.pixFmt?.hasPrefix("yuvj") == true ? .full : nil
    }
    primaries = Self.known(stream.colorPrimaries)
    transfer = Self.known(stream.colorTransfer)
    switch stream.fieldOrder {
    case "progressive": isInterlaced = false
    case "tt", "bb", "tb", "bt": isInterlaced = true
    default: isInterlaced = nil
    }
    let degrees =
      stream.sideDataList?.lazy.compactMap(\.rotation).first
      ?? stream.tags?["rotate"].flatMap(Double.init)
    if let degrees, abs(degrees) <= 360 {
      rotation = ((Int(degrees.rounded()) % 360) + 360) % 360
    }
  }

  private static func known(_ name: String?) -> String? {
    name == "unknown" || name == "reserved" ? nil : name
  }

  /// A ratio of positive numbers; `0/0` and `0:1` stand for unknown.
  private static func ratio(_ text: String?, separator: Character) -> (Int, Int)? {
    guard let parts = text?.split(separator: separator), parts.count == 2,
      let upper = Int(parts[0]), let lower = Int(parts[1]), upper > 0, lower > 0
    else { return nil }
    return (upper, lower)
  }

  /// Seconds of a duration like `00:01:02.500000000`.
  private static func seconds(_ text: String) -> Double? {
    let parts = text.split(separator: ":").map { Double($0) }
    guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2]
    else { return nil }
    return hours * 3600 + minutes * 60 + seconds
  }
}
