/// The shape of a value: what a tool takes or returns.
///
/// It is written once, shown to clients as JSON Schema 2020-12, checked by the server, and printed
/// in the manual. Only what the tools need is here; compositions other than a choice of types, which
/// many hosts refuse, are left out.
struct Schema: Sendable {
  /// The type of a value, with its limits.
  indirect enum Kind: Sendable {
    /// A text; with choices, one of them.
    case string(choices: [String])
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// A number.
    case number(ClosedRange<Double>)
    /// A truth value.
    case boolean
    /// A list of values of one shape, and how many.
    case list(Schema, count: ClosedRange<Int>)
    /// An object with known members.
    case object([Property])
    /// An object with any members of one shape.
    case map(Schema)
    /// One of several shapes.
    case either([Schema])
    /// Any value.
    case anything
  }

  /// A member of an object.
  struct Property: Sendable {
    let name: String
    let schema: Schema
    let isRequired: Bool

    /// A member that must be there.
    static func required(_ name: String, _ schema: Schema) -> Property {
      Property(name: name, schema: schema, isRequired: true)
    }

    /// A member that may be missing.
    static func optional(_ name: String, _ schema: Schema) -> Property {
      Property(name: name, schema: schema, isRequired: false)
    }
  }

  let kind: Kind
  /// What the value means, for a reader who knows the field.
  let description: String
  /// What is taken when the value is missing.
  var defaultValue: JSONValue?

  static func string(_ description: String, default value: String? = nil) -> Schema {
    Schema(
      kind: .string(choices: []), description: description,
      defaultValue: value.map(JSONValue.string))
  }

  static func choice(
    _ choices: [String], _ description: String, default value: String? = nil
  ) -> Schema {
    Schema(
      kind: .string(choices: choices), description: description,
      defaultValue: value.map(JSONValue.string))
  }

  static func integer(
    _ range: ClosedRange<Int> = Int.min...Int.max, _ description: String, default value: Int? = nil
  ) -> Schema {
    Schema(
      kind: .integer(range), description: description, defaultValue: value.map(JSONValue.integer))
  }

  static func number(
    _ description: String, _ range: ClosedRange<Double> = -.infinity ... .infinity,
    default value: Double? = nil
  ) -> Schema {
    Schema(
      kind: .number(range), description: description, defaultValue: value.map(JSONValue.number))
  }

  static func boolean(_ description: String, default value: Bool? = nil) -> Schema {
    Schema(kind: .boolean, description: description, defaultValue: value.map(JSONValue.bool))
  }

  static func list(
    of element: Schema, _ description: String, count: ClosedRange<Int> = 0...Int.max
  ) -> Schema {
    Schema(kind: .list(element, count: count), description: description)
  }

  static func object(_ properties: [Property], _ description: String) -> Schema {
    Schema(kind: .object(properties), description: description)
  }

  /// Any value, for what others define.
  static let anything = Schema(kind: .anything, description: "")

  static func map(of element: Schema, _ description: String) -> Schema {
    Schema(kind: .map(element), description: description)
  }

  /// One text, or a list of them.
  static func strings(
    _ count: ClosedRange<Int>, _ description: String, default value: String? = nil
  ) -> Schema {
    Schema(
      kind: .either([.string(""), .list(of: .string(""), "", count: count)]),
      description: description,
      defaultValue: value.map(JSONValue.string))
  }
}

extension Schema {
  /// The shape as JSON Schema.
  var json: JSONObject {
    var members = kindMembers
    if !description.isEmpty { members["description"] = .string(description) }
    members["default"] = defaultValue
    return members
  }

  private var kindMembers: JSONObject {
    switch kind {
    case .string(let choices):
      var members: JSONObject = ["type": "string"]
      if !choices.isEmpty { members["enum"] = .array(choices.map(JSONValue.string)) }
      return members
    case .integer(let range):
      var members: JSONObject = ["type": "integer"]
      if range.lowerBound > .min { members["minimum"] = .integer(range.lowerBound) }
      if range.upperBound < .max { members["maximum"] = .integer(range.upperBound) }
      return members
    case .number(let range):
      var members: JSONObject = ["type": "number"]
      if range.lowerBound.isFinite { members["minimum"] = .number(range.lowerBound) }
      if range.upperBound.isFinite { members["maximum"] = .number(range.upperBound) }
      return members
    case .boolean: return ["type": "boolean"]
    case .list(let element, let count):
      var members: JSONObject = ["type": "array", "items": .object(element.json)]
      if count.lowerBound > 0 { members["minItems"] = .integer(count.lowerBound) }
      if count.upperBound < .max { members["maxItems"] = .integer(count.upperBound) }
      return members
    case .object(let properties):
      let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
      var members: JSONObject = [
        "type": "object",
        "properties": .object(JSONObject(properties.map { ($0.name, .object($0.schema.json)) })),
      ]
      if !required.isEmpty { members["required"] = .array(required) }
      members["additionalProperties"] = false
      return members
    case .map(let element):
      return ["type": "object", "additionalProperties": .object(element.json)]
    case .either(let schemas):
      return ["anyOf": .array(schemas.map { .object($0.json) })]
    case .anything: return [:]
    }
  }
}
