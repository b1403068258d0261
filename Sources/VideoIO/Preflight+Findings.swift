extension Preflight {
  /// What stands out in a single video.
  static func findings(about video: VideoProbe) -> [PreflightFinding] {
    var findings: [PreflightFinding] = []
    func add(
      _ severity: PreflightFinding.Severity, _ topic: PreflightFinding.Topic, _ message: String
    ) {
      findings.append(
        PreflightFinding(
          severity: severity, topic: topic, path: video.path, message: "\(video.path) \(message)"))
    }
    if video.isInterlaced == true {
      add(
        .warning, .interlacing,
        "is interlaced, for which VMAF was not made: deinterlace both videos first.")
    }
    if video.hasVariableFrameRate, let average = video.frameRate {
      add(
        .warning, .variableFrameRate,
        "has a variable frame rate (\(rounded(average.framesPerSecond)) on average): "
          + "frames are compared in order, whatever their time stamps.")
    }
    if video.rotation != 0 {
      add(
        .note, .rotation,
        "is to be turned by \(video.rotation) degrees for display; it is compared as stored.")
    }
    if let transfer = video.transfer, ["smpte2084", "arib-std-b67"].contains(transfer) {
      add(
        .warning, .color,
        "is HDR (\(transfer)), while the VMAF models were trained on SDR: "
          + "take the score as a relative figure.")
    }
    if let name = video.pixelFormatName, name.hasPrefix("yuva") {
      add(.note, .pixelFormat, "has an alpha plane, which is left out.")
    }
    if let name = video.pixelFormatName, FFmpegPixelFormat.isRGB(name) {
      add(
        .warning, .pixelFormat,
        "is RGB (\(name)) and is converted to YUV (BT.709, limited range).")
    }
    if video.isIncomplete {
      add(
        .warning, .incomplete,
        "was not probed because ffprobe was not found: "
          + "its range, frame count and time stamps are not compared.")
    }
    return findings
  }

  /// A figure with at most three digits after the point.
  static func rounded(_ value: Double) -> String {
    guard abs(value) < 1e12 else { return "\(value)" }
    let thousandths = Int((abs(value) * 1000).rounded())
    let fraction = String(thousandths % 1000 + 1000).dropFirst()
    var text = "\(value < 0 ? "-" : "")\(thousandths / 1000).\(fraction)"
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// The differences between a reference and a distorted video.
  struct Comparison {
    let reference: VideoProbe
    let distorted: VideoProbe
    let scale: VideoScale?

    var findings: [PreflightFinding] {
      [
        size, pixelFormat, frameCount, frameRate, startTime, range, primaries, transfer,
        aspectRatio, rotation, interlacing,
      ].compactMap { $0 }
    }
  }
}

extension Preflight.Comparison {
  private func finding(
    _ severity: PreflightFinding.Severity, _ topic: PreflightFinding.Topic, _ message: String
  ) -> PreflightFinding {
    PreflightFinding(severity: severity, topic: topic, path: distorted.path, message: message)
  }

  /// "a.mp4 is X but b.mp4 is Y".
  private func contrast(
    _ verb: String, _ ours: some CustomStringConvertible, _ theirs: some CustomStringConvertible
  ) -> String {
    "\(distorted.path) \(verb) \(ours) but \(reference.path) \(verb) \(theirs)"
  }

  private var size: PreflightFinding? {
    let (ours, theirs) = (distorted.format, reference.format)
    if (ours.width, ours.height) == (theirs.width, theirs.height) { return nil }
    let sizes = contrast(
      "is", "\(ours.width)x\(ours.height)", "\(theirs.width)x\(theirs.height)")
    guard let scale else {
      return finding(
        .refusal, .size,
        "\(sizes): add --scale bicubic to scale it to the size of the reference.")
    }
    guard (scale.width, scale.height) == (theirs.width, theirs.height) else {
      return finding(
        .refusal, .size,
        "\(sizes), and scaling to \(scale.width)x\(scale.height) does not help: "
          + "scale to the size of the reference.")
    }
    return finding(.note, .size, "\(sizes): it is scaled (\(scale.filter.rawValue)).")
  }

  private var pixelFormat: PreflightFinding? {
    let (ours, theirs) = (distorted.format.pixelFormat, reference.format.pixelFormat)
    if ours == theirs { return nil }
    let name = FFmpegPixelFormat.name(of: theirs) ?? "yuv420p"
    return finding(
      .refusal, .pixelFormat,
      contrast("is", ours, theirs)
        + ": convert one of them, for instance with ffmpeg -pix_fmt \(name).")
  }

  private var frameCount: PreflightFinding? {
    if let ours = distorted.frameCount, let theirs = reference.frameCount {
      if ours == theirs { return nil }
      return finding(
        .warning, .frameCount,
        contrast("has", "\(ours) frames", "\(theirs)")
          + ": make sure that both start with the same frame; "
          + "the first \(min(ours, theirs)) are compared.")
    }
    // Durations of containers are off by a frame or so.
    guard let ours = distorted.estimatedFrameCount, let theirs = reference.estimatedFrameCount,
      abs(ours - theirs) > max(2, theirs / 1000)
    else { return nil }
    return finding(
      .warning, .frameCount,
      contrast("has", "about \(ours) frames", "about \(theirs)")
        + ": make sure that both start with the same frame.")
  }

  private var frameRate: PreflightFinding? {
    guard let ours = distorted.frameRate?.framesPerSecond,
      let theirs = reference.frameRate?.framesPerSecond,
      abs(ours / theirs - 1) > 0.0002
    else { return nil }
    return finding(
      .warning, .frameRate,
      contrast(
        "has", "\(Preflight.rounded(ours)) frames per second", Preflight.rounded(theirs))
        + ": frames are compared in order, so different moments may be compared.")
  }

  private var startTime: PreflightFinding? {
    guard let ours = distorted.startTime, let theirs = reference.startTime else { return nil }
    let rate = reference.frameRate?.framesPerSecond ?? 25
    guard abs(ours - theirs) * rate > 0.75 else { return nil }
    return finding(
      .warning, .startTime,
      contrast(
        "starts at", "\(Preflight.rounded(ours)) s",
        "\(Preflight.rounded(theirs)) s")
        + ": frames may be missing at the start of one of them.")
  }

  private var range: PreflightFinding? {
    // What does not say its range is limited by custom.
    let (ours, theirs) = (distorted.range ?? .limited, reference.range ?? .limited)
    if ours == theirs { return nil }
    return finding(
      .warning, .range,
      contrast("has", "\(ours.rawValue) range", "\(theirs.rawValue)")
        + ": samples are compared as stored, which spoils the score; convert one of them.")
  }

  private var primaries: PreflightFinding? {
    guard let ours = distorted.primaries, let theirs = reference.primaries, ours != theirs else {
      return nil
    }
    return finding(
      .warning, .color,
      contrast("has", "the colour primaries \(ours)", theirs) + ": colours are not converted.")
  }

  private var transfer: PreflightFinding? {
    guard let ours = distorted.transfer, let theirs = reference.transfer, ours != theirs,
      Self.curve(ours) != Self.curve(theirs)
    else { return nil }
    return finding(
      .warning, .color,
      contrast("has", "the transfer function \(ours)", theirs) + ": brightness is not converted.")
  }

  /// Several names stand for the transfer function of BT.709.
  private static func curve(_ name: String) -> String {
    ["smpte170m", "bt2020-10", "bt2020-12"].contains(name) ? "bt709" : name
  }

  private var aspectRatio: PreflightFinding? {
    // Scaling changes it anyway.
    guard scale == nil, let ours = distorted.sampleAspectRatio,
      let theirs = reference.sampleAspectRatio,
      ours.width * theirs.height != theirs.width * ours.height
    else { return nil }
    return finding(
      .note, .aspectRatio,
      contrast(
        "has", "pixels of \(ours.width):\(ours.height)", "\(theirs.width):\(theirs.height)")
        + "; they are compared as stored.")
  }

  private var rotation: PreflightFinding? {
    if distorted.rotation == reference.rotation { return nil }
    return finding(
      .warning, .rotation,
      contrast("is turned by", "\(distorted.rotation) degrees", "\(reference.rotation)")
        + " for display: make sure that both are stored the same way up.")
  }

  private var interlacing: PreflightFinding? {
    guard let ours = distorted.isInterlaced, let theirs = reference.isInterlaced, ours != theirs
    else { return nil }
    return finding(
      .warning, .interlacing,
      contrast("is", ours ? "interlaced" : "progressive", theirs ? "interlaced" : "progressive")
        + ": deinterlace first.")
  }
}
