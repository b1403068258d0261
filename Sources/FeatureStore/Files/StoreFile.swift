import DurableFiles

/// Writes a file of the store, whole or not at all; what goes wrong is a ``StoreError``.
///
/// - Parameters:
///   - path: The file's name.
///   - temporaryFolder: Where to write first; the folder of `path` unless given.
///   - body: Writes the contents.
func writeAtomically(
  _ path: String, temporaryFolder: String? = nil, _ body: (AtomicFile) throws -> Void
) throws {
  do {
    try AtomicFile.write(path, temporaryFolder: temporaryFolder, body)
  } catch let error as FileError {
    throw StoreError(error)
  }
}

extension StoreError {
  /// The store's error for a file that could not be written or removed.
  init(_ error: FileError) {
    self =
      error.isDiskFull
      ? .diskFull(path: error.path)
      : .system(operation: "write", path: error.path, reason: error.reasonText)
  }
}
