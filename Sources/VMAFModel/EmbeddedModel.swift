import CResources
import Features

/// The models that are part of the binary.
///
/// The figures are Netflix's, taken over unchanged (BSD-2-Clause-Patent).
public enum EmbeddedModel {
  /// The names that can follow `version=`.
  public static let versions = [
    "vmaf_v0.6.1", "vmaf_v0.6.1neg", "vmaf_4k_v0.6.1", "vmaf_4k_v0.6.1neg",
  ]

  /// The JSON text of a built-in model and the options that make it up, or `nil`.
  ///
  /// `vmaf_4k_v0.6.1neg` is the regression of `vmaf_4k_v0.6.1` over features without enhancement
  /// gain, so it needs no file of its own.
  static func named(_ version: String) -> (
    bytes: [UInt8], overloads: [ModelSpecification.Overload]
  )? {
    if version == "vmaf_4k_v0.6.1neg" {
      guard let base = named("vmaf_4k_v0.6.1") else { return nil }
      return (
        base.bytes,
        [
          .init(extractor: .adm, option: .init(name: "adm_enhn_gain_limit", value: 1.0)),
          .init(extractor: .vif, option: .init(name: "vif_enhn_gain_limit", value: 1.0)),
        ]
      )
    }
    let resource = tv_resource_named(version + ".json")
    guard let start = resource.bytes else { return nil }
    return (Array(UnsafeBufferPointer(start: start, count: resource.count)), [])
  }
}
