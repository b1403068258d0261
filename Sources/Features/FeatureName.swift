/// The name of a per-frame value, as libvmaf prints it.
///
/// Examples are `integer_adm2`, `psnr_y` and `vmaf`.
///
/// Options that change a value are part of its name (`integer_adm2_egl_1`), so that two values
/// with the same name are always the same quantity.
public struct FeatureName: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The printed name.
  public let rawValue: String

  /// Creates a name from its printed form.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Creates a name from its printed form.
  public init(_ rawValue: String) { self.rawValue = rawValue }

  /// The printed name.
  public var description: String { rawValue }
}

extension FeatureName {
  /// The detail loss metric of ADM over all scales.
  public static let adm2 = FeatureName("integer_adm2")
  /// Visual information fidelity at scales 0 (full size) to 3.
  public static let vifScales = (0..<4).map { FeatureName("integer_vif_scale\($0)") }
  /// The smaller of a frame's motion to its two neighbours.
  public static let motion2 = FeatureName("integer_motion2")

  /// The six features of `vmaf_v0.6.1` in the order used everywhere in this project: files,
  /// ONNX inputs, tables.
  public static let canonicalSix = [adm2] + vifScales + [motion2]
}
