#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Named arrays of single-precision numbers in the safetensors format.
///
/// A file is the header's length (64 bits, little-endian), a JSON header that gives each tensor's
/// type, shape and place, and the numbers. Writing is canonical: tensors and metadata in the order
/// of their names, so that equal contents are equal bytes. Reading trusts nothing: every length,
/// shape and place is checked against the file before it is used.
public struct SafeTensors: Sendable, Equatable {
  /// One array.
  public struct Tensor: Sendable, Equatable {
    /// The extents, outermost first.
    public var shape: [Int]
    /// The numbers, last index fastest.
    public var values: [Float]

    /// Creates a tensor; the shape is the number of values unless given.
    public init(_ values: [Float], shape: [Int]? = nil) {
      self.values = values
      self.shape = shape ?? [values.count]
    }
  }

  /// The tensors by name.
  public var tensors: [String: Tensor]
  /// Free text by name.
  public var metadata: [String: String]

  /// The longest header that is read, in bytes.
  public static let maximumHeaderSize = 4 << 20
  /// The largest file that is read, in bytes.
  public static let maximumFileSize = 2 << 30

  /// Creates a file's content.
  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The bytes of the file.
  public func encoded() throws -> [UInt8] {
    var header: [String: HeaderEntry] = [:]
    if !metadata.isEmpty { header["__metadata__"] = .metadata(metadata) }
    var offset = 0
    let names = tensors.keys.sorted()
    for name in names {
      guard let tensor = tensors[name] else { continue }
      let end = offset + tensor.values.count * 4
      header[name] = .tensor(
        HeaderEntry.Place(dtype: "F32", shape: tensor.shape, data_offsets: [offset, end]))
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = [UInt8](try encoder.encode(header))
    while json.count % 8 != 0 { json.append(0x20) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + json.count + offset)
    withUnsafeBytes(of: UInt64(json.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: json)
    for name in names {
      for value in tensors[name]?.values ?? [] {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    return bytes
  }

  /// Reads the bytes of a file.
  ///
  /// - Throws: ``SafeTensorsError`` that says what is wrong.
  public init(decoding bytes: [UInt8]) throws(SafeTensorsError) {
    guard bytes.count >= 8 else { throw .truncated(bytes.count) }
    guard bytes.count <= Self.maximumFileSize else { throw .tooLarge(bytes.count) }
    var length: UInt64 = 0
    for index in (0..<8).reversed() { length = length << 8 | UInt64(bytes[index]) }
    guard length <= UInt64(Self.maximumHeaderSize) else { throw .headerTooLong(length) }
    let start = 8 + Int(length)
    guard start <= bytes.count else { throw .truncated(bytes.count) }
    let header: [String: HeaderEntry]
    do {
      header = try JSONDecoder().decode([String: HeaderEntry].self, from: Data(bytes[8..<start]))
    } catch {
      throw .malformedHeader
    }
    tensors = [:]
    metadata = [:]
    var places: [Range<Int>] = []
    for (name, entry) in header {
      switch entry {
      case .metadata(let text):
        guard name == "__metadata__" else { throw .malformedHeader }
        metadata = text
      case .tensor(let place):
        let range = try Self.range(of: place, name: name, dataSize: bytes.count - start)
        places.append(range)
        var values: [Float] = []
        values.reserveCapacity(range.count / 4)
        for at in stride(from: start + range.lowerBound, to: start + range.upperBound, by: 4) {
          let pattern =
            UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
            | UInt32(bytes[at + 3]) << 24
          values.append(Float(bitPattern: pattern))
        }
        tensors[name] = Tensor(values, shape: place.shape)
      }
    }
    // The tensors must tile the data: no overlap (which would multiply memory) and no hidden bytes.
    var end = 0
    for range in places.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) })
    {
      guard range.lowerBound == end else { throw .badLayout }
      end = range.upperBound
    }
    guard end == bytes.count - start else { throw .badLayout }
  }

  private static func range(
    of place: HeaderEntry.Place, name: String, dataSize: Int
  ) throws(SafeTensorsError) -> Range<Int> {
    guard place.dtype == "F32" else { throw .unsupportedType(tensor: name, type: place.dtype) }
    guard place.data_offsets.count == 2 else { throw .malformedHeader }
    let (from, to) = (place.data_offsets[0], place.data_offsets[1])
    guard 0 <= from, from <= to, to <= dataSize else { throw .outOfBounds(tensor: name) }
    var elements = 1
    for extent in place.shape {
      let (product, overflow) = elements.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow, product <= dataSize else { throw .badShape(tensor: name) }
      elements = product
    }
    guard elements * 4 == to - from else { throw .badShape(tensor: name) }
    return from..<to
  }
}

/// One entry of the header: a tensor's place, or the metadata.
private enum HeaderEntry: Codable {
  struct Place: Codable {
    var dtype: String
    var shape: [Int]
    // The format's own spelling.
    var data_offsets: [Int]  // swift-format-ignore: AlwaysUseLowerCamelCase
  }

  case metadata([String: String])
  case tensor(Place)

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let place = try? value.decode(Place.self) {
      self = .tensor(place)
    } else {
      self = .metadata(try value.decode([String: String].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .metadata(let text): try value.encode(text)
    case .tensor(let place): try value.encode(place)
    }
  }
}

/// Why bytes are no safetensors file.
public enum SafeTensorsError: Error, Equatable, CustomStringConvertible {
  /// The file ends before its header does.
  case truncated(Int)
  /// The file is larger than is read.
  case tooLarge(Int)
  /// The header is longer than is read.
  case headerTooLong(UInt64)
  /// The header is no JSON object of tensors.
  case malformedHeader
  /// A tensor is not of single precision.
  case unsupportedType(tensor: String, type: String)
  /// A tensor lies outside the file.
  case outOfBounds(tensor: String)
  /// A tensor's shape does not fit its bytes.
  case badShape(tensor: String)
  /// Tensors overlap or leave bytes unused.
  case badLayout

  /// One sentence for a person: what is wrong.
  public var description: String {
    let file = "the safetensors file"
    switch self {
    case .truncated(let size): return "\(file) ends inside its header (after \(size) bytes)"
    case .tooLarge(let size):
      return "\(file) has \(size) bytes: at most \(SafeTensors.maximumFileSize) are read"
    case .headerTooLong(let size):
      return
        "\(file) has a header of \(size) bytes: at most \(SafeTensors.maximumHeaderSize) are read"
    case .malformedHeader: return "\(file)'s header is no JSON object of tensors"
    case .unsupportedType(let tensor, let type):
      return "\(file)'s tensor '\(tensor)' has type \(type): only F32 is read"
    case .outOfBounds(let tensor): return "\(file)'s tensor '\(tensor)' lies outside the file"
    case .badShape(let tensor):
      return "the shape of \(file)'s tensor '\(tensor)' does not fit its bytes"
    case .badLayout: return "\(file)'s tensors overlap or leave bytes unused"
    }
  }
}
