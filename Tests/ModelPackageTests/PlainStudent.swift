import Foundation

/// A student, read from safetensors and computed a second time and as plainly as possible, in
/// Double: shares no code with the library.
struct PlainStudent {
  private var tensors: [String: [Double]] = [:]
  private var layers = 0

  init(safeTensors bytes: [UInt8]) throws {
    var length = 0
    for i in (0..<8).reversed() { length = length * 256 + Int(bytes[i]) }
    let header =
      try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any] ?? [:]
    for (name, entry) in header where name != "__metadata__" {
      guard let entry = entry as? [String: Any], let offsets = entry["data_offsets"] as? [Int]
      else { continue }
      tensors[name] = stride(from: offsets[0], to: offsets[1], by: 4).map { at in
        let start = 8 + length + at
        var bits: UInt32 = 0
        for i in (0..<4).reversed() { bits = bits << 8 | UInt32(bytes[start + i]) }
        return Double(Float(bitPattern: bits))
      }
    }
    while tensors["layers.\(layers).bias"] != nil { layers += 1 }
  }

  func score(_ features: [Double]) -> Double {
    func tensor(_ name: String) -> [Double] { tensors[name] ?? [] }
    var x = (0..<6).map { (features[$0] - tensor("input.mean")[$0]) * tensor("input.scale")[$0] }
    for layer in 0..<layers {
      let weights = tensor("layers.\(layer).weight")
      let biases = tensor("layers.\(layer).bias")
      x = biases.indices.map { output in
        var z = biases[output]
        for (input, value) in x.enumerated() { z += weights[output * x.count + input] * value }
        return layer < layers - 1 ? z / (1 + exp(-z)) : z
      }
    }
    let y = tensor("output.offset")[0] + tensor("output.scale")[0] * x[0]
    return min(max(y, tensor("output.range")[0]), tensor("output.range")[1])
  }
}
