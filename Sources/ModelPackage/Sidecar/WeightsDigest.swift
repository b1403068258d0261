public import TinyNets

extension Network {
  /// The SHA-256 of the network's numbers and shape alone, in hexadecimal.
  ///
  /// It does not depend on metadata or on the file format: the same network has it as safetensors
  /// and as ONNX. The digest is over the text `widths activation` and then all numbers in single
  /// precision, little-endian: parameters, input means and scales, output offsets and scales, and
  /// the range where there is one.
  public var weightsDigest: String {
    var bytes = Array(
      (architecture.widths.map(String.init).joined(separator: "-") + " "
        + architecture.activation.rawValue + "\n").utf8)
    var numbers = parameters + inputMean + inputScale + outputOffset + outputScale
    if let range { numbers += [range.lowerBound, range.upperBound] }
    for number in numbers {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return sha256(bytes)
  }
}
