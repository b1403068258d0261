/// Where the features of a teacher live: what the distillation sampler needs to know of them.
///
/// The first features are ratios (1 for an undistorted frame, 0 for nothing left), the last one is
/// an amount of motion.
public struct FeatureDomain: Sendable, Hashable, Codable {
  /// A range of one feature.
  public struct Bounds: Sendable, Hashable, Codable {
    /// The lowest value.
    public var lower: Double
    /// The highest value.
    public var upper: Double

    /// Creates bounds.
    public init(_ lower: Double, _ upper: Double) {
      self.lower = lower
      self.upper = upper
    }

    var width: Double { upper - lower }
  }

  /// The names of the features, in the order of the rows.
  public var names: [String]
  /// What each feature can be on any frame.
  public var physical: [Bounds]
  /// The range that the teacher's own normalisation maps to 0...1.
  public var unit: [Bounds]

  /// Creates a domain; all lists are of one length, the motion feature stands last.
  public init(names: [String], physical: [Bounds], unit: [Bounds]) {
    self.names = names
    self.physical = physical
    self.unit = unit
  }

  /// The six features of the `vmaf_v0.6.1` family in this project's order: `adm2`,
  /// `vif_scale0...3`, `motion2`.
  ///
  /// Ratios reach 1.1 (enhanced frames), motion 120. The unit box is that of `vmaf_v0.6.1`'s
  /// slopes and intercepts, `(0 - intercept) / slope` to `(1 - intercept) / slope`.
  public static let vmaf = FeatureDomain(
    names: [
      "integer_adm2", "integer_vif_scale0", "integer_vif_scale1", "integer_vif_scale2",
      "integer_vif_scale3", "integer_motion2",
    ],
    physical: Array(repeating: Bounds(0, 1.1), count: 5) + [Bounds(0, 120)],
    unit: [
      Bounds(0.6404, 0.9963), Bounds(0.1413, 0.9592), Bounds(0.3447, 0.9957),
      Bounds(0.4300, 0.9975), Bounds(0.5192, 0.9985), Bounds(0.0482, 16.0115),
    ])
}
