#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the programs of FFmpeg are.
///
/// They are child processes, never linked: any FFmpeg from 4.4 on does, and none is needed for raw
/// and Y4M video.
public struct FFmpegTools: Sendable, Hashable {
  /// The path of `ffmpeg`, if there is one.
  public var ffmpeg: String?
  /// The path of `ffprobe`, if there is one.
  public var ffprobe: String?

  /// Names the programs.
  public init(ffmpeg: String?, ffprobe: String?) {
    self.ffmpeg = ffmpeg
    self.ffprobe = ffprobe
  }

  /// Finds the programs: `TINYVMAF_FFMPEG` and `TINYVMAF_FFPROBE` name them, or else the
  /// directories of `PATH` are searched.
  ///
  /// - Parameter environment: Returns the value of an environment variable.
  public static func locate(
    environment: (String) -> String? = FFmpegTools.processEnvironment
  ) -> FFmpegTools {
    func find(_ name: String, variable: String) -> String? {
      let choice = environment(variable).flatMap { $0.isEmpty ? nil : $0 } ?? name
      if choice.contains("/") { return isExecutable(choice) ? choice : nil }
      return (environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        .filter { $0.hasPrefix("/") }
        .map { "\($0)/\(choice)" }
        .first(where: isExecutable)
    }
    return FFmpegTools(
      ffmpeg: find("ffmpeg", variable: Self.ffmpegVariable),
      ffprobe: find("ffprobe", variable: Self.ffprobeVariable))
  }

  /// FFmpeg's names of the containers that hold all of their video themselves.
  ///
  /// Playlists, manifests, concatenation scripts and image sequences are left out: they name other
  /// files, which FFmpeg would read wherever they are.
  public static let selfContained = [
    "matroska", "webm", "mov", "mp4", "m4a", "3gp", "3g2", "mj2", "avi", "mpegts", "mpeg",
    "mpegvideo", "m4v", "ivf", "obu", "av1", "h264", "hevc", "vvc", "flv", "ogg", "mxf", "nut",
    "asf", "gxf", "dv", "yuv4mpegpipe", "rawvideo",
  ]

  /// The value of a variable of this process.
  public static func processEnvironment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  static let ffmpegVariable = "TINYVMAF_FFMPEG"
  static let ffprobeVariable = "TINYVMAF_FFPROBE"

  private static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, X_OK) == 0
  }
}
