#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension ReportPrecision {
  /// The number as text, `nan` and `inf` included.
  func callAsFunction(_ value: Double) -> String {
    switch self {
    case .libvmaf: decimal(value, digits: Self.decimalShifts(value) <= 6 ? 6 : 16)
    case .max: "\(value)"
    }
  }

  /// How often the fractional part must be multiplied by ten to reach 1; 0 where there is none.
  ///
  /// The products are rounded, and values beyond 32-bit integers count as having no fraction:
  /// both decide borderline cases as libvmaf does.
  private static func decimalShifts(_ value: Double) -> Int {
    let magnitude = abs(value)
    guard magnitude < 2_147_483_648 else { return 0 }
    var fraction = magnitude - magnitude.rounded(.down)
    var shifts = 0
    while fraction < 1, fraction != 0 {
      fraction *= 10
      shifts += 1
    }
    return shifts
  }
}

/// The number with a fixed count of decimals, as C prints it with `%.*f`.
func decimal(_ value: Double, digits: Int) -> String {
  withVaList([Int32(digits), value]) { arguments in
    // The largest number has 309 digits before the point.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
      let count = vsnprintf(buffer.baseAddress, buffer.count, "%.*f", arguments)
      let bytes = buffer.prefix(Int(count)).lazy.map { UInt8(bitPattern: $0) }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}
