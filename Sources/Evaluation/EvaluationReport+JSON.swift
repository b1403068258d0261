extension EvaluationReport {
  /// The report as UTF-8 JSON with sorted keys, ending in a newline.
  public func json() throws -> [UInt8] { try JSONBytes.encode(self) }

  /// Reads a report back.
  ///
  /// - Throws: ``EvaluationError/unsupportedSchema(found:expected:)``, or a `DecodingError`.
  public init(json bytes: [UInt8]) throws {
    struct Header: Decodable { var schema: String }
    let header: Header = try JSONBytes.decode(bytes)
    guard header.schema == Self.currentSchema else {
      throw EvaluationError.unsupportedSchema(found: header.schema, expected: Self.currentSchema)
    }
    self = try JSONBytes.decode(bytes)
  }
}
