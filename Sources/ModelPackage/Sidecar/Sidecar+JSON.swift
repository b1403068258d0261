import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Sidecar {
  /// The most bytes that are read.
  public static let maximumSize = 4 << 20

  /// Reads a sidecar and checks it.
  ///
  /// - Parameters:
  ///   - bytes: The JSON text.
  ///   - source: What error sentences call it.
  /// - Throws: ``ModelPackageError/malformedSidecar(_:problem:)``.
  public init(json bytes: [UInt8], source: String) throws(ModelPackageError) {
    func refuse(_ problem: String) -> ModelPackageError {
      .malformedSidecar(source, problem: problem)
    }
    guard bytes.count <= Self.maximumSize else {
      throw refuse("it has \(bytes.count) bytes, at most \(Self.maximumSize) are read")
    }
    struct Header: Decodable { var schema: String }
    let data = Data(bytes)
    do {
      let schema = try JSONDecoder().decode(Header.self, from: data).schema
      guard schema == Self.currentSchema else {
        throw refuse("its schema is \"\(schema)\", and this version reads \(Self.currentSchema)")
      }
      self = try JSONDecoder().decode(Sidecar.self, from: data)
      let given = try JSONValue(json: bytes)
      if let key = given.firstKey(missingIn: try JSONValue(encoding: self)) {
        throw refuse("it has a key \"\(key)\", which the schema has not")
      }
    } catch let error as ModelPackageError {
      throw error
    } catch let error as DecodingError {
      throw refuse(error.clause)
    } catch {
      throw refuse("\(error)")
    }
    if let problem { throw refuse(problem) }
  }

  /// The JSON text: equal sidecars have equal bytes.
  ///
  /// - Throws: `EncodingError`, for numbers that are not finite.
  public func json() throws -> [UInt8] { try JSONValue(encoding: self).bytes }

  /// The SHA-256 of everything in the sidecar but the list of files.
  ///
  /// A model file that this project writes carries it in its metadata, as ``digestKey``; the list of
  /// files carries the hash of the model file. So each pins the other.
  public func contentDigest() throws -> String {
    var copy = self
    copy.files = []
    return sha256(try copy.json())
  }

  /// The key of ``contentDigest()`` in the metadata of model files.
  public static let digestKey = "sidecar_sha256"
}

/// The SHA-256 of bytes, as 64 hexadecimal digits.
public func sha256(_ bytes: [UInt8]) -> String {
  SHA256.hash(data: bytes).map { byte in
    let text = String(byte, radix: 16)
    return byte < 16 ? "0" + text : text
  }.joined()
}

extension DecodingError {
  /// What is wrong, as a clause.
  var clause: String {
    func place(_ path: [any CodingKey]) -> String {
      let keys = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
      return keys.isEmpty ? "it" : "\"\(keys.joined(separator: "."))\""
    }
    switch self {
    case .keyNotFound(let key, let context):
      return "\(place(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context.codingPath)) has the wrong type"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "it is not JSON" : "\(place(context.codingPath)) has a value that is not allowed"
    @unknown default: return "it cannot be read"
    }
  }
}
