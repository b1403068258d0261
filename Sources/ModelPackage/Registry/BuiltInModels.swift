import CResources

/// The models that are part of the binary, as packages like any other.
enum BuiltInModels {
  /// Their ids, smallest first.
  static let identifiers = ["tiny-2x16", "tiny-2x64", "tiny-3x128", "tiny-4x256"]

  /// The sidecar of a model and its text, or `nil` for another id.
  static func sidecar(_ identifier: String) throws -> (Sidecar, [UInt8])? {
    guard identifiers.contains(identifier), let json = resource("\(identifier).json") else {
      return nil
    }
    return (try Sidecar(json: json, source: identifier), json)
  }

  /// Loads a model, checked as a file would be; `nil` for another id.
  static func load(_ identifier: String, precision: Sidecar.Precision) throws -> PackagedModel? {
    guard let (sidecar, json) = try sidecar(identifier) else { return nil }
    guard let file = sidecar.files.first(where: { $0.precision == precision }),
      let bytes = resource(file.name)
    else { throw ModelPackageError.noPrecision(identifier, precision) }
    return try PackagedModel(
      bytes: bytes, name: file.name, sidecar: (sidecar, json), source: identifier)
  }

  private static func resource(_ name: String) -> [UInt8]? {
    let resource = tv_resource_named(name)
    guard let start = resource.bytes else { return nil }
    return Array(UnsafeBufferPointer(start: start, count: resource.count))
  }
}
