/// Where the corpus is.
public enum DataRoot {
  /// The environment variables that may name the root, first one first.
  public static let variables = ["TINYVMAF_DATA_ROOT", "VMAF_DATA_ROOT"]

  /// Finds the corpus's folder: the option wins over `TINYVMAF_DATA_ROOT`, which wins over
  /// `VMAF_DATA_ROOT`; empty values count as unset.
  ///
  /// - Parameters:
  ///   - option: What the user passed as `--data-root`, if anything.
  ///   - environment: The environment to look into.
  /// - Throws: ``CorpusError/noDataRoot`` when nothing names a folder.
  public static func resolve(option: String?, environment: [String: String]) throws -> String {
    let candidates = [option] + variables.map { environment[$0] }
    for case .some(let path) in candidates where !path.isEmpty { return path }
    throw CorpusError.noDataRoot
  }
}
