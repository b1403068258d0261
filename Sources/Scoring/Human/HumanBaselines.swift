import Evaluation
import Features
import TinyNets

/// Predictions that a model of human scores must beat to be of use.
///
/// All but the raw teacher are a linear map of one number, fitted by least squares on the training
/// clips of each fold (on each test's own scale), so they see exactly what the models see.
public struct HumanBaselines: Sendable {
  /// One baseline: its name, and its prediction of every tested clip.
  public struct Baseline: Sendable {
    /// What is printed.
    public let name: String
    /// The predictions by clip.
    public let scores: [Int: Double]
  }

  /// The baselines, the raw teacher first and the teacher with a linear map second.
  public let baselines: [Baseline]

  /// The name of the one that models are compared with.
  public static let reference = "teacher + linear map"

  /// Computes all baselines that the data allow.
  ///
  /// - Parameters:
  ///   - study: The clips.
  ///   - folds: The folds in which models are tested.
  ///   - teacher: Gives the teacher's score of a row where none is stored.
  public init(_ study: HumanStudy, folds: HumanFolds, teacher: TeacherFunction) {
    let clips = study.clips
    let teacherScores = clips.map { clip in clip.teacher ?? Self.score(clip, by: teacher) }
    let tested = folds.folds.flatMap(\.split.tested)
    let raw = Dictionary(uniqueKeysWithValues: tested.map { ($0, teacherScores[$0]) })
    var baselines = [Baseline(name: "teacher", scores: raw)]
    let columns: [(String, [Double?])] = [
      (Self.reference, teacherScores),
      ("log bit rate + linear map", clips.map { $0.bitrate.map(Self.logarithm) }),
      ("adm2 + linear map", clips.map { $0.mean(ofFeature: 0) }),
      ("PSNR + linear map", clips.map(\.psnr)),
    ]
    for (name, values) in columns where tested.allSatisfy({ values[$0] != nil }) {
      baselines.append(
        Baseline(name: name, scores: Self.mapped(values, study, folds)))
    }
    self.baselines = baselines
  }

  /// One number per clip, mapped linearly to the scale of each test as the training clips of each
  /// fold show it; the tested clips by index.
  static func mapped(
    _ values: [Double?], _ study: HumanStudy, _ folds: HumanFolds
  ) -> [Int: Double] {
    let clips = study.clips
    var scores: [Int: Double] = [:]
    for fold in folds.folds {
      let training = fold.split.training.filter { values[$0] != nil }
      let maps = Dictionary(grouping: training) { clips[$0].test }.mapValues { members in
        LinearFit(members.map { values[$0] ?? 0 }, members.map { clips[$0].target })
      }
      for clip in fold.split.tested {
        let value = values[clip] ?? 0
        scores[clip] = min(max(maps[clips[clip].test]?(value) ?? value, 0), 100)
      }
    }
    return scores
  }

  /// The teacher's mean score over a clip's rows.
  static func score(_ clip: HumanClip, by teacher: TeacherFunction) -> Double {
    let rows = stride(from: 0, to: clip.features.count, by: 6)
    let sum = rows.reduce(0.0) { $0 + teacher.score(Array(clip.features[$1..<$1 + 6])) }
    return sum / Double(clip.features.count / 6)
  }

  /// The natural logarithm from exact operations.
  ///
  /// `ln x = 2 artanh((x - 1) / (x + 1))` on the significand, plus the exponent's share. The last digit may not depend on a C library.
  private static func logarithm(_ x: Double) -> Double {
    guard x > 0, x.isFinite else { return 0 }
    let y = (x.significand - 1) / (x.significand + 1)
    var term = y
    var sum = 0.0
    for k in 0..<30 {
      sum += term / Double(2 * k + 1)
      term *= y * y
    }
    return 2 * sum + Double(x.exponent) * 0.693147180559945309
  }
}

/// A straight line by least squares.
struct LinearFit {
  let slope: Double
  let offset: Double

  init(_ x: [Double], _ y: [Double]) {
    let count = Double(x.count)
    let meanX = x.reduce(0, +) / count
    let meanY = y.reduce(0, +) / count
    var xx = 0.0
    var xy = 0.0
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      xy += (a - meanX) * (b - meanY)
    }
    slope = xx > 0 ? xy / xx : 0
    offset = meanY - slope * meanX
  }

  func callAsFunction(_ x: Double) -> Double { offset + slope * x }
}
