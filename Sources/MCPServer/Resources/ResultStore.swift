import Features
import Reports
import Synchronization

/// The per-frame values of the latest scores, for clients that want to read them.
///
/// Only so many are kept, and only so many values in all; the oldest go first.
final class ResultStore: Sendable {
  /// The scores of one distorted video.
  struct Entry: Sendable {
    /// What comes after `tinyvmaf://results/`.
    let id: String
    /// The reference's path.
    let reference: String
    /// The distorted video's path.
    let distorted: String
    /// The values, in libvmaf's form.
    let report: ScoreReport

    /// The address.
    var uri: String { "tinyvmaf://results/\(id)" }
    /// How many numbers it holds.
    var valueCount: Int { report.table.frames.count * (report.table.columns.count + 1) }
  }

  private let entries = Mutex<[Entry]>([])
  private let countLimit: Int
  private let valueLimit: Int

  init(count: Int, values: Int = 4_000_000) {
    countLimit = count
    valueLimit = values
  }

  /// Keeps the scores of a video and returns them with their address.
  func add(reference: String, distorted: String, report: ScoreReport) -> Entry {
    // Not to be guessed by other clients.
    let number = UInt64.random(in: .min ... .max)
    let digits = String(number, radix: 16)
    let entry = Entry(
      id: String(repeating: "0", count: 16 - digits.count) + digits, reference: reference,
      distorted: distorted, report: report)
    entries.withLock { entries in
      entries.append(entry)
      var total = entries.reduce(0) { $0 + $1.valueCount }
      while entries.count > countLimit || (total > valueLimit && entries.count > 1) {
        total -= entries.removeFirst().valueCount
      }
    }
    return entry
  }

  /// All that is kept, the newest first.
  var all: [Entry] { entries.withLock { $0.reversed() } }

  /// The scores with this identifier, or `nil`.
  func find(_ id: String) -> Entry? { entries.withLock { $0.first { $0.id == id } } }
}
