/// The outcome of checks in JUnit's XML, which continuous integration services show.
public struct JUnitReport: Sendable {
  /// One check.
  public struct Case: Sendable {
    /// What the check belongs to: the reference.
    public var group: String
    /// What was checked: the distorted video and what of it.
    public var name: String
    /// Why it failed, in one sentence; `nil` when it passed.
    public var failure: String?
    /// Named values to show.
    public var properties: [(name: String, value: String)]

    /// Creates a check.
    public init(
      group: String, name: String, failure: String? = nil,
      properties: [(name: String, value: String)] = []
    ) {
      self.group = group
      self.name = name
      self.failure = failure
      self.properties = properties
    }
  }

  /// The name of the suite.
  public var name: String
  /// How long it took, in seconds.
  public var seconds: Double
  /// The checks.
  public var cases: [Case]

  /// Creates a report.
  public init(name: String, seconds: Double, cases: [Case]) {
    self.name = name
    self.seconds = seconds
    self.cases = cases
  }

  /// The report as XML.
  public var xml: String {
    let failures = cases.count { $0.failure != nil }
    let counts =
      "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" "
      + "time=\"\(decimal(seconds, digits: 3))\""
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites name=\"\(Self.escaped(name))\" \(counts)>\n"
    text += "  <testsuite name=\"\(Self.escaped(name))\" \(counts)>\n"
    for one in cases {
      text += "    <testcase classname=\"\(Self.escaped(one.group))\" "
      text += "name=\"\(Self.escaped(one.name))\">\n"
      if !one.properties.isEmpty {
        text += "      <properties>\n"
        for property in one.properties {
          text += "        <property name=\"\(Self.escaped(property.name))\" "
          text += "value=\"\(Self.escaped(property.value))\" />\n"
        }
        text += "      </properties>\n"
      }
      if let failure = one.failure {
        text += "      <failure message=\"\(Self.escaped(failure))\" />\n"
      }
      text += "    </testcase>\n"
    }
    return text + "  </testsuite>\n</testsuites>\n"
  }

  /// The text as the value of an attribute; characters that XML does not allow become `?`.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n", "\r", "\t": escaped += "&#\(scalar.value);"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        escaped += "?"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
