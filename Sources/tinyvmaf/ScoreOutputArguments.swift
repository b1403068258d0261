public import ArgumentParser
import DurableFiles
import Features
public import Reports
import Scoring
import VideoIO

#if canImport(Glibc)
  // With the HTTP library in the program, structures of the C library count as this module's.
  import CDispatch
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where results go and in which form.
struct ScoreOutputArguments: ParsableArguments {
  @Option(
    name: [.customShort("o", allowingJoined: true), .long],
    help: ArgumentHelp(
      """
      Write the machine format to a file, or, with several distorted videos, to one file each in \
      this folder; XML unless another format is given.
      """, valueName: "path"))
  var output: String?

  @Flag(exclusivity: .chooseLast)
  var format: ReportFormat?

  @Option(
    help: ArgumentHelp("Digits of numbers: libvmaf's 6 decimals, or all.", valueName: "digits"))
  var precision: NumberPrecision = .libvmaf

  /// How numbers are written.
  enum NumberPrecision: String, ExpressibleByArgument, CaseIterable {
    case libvmaf, max
  }

  /// Whether a program will read the result.
  var isMachineReadable: Bool { output != nil || format != nil }

  /// Checks the destination before any work is done.
  ///
  /// - Throws: `ValidationError`, `FileError` or ``Failure/Message``.
  func check(resultCount: Int) throws {
    guard let output else {
      if format != nil, resultCount > 1 {
        throw ValidationError(
          "Machine formats hold one result: give a folder with -o for several distorted videos.")
      }
      return
    }
    if resultCount == 1 {
      try AtomicFile.checkDestination(output)
      warnAboutExtension(of: output)
    } else {
      guard isFolder(output) else {
        throw Failure.Message(
          text: "\"\(output)\" is no folder: several distorted videos need one for their results.",
          code: Failure.missingInput)
      }
    }
  }

  /// Writes what was asked for: machine formats, or a table for a person.
  ///
  /// - Parameters:
  ///   - cpuSeconds: The processor time of the run, which libvmaf's formats give as a rate.
  ///   - wallSeconds: The time on the clock.
  func write(_ run: ScoreRun, cpuSeconds: Double, wallSeconds: Double) throws {
    guard isMachineReadable else {
      Terminal.out(ScoreTables.text(run, wallSeconds: wallSeconds))
      return
    }
    let format = format ?? .xml
    let names = fileNames(of: run.results, extension: format.rawValue)
    for (result, name) in zip(run.results, names) {
      let text = report(of: result, in: run, cpuSeconds: cpuSeconds).text(as: format)
      switch output {
      case nil: Terminal.out(text)
      case let path? where run.results.count == 1: try AtomicFile.write(text, to: path)
      case let path?: try AtomicFile.write(text, to: path + "/" + name)
      }
    }
  }

  private func report(
    of result: ScoreResult, in run: ScoreRun, cpuSeconds: Double
  ) -> ScoreReport {
    var report = ScoreReport(
      version: "tinyvmaf \(Tinyvmaf.version)",
      framesPerSecond: Double(result.frameCount * run.results.count) / cpuSeconds,
      width: run.format.width, height: run.format.height, table: result.table)
    report.aggregates = result.aggregates.map {
      ScoreReport.Aggregate(name: $0.name, value: $0.value)
    }
    // Teachers say nothing that libvmaf does not: their output stays libvmaf's.
    report.predictions = zip(run.models, result.scores).compactMap { model, score in
      guard model.kind != .teacher else { return nil }
      return ScoreReport.Prediction(
        name: FeatureName(score.model), score: score.clipScore,
        outOfDomainFrames: score.outOfDomainFrames,
        interval: score.interval.map(ScoreReport.Prediction.Interval.init))
    }
    report.precision = precision == .max ? .max : .libvmaf
    return report
  }

  /// One file name per result: that of the distorted video, numbered where two are the same.
  private func fileNames(of results: [ScoreResult], extension suffix: String) -> [String] {
    var used: Set<String> = []
    return results.map { result in
      let name = result.distorted.split(separator: "/").last.map(String.init) ?? result.distorted
      let stem = name.split(separator: ".").dropLast().joined(separator: ".")
      var candidate = stem.isEmpty ? name : stem
      var number = 2
      while !used.insert(candidate).inserted {
        candidate = "\(stem.isEmpty ? name : stem)-\(number)"
        number += 1
      }
      return "\(candidate).\(suffix)"
    }
  }

  /// libvmaf writes XML whatever the file is called; a person may have expected otherwise.
  private func warnAboutExtension(of path: String) {
    guard format == nil, let dot = path.lastIndex(of: ".") else { return }
    let suffix = path[path.index(after: dot)...].lowercased()
    guard let meant = ReportFormat(rawValue: suffix), meant != .xml else { return }
    Terminal.noteLine(
      "note: writing XML to \(path), as libvmaf does; add --\(suffix) for \(suffix).")
  }

  private func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}

/// The time since the stopwatch was made.
struct Stopwatch {
  private let clock: clockid_t
  private let start: Double

  /// A stopwatch of the processor time of all threads of this process.
  static var cpu: Stopwatch { Stopwatch(CLOCK_PROCESS_CPUTIME_ID) }
  /// A stopwatch of the time on the clock.
  static var wall: Stopwatch { Stopwatch(CLOCK_MONOTONIC) }

  private init(_ clock: clockid_t) {
    self.clock = clock
    start = Self.now(clock)
  }

  /// The seconds so far.
  var seconds: Double { Self.now(clock) - start }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension ReportFormat: EnumerableFlag {
  /// The help text of the format's flag.
  public static func help(for value: ReportFormat) -> ArgumentHelp? {
    switch value {
    case .xml: "libvmaf's XML, the default with -o."
    case .json: "libvmaf's JSON."
    case .csv: "libvmaf's CSV: a row per frame."
    case .sub: "libvmaf's MicroDVD subtitles."
    }
  }
}
