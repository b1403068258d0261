#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension EvaluationReport {
  /// The report as UTF-8 JSON with sorted keys, ending in a newline.
  public func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
  }

  /// Reads a report back.
  ///
  /// - Throws: ``EvaluationError/unsupportedSchema(found:expected:)``, or a `DecodingError`.
  public init(json bytes: [UInt8]) throws {
    struct Header: Decodable { var schema: String }
    let data = Data(bytes)
    let schema = try JSONDecoder().decode(Header.self, from: data).schema
    guard schema == Self.currentSchema else {
      throw EvaluationError.unsupportedSchema(found: schema, expected: Self.currentSchema)
    }
    self = try JSONDecoder().decode(EvaluationReport.self, from: data)
  }
}
