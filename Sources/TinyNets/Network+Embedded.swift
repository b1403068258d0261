import CResources

extension Network {
  /// The names of the students that travel inside the binary, smallest first.
  ///
  /// All of them are trained on sampled rows alone, for the teacher `vmaf_v0.6.1`. `vmaf_v0.6.1neg`
  /// is the same function of its own features (only the extractors' gain limits differ), so they
  /// hold for it as they are.
  public static let embeddedNames = ["2x16", "2x64", "3x128", "4x256"]

  /// The teachers that the embedded students stand for.
  public static let embeddedTeachers = ["vmaf_v0.6.1", "vmaf_v0.6.1neg"]

  /// A student that travels inside the binary.
  ///
  /// - Parameter name: One of ``embeddedNames``.
  /// - Throws: ``NetworkError/unknownName(_:known:)`` for another name.
  public static func embedded(named name: String) throws -> Network {
    guard embeddedNames.contains(name) else {
      throw NetworkError.unknownName(name, known: embeddedNames)
    }
    let resource = tv_resource_named("\(name).safetensors")
    guard let start = resource.bytes else {
      throw NetworkError.unknownName(name, known: embeddedNames)
    }
    let bytes = Array(UnsafeBufferPointer(start: start, count: resource.count))
    return try Network(SafeTensors(decoding: bytes))
  }
}
