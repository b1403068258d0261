internal import Features

/// What a check of the store found.
public struct StoreVerification: Sendable, Equatable {
  /// A fault of one file.
  public struct Problem: Sendable, Equatable {
    /// The file.
    public let path: String
    /// What is wrong, one sentence.
    public let reason: String
  }

  /// The number of files.
  public internal(set) var files = 0
  /// The number of rows in them.
  public internal(set) var rows = 0
  /// The faults, by path.
  public internal(set) var problems: [Problem] = []
  /// Whether the manifest lists exactly the files that are there.
  public internal(set) var manifestIsCurrent = true

  /// Whether all is well.
  public var isSound: Bool { problems.isEmpty && manifestIsCurrent }
}

extension Store {
  /// Reads every file and compares it with the manifest: hash, key, counts, checksums, NaN.
  ///
  /// - Throws: ``StoreError`` when the store itself cannot be read; faults of files are results.
  public func verify() throws -> StoreVerification {
    var result = StoreVerification()
    let known = try manifestLines()
    var seen: Set<String> = []
    for name in try Folder.entries(pairsFolder) {
      let path = "\(pairsFolder)/\(name)"
      let report = { (reason: String) in
        result.problems.append(.init(path: path, reason: reason))
      }
      guard name.hasSuffix(".parquet") else {
        report("it does not belong here")
        continue
      }
      result.files += 1
      let digest = String(name.dropLast(".parquet".count))
      seen.insert(digest)
      do {
        let found = try entry(path, InputFile(path: path))
        if let line = known[digest] {
          if line.sha256 != found.sha256 {
            report("its bytes are not those that were stored")
          } else if line != found {
            report("its manifest line says otherwise")
          }
        }
        let table = try load(found)
        result.rows += table.rowCount
        for column in table.columns {
          if let row = column.values.firstIndex(where: { $0.isNaN }) {
            report("\(column.name) is NaN in row \(row)")
          }
        }
      } catch {
        report("\(error)")
      }
    }
    for digest in known.keys.sorted() where !seen.contains(digest) {
      result.problems.append(
        .init(path: filePath(ofDigest: digest), reason: "the manifest lists it, and it is missing"))
    }
    result.manifestIsCurrent = seen == Set(known.keys)
    return result
  }
}
