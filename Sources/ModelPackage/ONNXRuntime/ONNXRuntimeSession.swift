/// A model, loaded into ONNX Runtime on the processor.
///
/// Sessions may be used from several threads at a time.
public final class ONNXRuntimeSession: Sendable {
  /// The names of the inputs.
  public let inputNames: [String]
  /// The names of the outputs.
  public let outputNames: [String]

  private typealias Handle = ONNXRuntimeFunctions.Handle
  private let library: ONNXRuntimeLibrary
  private let inputTexts: NameList
  private let outputTexts: NameList
  /// The library allows `run` on one session from many threads.
  nonisolated(unsafe) private let session: UnsafeMutableRawPointer
  /// Constant after its making: it says that tensors lie in ordinary memory.
  nonisolated(unsafe) private let memory: UnsafeMutableRawPointer

  private var functions: ONNXRuntimeFunctions { library.functions }

  /// Loads a model.
  ///
  /// - Parameters:
  ///   - model: The file.
  ///   - library: ONNX Runtime.
  ///   - threads: How many threads compute one run.
  ///   - isOptimised: Whether nodes may be merged and replaced, as is usual; without it each node is
  ///     computed as it stands.
  /// - Throws: ``ONNXRuntimeError`` with the library's own reason.
  public init(
    model: [UInt8], library: ONNXRuntimeLibrary, threads: Int = 1, isOptimised: Bool = true
  ) throws(ONNXRuntimeError) {
    let functions = library.functions
    let options = try functions.make(functions.createOptions)
    defer { functions.releaseOptions(options) }
    try functions.check(functions.setThreads(options, Int32(clamping: threads)))
    let (nothing, everything): (Int32, Int32) = (0, 99)
    try functions.check(functions.setOptimisation(options, isOptimised ? everything : nothing))
    let session = try functions.make { out in
      model.withUnsafeBytes { bytes in
        // An empty file still needs an address.
        let start = bytes.baseAddress ?? UnsafeRawPointer(options)
        return functions.createSession(library.environment, start, bytes.count, options, out)
      }
    }
    do throws(ONNXRuntimeError) {
      inputNames = try Self.names(of: session, functions, functions.inputCount, functions.inputName)
      outputNames = try Self.names(
        of: session, functions, functions.outputCount, functions.outputName)
      let (arena, defaultMemory): (Int32, Int32) = (1, 0)
      memory = try functions.make { functions.createMemoryInfo(arena, defaultMemory, $0) }
    } catch {
      functions.releaseSession(session)
      throw error
    }
    inputTexts = NameList(inputNames)
    outputTexts = NameList(outputNames)
    self.session = session
    self.library = library
  }

  deinit {
    functions.releaseMemoryInfo(memory)
    functions.releaseSession(session)
  }

  /// The scores of rows of features: the first output of a model with one input.
  ///
  /// - Parameters:
  ///   - rows: The rows, one after the other.
  ///   - features: How many numbers a row has.
  /// - Throws: ``ONNXRuntimeError``, also if there is not one number per row.
  public func predict(rows: [Float], features: Int) throws(ONNXRuntimeError) -> [Float] {
    guard features > 0, rows.count % features == 0 else {
      throw .unexpected("\(rows.count) numbers are no rows of \(features) features")
    }
    let count = rows.count / features
    let outputs = try run([ONNXTensor(reals: rows, shape: [count, features])])
    guard let scores = outputs.first?.reals, scores.count == count else {
      throw .unexpected("the model gives no score per row")
    }
    return scores
  }

  /// Computes the outputs.
  ///
  /// - Parameter inputs: One tensor per input, in the order of ``inputNames``.
  /// - Returns: One tensor per output, in the order of ``outputNames``.
  /// - Throws: ``ONNXRuntimeError`` with the library's own reason.
  public func run(_ inputs: [ONNXTensor]) throws(ONNXRuntimeError) -> [ONNXTensor] {
    guard inputs.count == inputNames.count else {
      throw .unexpected("there are \(inputs.count) tensors for \(inputNames.count) inputs")
    }
    // The library reads the inputs where they lie, so they stay until the run is over.
    var buffers: [UnsafeMutableRawPointer] = []
    var values: [Handle?] = []
    var results = [Handle?](repeating: nil, count: outputNames.count)
    defer {
      for value in values + results { functions.releaseValue(value) }
      for buffer in buffers { buffer.deallocate() }
    }
    for input in inputs {
      let buffer = input.copied()
      buffers.append(buffer)
      let shape = input.shape.map(Int64.init)
      values.append(
        try functions.make {
          functions.createTensor(
            memory, buffer, input.count * input.elementType.size, shape, shape.count,
            Int32(input.elementType.rawValue), $0)
        })
    }
    try functions.check(
      functions.run(
        session, nil, inputTexts.texts, values, values.count, outputTexts.texts, results.count,
        &results))
    var outputs: [ONNXTensor] = []
    for result in results {
      guard let result else { throw .failed("an output is missing") }
      outputs.append(try tensor(result))
    }
    return outputs
  }

  /// Copies an output of the library.
  private func tensor(_ value: Handle) throws(ONNXRuntimeError) -> ONNXTensor {
    let info = try functions.make { functions.typeAndShape(value, $0) }
    defer { functions.releaseTypeAndShape(info) }
    let number: Int32 = try functions.number { functions.elementType(info, $0) }
    let rank: Int = try functions.number { functions.dimensionCount(info, $0) }
    var extents = [Int64](repeating: 0, count: rank)
    try functions.check(functions.dimensions(info, &extents, rank))
    let data = try functions.make { functions.tensorData(value, $0) }
    let shape = extents.map { Int(clamping: $0) }
    let count = shape.reduce(1, *)
    guard let type = ONNXElementType(rawValue: Int(number)),
      let tensor = ONNXTensor(type, shape: shape, at: UnsafeRawPointer(data), count: count)
    else { throw .unexpected("an output has the element type \(number)") }
    return tensor
  }

  private static func names(
    of session: Handle, _ functions: ONNXRuntimeFunctions,
    _ count: (Handle, UnsafeMutablePointer<Int>) -> UnsafeMutableRawPointer?,
    _ name: (Handle, Int, Handle, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>)
      -> UnsafeMutableRawPointer?
  ) throws(ONNXRuntimeError) -> [String] {
    let allocator = try functions.make(functions.defaultAllocator)
    let total: Int = try functions.number { count(session, $0) }
    var names: [String] = []
    for index in 0..<total {
      var text: UnsafeMutablePointer<CChar>?
      try functions.check(name(session, index, allocator, &text))
      guard let text else { throw .failed("a name is missing") }
      names.append(String(cString: text))
      try functions.check(functions.free(allocator, text))
    }
    return names
  }
}

/// Names as the library takes them: C strings that live as long as this object.
///
/// They are made once, since a run of one row takes hardly longer than making them.
private final class NameList: @unchecked Sendable {
  // Constant from its making to its end, hence safe to share.
  let texts: UnsafeMutablePointer<UnsafePointer<CChar>?>
  private let count: Int

  init(_ names: [String]) {
    count = names.count
    texts = .allocate(capacity: max(count, 1))
    for (index, name) in names.enumerated() {
      let bytes = name.utf8CString
      let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (offset, byte) in bytes.enumerated() { text[offset] = byte }
      texts[index] = UnsafePointer(text)
    }
  }

  deinit {
    for index in 0..<count { texts[index]?.deallocate() }
    texts.deallocate()
  }
}
