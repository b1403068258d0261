extension Schema {
  /// What is wrong with a value: one sentence for each problem, none when it has the shape.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - place: Where it stands, for instance `distorted[1]`.
  func problems(with value: JSONValue, at place: String) -> [String] {
    switch kind {
    case .string(let choices):
      guard let text = value.string else { return [wrong(place, value)] }
      guard choices.isEmpty || choices.contains(text) else { return [wrong(place, value)] }
      return []
    case .integer(let range):
      guard let number = value.integer, range.contains(number) else { return [wrong(place, value)] }
      return []
    case .number(let range):
      guard let number = value.number, range.contains(number) else { return [wrong(place, value)] }
      return []
    case .boolean:
      return value.bool == nil ? [wrong(place, value)] : []
    case .list(let element, let count):
      guard let elements = value.array, count.contains(elements.count) else {
        return [wrong(place, value)]
      }
      return elements.enumerated().flatMap { index, item in
        element.problems(with: item, at: "\(place)[\(index)]")
      }
    case .object(let properties):
      guard let object = value.object else { return [wrong(place, value)] }
      return Self.problems(with: object, properties: properties, at: place)
    case .map(let element):
      guard let object = value.object else { return [wrong(place, value)] }
      return object.members.flatMap { element.problems(with: $0.value, at: "\(place).\($0.name)") }
    case .either(let schemas):
      let fits = schemas.contains { $0.problems(with: value, at: place).isEmpty }
      return fits ? [] : [wrong(place, value)]
    case .anything: return []
    }
  }

  private func wrong(_ place: String, _ value: JSONValue) -> String {
    var found = value.kind
    if case .array(let elements) = value { found = "a list of \(elements.count)" }
    return "\"\(place)\" must be \(expectation), not \(found)."
  }

  private static func problems(
    with object: JSONObject, properties: [Property], at place: String
  ) -> [String] {
    let prefix = place.isEmpty ? "" : "\(place)."
    let known = properties.map(\.name)
    var problems: [String] = []
    for name in object.names where !known.contains(name) {
      let near = known.min { name.editDistance(to: $0) < name.editDistance(to: $1) }
      var text = "There is no \"\(prefix)\(name.prefix(60))\"; "
      if let near, name.editDistance(to: near) <= max(2, near.count / 3) {
        text += "did you mean \"\(near)\"?"
      } else {
        text += "known are \(known.joined(separator: ", "))."
      }
      problems.append(text)
    }
    for property in properties {
      let here = prefix + property.name
      if let value = object[property.name] {
        problems += property.schema.problems(with: value, at: here)
      } else if property.isRequired {
        problems.append("\"\(here)\" is missing: \(property.schema.expectation).")
      }
    }
    return problems
  }
}

extension Schema {
  /// What is expected, for a sentence: `a whole number from 1 on`.
  var expectation: String {
    switch kind {
    case .string(let choices):
      choices.isEmpty ? "a text" : "one of \(choices.joined(separator: ", "))"
    case .integer(let range): "a whole number" + Self.limits(range)
    case .number(let range): "a number" + Self.limits(range)
    case .boolean: "true or false"
    case .list(_, let count):
      count.upperBound == .max
        ? "a list" : "a list of \(count.lowerBound) to \(count.upperBound)"
    case .object, .map: "an object"
    case .anything: "any value"
    case .either(let schemas): schemas.map(\.expectation).joined(separator: " or ")
    }
  }

  private static func limits(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound > .min, range.upperBound < .max) {
    case (true, true): " from \(range.lowerBound) to \(range.upperBound)"
    case (true, false): " from \(range.lowerBound) on"
    case (false, true): " up to \(range.upperBound)"
    case (false, false): ""
    }
  }

  private static func limits(_ range: ClosedRange<Double>) -> String {
    range.lowerBound.isFinite && range.upperBound.isFinite
      ? " from \(range.lowerBound) to \(range.upperBound)" : ""
  }
}

extension String {
  /// The number of letters to insert, delete or replace to turn one short text into the other.
  fileprivate func editDistance(to other: String) -> Int {
    let columns = Array(other.prefix(64))
    var row = Array(0...columns.count)
    for (index, letter) in prefix(64).enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in columns.indices {
        let replaced = diagonal + (letter == columns[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[columns.count]
  }
}
