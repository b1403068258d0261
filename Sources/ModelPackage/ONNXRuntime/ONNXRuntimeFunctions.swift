/// The functions of ONNX Runtime's C interface that are used here.
///
/// The interface is a table of function pointers, asked for by version. Tables only ever grow: the
/// places of version 1 are fixed for good, which the library's own header asserts at compile time.
/// So the few functions below are taken by their places, and no header is needed to build this.
///
/// The table is constant memory of the library, which is never unloaded, and the functions may be
/// called from any thread: hence `@unchecked Sendable`.
struct ONNXRuntimeFunctions: @unchecked Sendable {
  /// Any of the library's objects.
  typealias Handle = UnsafeMutableRawPointer
  /// What most functions return: nothing, or an error that must be released.
  typealias Status = UnsafeMutableRawPointer?
  typealias Out<T> = UnsafeMutablePointer<T>
  typealias Text = UnsafePointer<CChar>
  typealias Release = @convention(c) (Handle?) -> Void

  private let table: UnsafePointer<UnsafeRawPointer?>

  private enum Place {
    static let used = [
      2, 3, 8, 9, 10, 23, 24, 30, 31, 36, 37, 49, 51, 60, 61, 62, 65, 69, 76, 78, 92, 93, 94, 95,
      96, 99, 100,
    ]
  }

  /// Wraps a table of version 1; `nil` if a function is missing.
  init?(_ table: UnsafePointer<UnsafeRawPointer?>) {
    guard Place.used.allSatisfy({ table[$0] != nil }) else { return nil }
    self.table = table
  }

  /// The function at a place that ``Place/used`` lists, which is known to be there.
  private func function<T>(_ place: Int) -> T { unsafeBitCast(table[place], to: T.self) }

  var errorMessage: @convention(c) (Handle) -> Text? { function(2) }
  var createEnvironment: @convention(c) (Int32, Text, Out<Handle?>) -> Status { function(3) }
  var createSession: @convention(c) (Handle, UnsafeRawPointer, Int, Handle, Out<Handle?>) -> Status
  { function(8) }
  var run:
    @convention(c) (
      Handle, Handle?, UnsafePointer<Text?>, UnsafePointer<Handle?>, Int,
      UnsafePointer<Text?>, Int, Out<Handle?>
    ) -> Status
  { function(9) }
  var createOptions: @convention(c) (Out<Handle?>) -> Status { function(10) }
  var setOptimisation: @convention(c) (Handle, Int32) -> Status { function(23) }
  var setThreads: @convention(c) (Handle, Int32) -> Status { function(24) }
  var inputCount: @convention(c) (Handle, Out<Int>) -> Status { function(30) }
  var outputCount: @convention(c) (Handle, Out<Int>) -> Status { function(31) }
  var inputName: @convention(c) (Handle, Int, Handle, Out<Out<CChar>?>) -> Status { function(36) }
  var outputName: @convention(c) (Handle, Int, Handle, Out<Out<CChar>?>) -> Status { function(37) }
  var createTensor:
    @convention(c) (Handle, Handle, Int, UnsafePointer<Int64>, Int, Int32, Out<Handle?>) -> Status
  { function(49) }
  var tensorData: @convention(c) (Handle, Out<Handle?>) -> Status { function(51) }
  var elementType: @convention(c) (Handle, Out<Int32>) -> Status { function(60) }
  var dimensionCount: @convention(c) (Handle, Out<Int>) -> Status { function(61) }
  var dimensions: @convention(c) (Handle, Out<Int64>, Int) -> Status { function(62) }
  var typeAndShape: @convention(c) (Handle, Out<Handle?>) -> Status { function(65) }
  var createMemoryInfo: @convention(c) (Int32, Int32, Out<Handle?>) -> Status { function(69) }
  var free: @convention(c) (Handle, Handle) -> Status { function(76) }
  var defaultAllocator: @convention(c) (Out<Handle?>) -> Status { function(78) }
  var releaseEnvironment: Release { function(92) }
  var releaseStatus: Release { function(93) }
  var releaseMemoryInfo: Release { function(94) }
  var releaseSession: Release { function(95) }
  var releaseValue: Release { function(96) }
  var releaseTypeAndShape: Release { function(99) }
  var releaseOptions: Release { function(100) }

  /// Throws what a status reports, and releases it.
  func check(_ status: Status) throws(ONNXRuntimeError) {
    guard let status else { return }
    defer { releaseStatus(status) }
    throw .failed(errorMessage(status).map { String(cString: $0) } ?? "no reason was given")
  }

  /// The object that a function creates.
  func make(_ create: (Out<Handle?>) -> Status) throws(ONNXRuntimeError) -> Handle {
    var handle: Handle?
    try check(create(&handle))
    guard let handle else { throw .failed("it created nothing") }
    return handle
  }

  /// The number that a function gives.
  func number<T: FixedWidthInteger>(
    _ get: (Out<T>) -> Status
  ) throws(ONNXRuntimeError) -> T {
    var value: T = 0
    try check(get(&value))
    return value
  }
}
