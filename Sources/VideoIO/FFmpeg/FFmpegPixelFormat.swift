/// How FFmpeg's pixel formats relate to ours.
enum FFmpegPixelFormat {
  /// What to do with the frames of a decoder.
  struct Treatment: Hashable {
    /// The layout that the frames arrive in.
    var pixelFormat: PixelFormat
    /// The format to convert to, when the frames cannot be taken as they are.
    var conversion: String?
    /// Whether the conversion is one of colours rather than of the arrangement of samples.
    var convertsColors = false
  }

  /// How to treat a decoder's pixel format, or `nil` when it is not supported.
  static func treatment(of name: String, convertsRGB: Bool) -> Treatment? {
    if let planar = planar(name) { return Treatment(pixelFormat: planar) }
    // With an alpha plane, which the conversion leaves out.
    if name.hasPrefix("yuva"), let planar = planar("yuv" + name.dropFirst("yuva".count)) {
      return self.name(of: planar).map { Treatment(pixelFormat: planar, conversion: $0) }
    }
    if convertsRGB, isRGB(name) {
      let target = PixelFormat(chroma: .yuv444, bitDepth: depth(ofRGB: name))
      return self.name(of: target).map {
        Treatment(pixelFormat: target, conversion: $0, convertsColors: true)
      }
    }
    return nil
  }

  /// FFmpeg's name of one of our layouts, or `nil` for depths that it has no name for.
  static func name(of format: PixelFormat) -> String? {
    let family = format.chroma == .yuv400 ? "gray" : "yuv\(format.chroma.rawValue)p"
    switch format.bitDepth {
    case 8: return family
    case 9, 10, 12, 14, 16: return "\(family)\(format.bitDepth)le"
    default: return nil
    }
  }

  /// Whether the format has red, green and blue, or a palette of them.
  static func isRGB(_ name: String) -> Bool {
    ["rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "x2rgb", "x2bgr", "pal8"].contains {
      name.hasPrefix($0)
    }
  }

  /// The layout of planar YUV and grey formats; `yuvj…` is the same with full range.
  private static func planar(_ name: String) -> PixelFormat? {
    let families: [(String, ChromaSubsampling)] = [
      ("yuv420p", .yuv420), ("yuv422p", .yuv422), ("yuv444p", .yuv444), ("yuvj420p", .yuv420),
      ("yuvj422p", .yuv422), ("yuvj444p", .yuv444), ("gray", .yuv400),
    ]
    for (prefix, chroma) in families where name.hasPrefix(prefix) {
      switch name.dropFirst(prefix.count) {
      case "": return PixelFormat(chroma: chroma, bitDepth: 8)
      case "9le": return PixelFormat(chroma: chroma, bitDepth: 9)
      case "10le": return PixelFormat(chroma: chroma, bitDepth: 10)
      case "12le": return PixelFormat(chroma: chroma, bitDepth: 12)
      case "14le": return PixelFormat(chroma: chroma, bitDepth: 14)
      case "16le": return PixelFormat(chroma: chroma, bitDepth: 16)
      default: return nil
      }
    }
    return nil
  }

  /// The bits of a component: 8 unless the name says more.
  private static func depth(ofRGB name: String) -> Int {
    if name.hasPrefix("x2") { return 10 }
    if name.hasPrefix("gbr") {
      let digits = name.drop { !$0.isNumber }.prefix { $0.isNumber }
      return Int(digits) ?? 8
    }
    return name.contains("48") || name.contains("64") ? 16 : 8
  }
}
