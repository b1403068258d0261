import ArgumentParser
import Corpus
import FeatureStore
import Features
import Processor
import Reports
import Scoring
import VMAFModel
import VideoIO

/// From an error to one sentence on standard error and an exit code.
enum Failure {
  /// A failure that a command describes itself.
  struct Message: Error {
    let text: String
    let code: ExitCode
  }

  /// Bad input data (`EX_DATAERR`).
  static let badData = ExitCode(65)
  /// Some pairs of many failed; the others are there.
  static let somePairsFailed = ExitCode(4)
  /// A missing input file or tool (`EX_NOINPUT`).
  static let missingInput = ExitCode(66)

  /// Ends the process; the parser's own errors keep their texts and codes.
  static func exit(_ error: any Error) -> Never {
    switch error {
    case is CancellationError:
      Terminal.noteLine("tinyvmaf: cancelled")
      Tinyvmaf.exit(withError: ExitCode(130))
    case let message as Message:
      Terminal.noteLine("tinyvmaf: \(message.text)")
      Tinyvmaf.exit(withError: message.code)
    default:
      guard let code = code(of: error) else { Tinyvmaf.exit(withError: error) }
      Terminal.noteLine("tinyvmaf: \(error)")
      Tinyvmaf.exit(withError: code)
    }
  }

  /// The exit code of one of our own errors, `nil` for the parser's.
  private static func code(of error: any Error) -> ExitCode? {
    switch error {
    case let error as VideoError:
      switch error.kind {
      case .missingInput: missingInput
      case .badData: badData
      case .runtime: ExitCode(1)
      }
    case let error as ModelError:
      if case .unreadable = error { missingInput } else { badData }
    case is FeatureExtractionError, is CorpusError, is StoreError: badData
    case is StudentError, is ScoringError, is InstructionSetError, is FeatureExtractorError:
      ExitCode(64)
    case is ExitCode, is ValidationError, is CleanExit: nil
    default:
      // The parser's other errors are internal to it, and it describes them best.
      String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") ? nil : ExitCode(1)
    }
  }
}
