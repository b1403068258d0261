/// Opens a file that FFmpeg has to decode.
func openWithFFmpeg(
  path: String, options: VideoInputOptions
) throws(VideoError) -> OpenedVideo {
  guard let program = options.tools.ffmpeg else {
    throw .toolNotFound(path: path, tool: "ffmpeg", variable: FFmpegTools.ffmpegVariable)
  }
  var command = FFmpegCommand(program: program)
  command.scale = options.scale
  command.threads = options.decodeThreads
  command.concealsDamage = options.concealsDamage
  command.containers = options.containers

  guard let ffprobe = options.tools.ffprobe else {
    // The decoder itself tells the format, and refuses formats that are not planar YUV.
    let source = try FFmpegSource(path: path, command: command)
    var probe = VideoProbe(
      path: path, container: "unknown", codec: "unknown", format: source.format)
    probe.frameRate = source.frameRate
    probe.isIncomplete = true
    return OpenedVideo(source: source, probe: probe, options: options, file: path)
  }

  let report = try FFprobeReport.read(path: path, program: ffprobe, options: options)
  guard let stream = report.streams?.first else {
    throw .unsupported(path: path, reason: "there is no video stream in it")
  }
  let treatment = try pixelFormatTreatment(
    of: stream.pixFmt, path: path, convertsRGB: options.convertsRGB)
  let format = VideoFormat(
    width: stream.width ?? 0, height: stream.height ?? 0, pixelFormat: treatment.pixelFormat)
  try format.validate(path: path)
  command.version = report.programVersion?.version
  command.treatment = treatment
  return OpenedVideo(
    command: command, probe: VideoProbe(path: path, report: report, format: format),
    options: options, file: path)
}

/// How to treat the pixel format of a stream; formats that cannot be read exactly are refused.
private func pixelFormatTreatment(
  of name: String?, path: String, convertsRGB: Bool
) throws(VideoError) -> FFmpegPixelFormat.Treatment {
  guard let name else {
    throw .unsupported(path: path, reason: "FFmpeg does not know the pixel format of its video")
  }
  if let treatment = FFmpegPixelFormat.treatment(of: name, convertsRGB: convertsRGB) {
    return treatment
  }
  if FFmpegPixelFormat.isRGB(name) {
    throw .unsupported(
      path: path,
      reason: "its pixel format \(name) is RGB, while VMAF is defined on YUV; "
        + "convert it with --convert_rgb (BT.709) or by hand")
  }
  throw .unsupported(
    path: path,
    reason: "its pixel format \(name) is not 4:0:0, 4:2:0, 4:2:2 or 4:4:4 planar YUV; "
      + "convert it first, for instance with ffmpeg -pix_fmt yuv420p")
}

extension OpenedVideo {
  /// Puts a decoder behind a video; the size follows from its scaler.
  fileprivate init(
    command: FFmpegCommand, probe: VideoProbe, options: VideoInputOptions, file: String
  ) {
    var format = probe.format
    if let scale = command.scale { (format.width, format.height) = (scale.width, scale.height) }
    self.init(
      source: FFmpegSource(path: file, command: command, probe: probe, format: format),
      probe: probe, options: options, file: file)
  }

  /// Opens the same video again, scaled by FFmpeg; a video of that size stays as it is.
  ///
  /// Nothing must have been read from ``source`` yet. Do not use it any more.
  ///
  /// - Throws: ``VideoError`` for standard input and pipes, which cannot be opened again, and when
  ///   FFmpeg is not installed.
  public func scaled(to scale: VideoScale) throws(VideoError) -> OpenedVideo {
    if (source.format.width, source.format.height) == (scale.width, scale.height) { return self }
    guard let file else {
      throw .unsupported(
        path: probe.path, reason: "only files can be scaled; save it to a file first")
    }
    var scaledOptions = options
    scaledOptions.scale = scale
    var size = probe.format
    (size.width, size.height) = (scale.width, scale.height)
    try size.validate(path: file)
    guard let program = options.tools.ffmpeg else {
      throw .toolNotFound(path: file, tool: "ffmpeg", variable: FFmpegTools.ffmpegVariable)
    }
    var command = FFmpegCommand(program: program)
    switch probe.container {
    case "yuv4mpegpipe":
      command.inputArguments = ["-f", "yuv4mpegpipe"]
      // Without its alpha plane, if there is one.
      command.treatment = FFmpegPixelFormat.name(of: probe.format.pixelFormat).map {
        .init(pixelFormat: probe.format.pixelFormat, conversion: $0)
      }
    case "raw":
      guard let name = FFmpegPixelFormat.name(of: probe.format.pixelFormat) else {
        throw .unsupported(
          path: file,
          reason: "FFmpeg cannot scale raw video of \(probe.format.pixelFormat.bitDepth) bits")
      }
      command.inputArguments = [
        "-f", "rawvideo", "-pixel_format", name,
        "-video_size", "\(probe.format.width)x\(probe.format.height)", "-framerate",
        options.rawFrameRate.map { "\($0.numerator)/\($0.denominator)" } ?? "25",
      ]
    default: return try openWithFFmpeg(path: file, options: scaledOptions)
    }
    command.scale = scale
    command.threads = options.decodeThreads
    return OpenedVideo(command: command, probe: probe, options: scaledOptions, file: file)
  }
}
