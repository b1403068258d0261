import DurableFiles
import Reports
import TinyNets

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The log of a training run, for the report.
enum LossLog {
  /// Reads what `train --log` wrote: one `TrainingProgress` per line.
  static func read(_ path: String) throws -> EvaluationPage.LossCurve {
    try Failure.requireFile(path)
    let lines = try FileContents.read(path, limit: 256 << 20).split(separator: UInt8(ascii: "\n"))
    let points = try lines.enumerated().map { number, line -> (step: Double, error: Double) in
      guard let progress = try? JSONDecoder().decode(TrainingProgress.self, from: Data(line)) else {
        throw Failure.Message(
          text:
            "\(path): line \(number + 1) is not of a training log; give what train --log wrote.",
          code: Failure.badData)
      }
      return (Double(progress.step), progress.heldOutRMSE ?? progress.trainingRMSE)
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return EvaluationPage.LossCurve(label: name, points: points)
  }
}
