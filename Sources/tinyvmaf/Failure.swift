import ArgumentParser
import Corpus
import DurableFiles
import Evaluation
import FeatureStore
import Features
import ModelPackage
import Processor
import Reports
import Scoring
import TinyNets
import VMAFModel
import VideoIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// From an error to one sentence on standard error and an exit code.
enum Failure {
  /// A failure that a command describes itself.
  struct Message: Error {
    let text: String
    let code: ExitCode
  }

  /// A gate found a broken contract.
  static let gateFailed = ExitCode(2)
  /// Bad input data (`EX_DATAERR`).
  static let badData = ExitCode(65)
  /// Some pairs of many failed; the others are there.
  static let somePairsFailed = ExitCode(4)
  /// A missing input file or tool (`EX_NOINPUT`).
  static let missingInput = ExitCode(66)

  /// Wrong usage (`EX_USAGE`).
  private static let wrongUsage = ExitCode(64)

  /// Makes sure that an input file is there.
  ///
  /// - Throws: ``Message`` when it is not.
  static func requireFile(_ path: String) throws {
    guard access(path, F_OK) != 0 else { return }
    throw Message(text: "\(path): there is no such file; check the path.", code: missingInput)
  }

  /// Ends the process, with one line on standard error.
  static func exit(_ error: any Error) -> Never {
    if let status = Interruption.exitStatus {
      Terminal.noteLine("tinyvmaf: interrupted")
      Tinyvmaf.exit(withError: ExitCode(status))
    }
    switch error {
    case let message as Message:
      Terminal.noteLine("tinyvmaf: \(message.text)")
      Tinyvmaf.exit(withError: message.code)
    case let code as ExitCode:
      Tinyvmaf.exit(withError: code)
    default:
      if let code = code(of: error) {
        Terminal.noteLine("tinyvmaf: \(error)")
        Tinyvmaf.exit(withError: code)
      }
      exitWithUsage(error)
    }
  }

  /// Ends the process with what the parser has to say: help, the version, or what is wrong.
  private static func exitWithUsage(_ error: any Error) -> Never {
    let code = Tinyvmaf.exitCode(for: error)
    guard code == .validationFailure else { Tinyvmaf.exit(withError: error) }
    let message = Tinyvmaf.message(for: error).split(whereSeparator: \.isNewline)
    var text = message.joined(separator: " ")
    if !text.hasSuffix("."), !text.hasSuffix("?") { text += "." }
    // The parser goes on with the usage and ends with how to get help; our own checks know no
    // command and say themselves what to do.
    if !(error is ValidationError) {
      let advice = Tinyvmaf.fullMessage(for: error).split(whereSeparator: \.isNewline).last {
        $0.contains("--help")
      }
      if let advice { text += " " + advice.drop { $0 == " " } }
    }
    Terminal.noteLine("tinyvmaf: \(text)")
    Tinyvmaf.exit(withError: wrongUsage)
  }

  /// The exit code of one of our own errors, `nil` for the parser's.
  private static func code(of error: any Error) -> ExitCode? {
    switch error {
    case let error as VideoError: videoCode(error)
    case let error as ModelError: modelCode(error)
    case let error as CorpusError: corpusCode(error)
    case let error as StoreError: storeCode(error)
    case let error as ModelPackageError: packageCode(error)
    case is ONNXError: badData
    case let error as ONNXRuntimeError:
      switch error {
      case .noLibrary: wrongUsage
      case .cannotOpen, .notONNXRuntime, .unsupportedVersion: missingInput
      case .failed, .unexpected: ExitCode.failure
      }
    case let error as QuantisationError:
      if case .budgetExceeded = error { gateFailed } else { badData }
    case let error as FileError:
      switch error.code {
      case ENOENT, ENOTDIR, EISDIR: missingInput
      default: ExitCode.failure
      }
    case is FeatureExtractionError, is EvaluationError, is DatasetError, is NetworkError,
      is SafeTensorsError, is SubjectiveError:
      badData
    case let error as HumanDataError: humanDataCode(error)
    case is StudentError, is ScoringError, is InstructionSetError, is FeatureExtractorError,
      is ArchitectureError, is RecipeError, is SamplerError, is TrainingError, is ClipError:
      wrongUsage
    case is ValidationError, is CleanExit: nil
    default:
      // The parser's other errors are internal to it, and it describes them best.
      String(reflecting: type(of: error)).hasPrefix("ArgumentParser.") ? nil : ExitCode.failure
    }
  }

  private static func videoCode(_ error: VideoError) -> ExitCode {
    switch error.kind {
    case .missingInput: missingInput
    case .badData: badData
    case .runtime: ExitCode.failure
    }
  }

  private static func modelCode(_ error: ModelError) -> ExitCode {
    switch error {
    case .unreadable: missingInput
    case .badSpecification, .unknownVersion: wrongUsage
    case .tooLarge, .invalid: badData
    }
  }

  private static func packageCode(_ error: ModelPackageError) -> ExitCode {
    switch error {
    case .unknown, .badIdentifier, .alreadyThere, .isBuiltIn, .noPrecision: wrongUsage
    case .missingSidecar, .missingFile: missingInput
    case .malformedSidecar, .tampered, .signature: badData
    case .noUserFolder: ExitCode.failure
    }
  }

  private static func corpusCode(_ error: CorpusError) -> ExitCode {
    switch error {
    case .noDataRoot, .split: wrongUsage
    case .rootNotFound, .tool: missingInput
    case .file, .notEnoughSpace, .busy: ExitCode.failure
    case .manifest, .pairsFile, .ladder, .input: badData
    }
  }

  private static func humanDataCode(_ error: HumanDataError) -> ExitCode {
    switch error {
    case .malformed, .table: badData
    case .unknownTarget, .tooFewContents, .unknownCell: wrongUsage
    case .missingCells: missingInput
    }
  }

  private static func storeCode(_ error: StoreError) -> ExitCode {
    switch error {
    case .system, .diskFull: ExitCode.failure
    case .notAStore: missingInput
    case .invalidShard, .ambiguous, .nothingSelected: wrongUsage
    case .corrupt, .inputChanged, .invalidRecord, .invalidTable, .cannotExport: badData
    }
  }
}
