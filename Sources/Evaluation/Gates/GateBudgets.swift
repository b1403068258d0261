#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What lanes that are not exact may be off by: the committed file `parity.json`.
///
/// Budgets are a ratchet: ``lowered(to:)`` takes measured figures over where they are smaller and
/// never raises one. To raise one is an edit of the file by hand, and `why` has to say why.
public struct GateBudgets: Sendable, Hashable, Codable {
  /// What one quantity of a lane may be off by; every bound has to hold.
  public struct Bound: Sendable, Hashable, Codable {
    /// The largest distance in units in the last place.
    public var ulp: UInt64
    /// The 99.9th percentile of the distances.
    public var percentile999: UInt64
    /// The largest absolute difference.
    public var difference: Double

    private enum CodingKeys: String, CodingKey {
      case ulp, difference
      case percentile999 = "p99_9"
    }

    /// Creates a bound.
    public init(ulp: UInt64, percentile999: UInt64, difference: Double) {
      self.ulp = ulp
      self.percentile999 = percentile999
      self.difference = difference
    }

    /// Whether a measurement stays within the bound; a NaN on one side only never does.
    public func holds(for summary: ULPSummary) -> Bool {
      summary.nanMismatches == 0 && summary.largest <= ulp
        && summary.percentile999 <= percentile999 && summary.largestDifference <= difference
    }

    /// The bound for a measurement: twice of everything, rounded up to a power of two, as room
    /// for another processor's order of rounding.
    init(of summary: ULPSummary) {
      ulp = Self.doubled(summary.largest)
      percentile999 = Self.doubled(summary.percentile999)
      difference = Self.doubled(summary.largestDifference)
    }

    private static func doubled(_ value: UInt64) -> UInt64 {
      var bound: UInt64 = 0
      while bound < value.multipliedReportingOverflow(by: 2).partialValue, bound < 1 << 62 {
        bound = bound == 0 ? 1 : bound * 2
      }
      return bound
    }

    private static func doubled(_ value: Double) -> Double {
      guard value > 0, value.isFinite else { return value }
      let exact = 2 * value
      return exact.significand == 1
        ? exact : Double(sign: .plus, exponent: exact.exponent + 1, significand: 1)
    }
  }

  /// The bounds of a lane and the reason that they are not zero.
  public struct Lane: Sendable, Hashable, Codable {
    /// Why the lane is not exact, and why a bound was raised.
    public var why: String
    /// The bounds by quantity.
    public var quantities: [String: Bound]

    /// Creates the bounds of a lane.
    public init(why: String, quantities: [String: Bound]) {
      self.why = why
      self.quantities = quantities
    }
  }

  /// The schema of the file.
  public static let currentSchema = "tinyvmaf-gate-budgets-1"

  /// The schema of the file.
  public let schema: String
  /// How far each student may be from its teacher at the golden points, in points of VMAF.
  public var students: [String: Double]
  /// The lanes that are not exact, by name; every other lane has to be.
  public var lanes: [String: Lane]

  /// Creates budgets.
  public init(students: [String: Double] = [:], lanes: [String: Lane] = [:]) {
    schema = Self.currentSchema
    self.students = students
    self.lanes = lanes
  }

  /// Reads the file's contents.
  ///
  /// - Throws: ``EvaluationError/unsupportedSchema(found:expected:)``, or a `DecodingError`.
  public init(json bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(GateBudgets.self, from: Data(bytes))
    guard schema == Self.currentSchema else {
      throw EvaluationError.unsupportedSchema(found: schema, expected: Self.currentSchema)
    }
  }

  /// The file's contents: UTF-8 JSON with sorted keys, ending in a newline.
  public func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
  }

  /// The bound of a quantity, `nil` for one that has to be exact.
  public func bound(lane: String, quantity: String) -> Bound? {
    lanes[lane]?.quantities[quantity]
  }

  /// The budgets with every bound lowered to what was measured, where that is less.
  ///
  /// A measured bound is twice the measurement, rounded up to a power of two. Lanes and quantities
  /// that are not in the file stay out of it, and no bound is ever raised.
  public func lowered(to report: ParityReport) -> GateBudgets {
    var result = self
    for cell in report.cells {
      guard let old = bound(lane: cell.lane, quantity: cell.quantity),
        cell.summary.nanMismatches == 0
      else { continue }
      let measured = Bound(of: cell.summary)
      result.lanes[cell.lane]?.quantities[cell.quantity] = Bound(
        ulp: min(old.ulp, measured.ulp),
        percentile999: min(old.percentile999, measured.percentile999),
        difference: min(old.difference, measured.difference))
    }
    return result
  }
}
