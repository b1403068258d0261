/// The shape of a JSON text, to find keys that no type reads: a misspelt option must not be
/// ignored in silence.
indirect enum JSONTree: Decodable {
  case object([String: JSONTree])
  case array([JSONTree])
  case null
  case value

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let object = try? container.decode([String: JSONTree].self) {
      self = .object(object)
    } else if let array = try? container.decode([JSONTree].self) {
      self = .array(array)
    } else {
      self = .value
    }
  }

  /// The place of the first key, in the keys' order, that the other tree lacks.
  func firstKey(missingIn other: JSONTree, at place: String = "") -> String? {
    switch (self, other) {
    case (.object(let mine), .object(let theirs)):
      for (key, value) in mine.sorted(by: { $0.key < $1.key }) {
        let here = place.isEmpty ? key : "\(place).\(key)"
        guard let their = theirs[key] else {
          if case .null = value { continue }
          return here
        }
        if let found = value.firstKey(missingIn: their, at: here) { return found }
      }
      return nil
    case (.array(let mine), .array(let theirs)):
      for (index, pair) in zip(mine, theirs).enumerated() {
        if let found = pair.0.firstKey(missingIn: pair.1, at: "\(place)[\(index)]") {
          return found
        }
      }
      return nil
    default:
      return nil
    }
  }
}
