import CFuzzer
import Foundation

/// `Fuzz <reader> [libFuzzer's arguments]` feeds a reader with changing bytes;
/// `Fuzz seeds <folder>` writes small valid files for every reader to begin with.
@main struct Fuzz {
  static func main() throws {
    let arguments = CommandLine.arguments
    let readers = Reader.allCases.map(\.rawValue).joined(separator: "|")
    guard arguments.count > 1 else { return usage(readers) }
    if arguments[1] == "seeds", arguments.count == 3 {
      try writeSeeds(to: arguments[2])
    } else if let reader = Reader(rawValue: arguments[1]) {
      run(reader, [arguments[0]] + arguments.dropFirst(2))
    } else {
      usage(readers)
    }
  }

  private static func usage(_ readers: String) {
    FileHandle.standardError.write(Data("usage: Fuzz seeds <folder> | \(readers) ...\n".utf8))
    exit(64)
  }

  private static func writeSeeds(to folder: String) throws {
    for reader in Reader.allCases {
      let place = "\(folder)/\(reader.rawValue)"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      for (index, bytes) in try reader.seeds().enumerated() {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(place)/seed\(index)"))
      }
    }
  }

  /// The reader of this process; libFuzzer calls a function without context.
  nonisolated(unsafe) private static var read: ([UInt8]) -> Void = { _ in }

  private static func run(_ reader: Reader, _ arguments: [String]) {
    read = reader.read
    // libFuzzer keeps pointers into its arguments, so they live as long as the process.
    var count = Int32(arguments.count)
    var texts = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: arguments.count + 1)
    for (index, argument) in arguments.enumerated() { texts[index] = strdup(argument) }
    texts[arguments.count] = nil
    var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = texts
    let status = LLVMFuzzerRunDriver(&count, &pointer) { data, size in
      Fuzz.read(Array(UnsafeBufferPointer(start: data, count: size)))
      return 0
    }
    exit(status)
  }
}
