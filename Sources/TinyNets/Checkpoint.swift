import DurableFiles
public import Processor

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A training run, stopped at a step: everything that the rest of the run depends on.
///
/// A checkpoint is a safetensors file; the network in it can be read on its own with
/// ``Network/init(contentsOf:)``.
public struct Checkpoint: Sendable, Equatable {
  /// The network with the weights of the last step.
  public let network: Network
  /// The number of steps taken.
  public let step: Int
  /// The options of the run.
  public let options: TrainingOptions
  /// Free text that the caller keeps beside the run, such as the recipe's stage.
  public var notes: [String: String]

  let state: [String: [Float]]
  let fingerprint: UInt64
  let bestRMSE: Double?
  let reportsSinceBest: Int

  private static let format = "tinyvmaf-checkpoint-1"
  private static let statePrefix = "state."
  private static let notePrefix = "note."
  private static let fieldPrefix = "checkpoint."

  init(
    network: Network, step: Int, options: TrainingOptions, notes: [String: String],
    state: [String: [Float]], fingerprint: UInt64, bestRMSE: Double?, reportsSinceBest: Int
  ) {
    self.network = network
    self.step = step
    self.options = options
    self.notes = notes
    self.state = state
    self.fingerprint = fingerprint
    self.bestRMSE = bestRMSE
    self.reportsSinceBest = reportsSinceBest
  }

  /// Writes the checkpoint to a file, which is whole or not there.
  public func write(to path: String) throws {
    var file = network.safeTensors()
    for (name, values) in state { file.tensors[Self.statePrefix + name] = .init(values) }
    for (name, text) in notes { file.metadata[Self.notePrefix + name] = text }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let fields: [String: String?] = [
      "format": Self.format, "step": String(step),
      "options": String(decoding: try encoder.encode(options), as: UTF8.self),
      "fingerprint": String(fingerprint, radix: 16),
      // A bit pattern, so that nothing is lost in text.
      "bestRMSE": bestRMSE.map { String($0.bitPattern, radix: 16) },
      "reportsSinceBest": String(reportsSinceBest),
    ]
    for (name, text) in fields { file.metadata[Self.fieldPrefix + name] = text }
    try AtomicFile.write(file.encoded(), to: path)
  }

  /// Reads a checkpoint from a file.
  ///
  /// - Throws: ``FileError``, ``SafeTensorsError``, ``NetworkError`` or ``ArchitectureError``.
  public init(contentsOf path: String) throws {
    let bytes = try FileContents.read(path, limit: SafeTensors.maximumFileSize)
    var file = try SafeTensors(decoding: bytes)
    func field(_ name: String) throws -> String {
      guard let text = file.metadata.removeValue(forKey: Self.fieldPrefix + name) else {
        throw NetworkError.malformed("it is no checkpoint: its metadata lacks '\(name)'")
      }
      return text
    }
    guard try field("format") == Self.format else {
      throw NetworkError.malformed("it is a checkpoint of another version")
    }
    guard let step = Int(try field("step")), step >= 0,
      let fingerprint = UInt64(try field("fingerprint"), radix: 16),
      let reportsSinceBest = Int(try field("reportsSinceBest")),
      let options = try? JSONDecoder().decode(
        TrainingOptions.self, from: Data(try field("options").utf8))
    else { throw NetworkError.malformed("its metadata holds no valid training state") }
    let best = (try? field("bestRMSE")).flatMap { UInt64($0, radix: 16) }
    var notes: [String: String] = [:]
    for (name, text) in file.metadata where name.hasPrefix(Self.notePrefix) {
      notes[String(name.dropFirst(Self.notePrefix.count))] = text
      file.metadata[name] = nil
    }
    var state: [String: [Float]] = [:]
    for (name, tensor) in file.tensors where name.hasPrefix(Self.statePrefix) {
      state[String(name.dropFirst(Self.statePrefix.count))] = tensor.values
    }
    self.init(
      network: try Network(file), step: step, options: options, notes: notes, state: state,
      fingerprint: fingerprint, bestRMSE: best.map { Double(bitPattern: $0) },
      reportsSinceBest: reportsSinceBest)
  }
}

extension Trainer {
  /// The run as it stands, to continue later.
  ///
  /// - Parameter notes: Free text to keep beside it.
  public func checkpoint(notes: [String: String] = [:]) -> Checkpoint {
    var network = template
    network.parameters = parameters.values
    return Checkpoint(
      network: network, step: step, options: options, notes: notes,
      state: stateBuffers.mapValues(\.values), fingerprint: fingerprint, bestRMSE: bestRMSE,
      reportsSinceBest: reportsSinceBest)
  }

  /// Continues a run from a checkpoint.
  ///
  /// The rest of the run gives the bytes that it would have given without the interruption.
  ///
  /// - Throws: ``TrainingError/foreignCheckpoint(_:)`` if the training rows differ from those that
  ///   the run began with, or the state does not fit.
  public convenience init(
    resuming checkpoint: Checkpoint, training: Dataset, heldOut: Dataset? = nil, threads: Int = 1,
    on set: InstructionSet = .best
  ) throws {
    try self.init(
      checkpoint.network, training: training, heldOut: heldOut, options: checkpoint.options,
      threads: threads, on: set)
    guard fingerprint == checkpoint.fingerprint else {
      throw TrainingError.foreignCheckpoint("its training rows are others")
    }
    let buffers = stateBuffers
    guard Set(buffers.keys) == Set(checkpoint.state.keys) else {
      throw TrainingError.foreignCheckpoint("its optimiser is another")
    }
    for (name, buffer) in buffers {
      let values = checkpoint.state[name] ?? []
      guard values.count == buffer.count else {
        throw TrainingError.foreignCheckpoint("its state '\(name)' has another size")
      }
      for (index, value) in values.enumerated() { buffer.base[index] = value }
    }
    guard checkpoint.step <= options.steps else {
      throw TrainingError.foreignCheckpoint("it is past the last step")
    }
    step = checkpoint.step
    bestRMSE = checkpoint.bestRMSE
    reportsSinceBest = checkpoint.reportsSinceBest
    if step == options.steps { outcome = .finished }
    if let patience = options.patience, reportsSinceBest >= patience { outcome = .stoppedEarly }
  }

  private var stateBuffers: [String: AlignedBuffer<Float>] {
    var buffers = optimizer.state
    buffers["average"] = average
    buffers["best"] = best
    return buffers
  }
}
