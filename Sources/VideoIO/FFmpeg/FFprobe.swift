import Dispatch

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What `ffprobe` reports about the first video stream of a file.
struct FFprobeReport: Decodable {
  struct Stream: Decodable {
    var codecName: String?
    var width: Int?
    var height: Int?
    var pixFmt: String?
    var sampleAspectRatio: String?
    var colorRange: String?
    var colorTransfer: String?
    var colorPrimaries: String?
    var fieldOrder: String?
    var rFrameRate: String?
    var avgFrameRate: String?
    var startTime: String?
    var duration: String?
    var nbFrames: String?
    var nbReadPackets: String?
    var tags: [String: String]?
    var sideDataList: [SideData]?
  }
  struct SideData: Decodable {
    var rotation: Double?
  }
  struct Format: Decodable {
    var formatName: String?
    var duration: String?
  }
  struct ProgramVersion: Decodable {
    var version: String?
  }

  var programVersion: ProgramVersion?
  var streams: [Stream]?
  var format: Format?
}

extension FFprobeReport {
  /// Runs `ffprobe` on a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - program: The path of `ffprobe`.
  ///   - options: Whether to read the whole file to count its frames, which containers to open,
  ///     and how long it may take.
  static func read(
    path: String, program: String, options: VideoInputOptions
  ) throws(VideoError) -> FFprobeReport {
    let entries = [
      "program_version=version", "format=format_name,duration",
      "stream=codec_name,width,height,pix_fmt,sample_aspect_ratio,color_range,color_transfer,"
        + "color_primaries,field_order,r_frame_rate,avg_frame_rate,start_time,duration,nb_frames,"
        + "nb_read_packets",
      "stream_tags=rotate,DURATION", "stream_side_data=rotation",
    ].joined(separator: ":")
    var arguments = ["-v", "error", "-protocol_whitelist", "file,pipe", "-select_streams", "V:0"]
    arguments += FFmpegCommand.whitelist(of: options.containers)
    if options.countsFrames { arguments += ["-count_packets"] }
    arguments += ["-show_program_version", "-show_entries", entries, "-of", "json", "file:\(path)"]

    let child = try ChildProcess(
      path: path, tool: "ffprobe", program: program, arguments: arguments)
    if let seconds = options.probeSeconds {
      DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: child.kill)
    }
    let limit = 1 << 20
    var failure: VideoError?
    let text = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      do throws(VideoError) {
        count = try child.output.read(into: base, count: limit)
      } catch { failure = error }
    }
    // A report that long is no report: don't wait for its end.
    if text.count == limit { child.kill() }
    if let fault = child.wait() {
      throw .toolFailed(path: path, tool: "ffprobe", message: child.log.reason(path: path) ?? fault)
    }
    if let failure { throw failure }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(Self.self, from: Data(text))
    } catch {
      throw .toolFailed(path: path, tool: "ffprobe", message: "its report cannot be understood")
    }
  }
}
