import Foundation

/// The regressor of a libvmaf model, written a second time and as plainly as possible, in Double.
struct PlainTeacher: Sendable {
  private let slopes: [Double]
  private let intercepts: [Double]
  private let gamma: Double
  private let rho: Double
  private let coefficients: [Double]
  private let vectors: [[Double]]

  init(_ name: String) throws {
    struct File: Decodable {
      struct Model: Decodable {
        let slopes: [Double]
        let intercepts: [Double]
        let model: String
      }
      let model: Model

      private enum CodingKeys: String, CodingKey {
        case model = "model_dict"
      }
    }
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appending(path: "Sources/CResources/models/\(name).json")
    let model = try JSONDecoder().decode(File.self, from: Data(contentsOf: path)).model
    slopes = model.slopes
    intercepts = model.intercepts
    var gamma = Double.nan
    var rho = Double.nan
    var coefficients: [Double] = []
    var vectors: [[Double]] = []
    var inVectors = false
    for line in model.model.split(separator: "\n") {
      let words = line.split(separator: " ")
      if inVectors {
        coefficients.append(Double(words[0]) ?? .nan)
        var vector = [Double](repeating: 0, count: 6)
        for word in words.dropFirst() {
          let pair = word.split(separator: ":")
          vector[(Int(pair[0]) ?? 0) - 1] = Double(pair[1]) ?? .nan
        }
        vectors.append(vector)
      } else if words[0] == "gamma" {
        gamma = Double(words[1]) ?? .nan
      } else if words[0] == "rho" {
        rho = Double(words[1]) ?? .nan
      } else if words[0] == "SV" {
        inVectors = true
      }
    }
    self.gamma = gamma
    self.rho = rho
    self.coefficients = coefficients
    self.vectors = vectors
  }

  /// The unclipped score of adm2, vif_scale0...3, motion2.
  func score(_ f: [Double]) -> Double {
    // The model's own order is adm2, motion2, vif_scale0...3.
    var x = [f[0], f[5], f[1], f[2], f[3], f[4]]
    for i in 0..<6 { x[i] = slopes[i + 1] * x[i] + intercepts[i + 1] }
    var sum = 0.0
    for (coefficient, vector) in zip(coefficients, vectors) {
      var distance = 0.0
      for i in 0..<6 { distance += (x[i] - vector[i]) * (x[i] - vector[i]) }
      sum += coefficient * exp(-gamma * distance)
    }
    return (sum - rho - intercepts[0]) / slopes[0]
  }

  /// What the model's normalisation maps to 0 and 1.
  func unitBounds(ofCanonicalFeature k: Int) -> (lower: Double, upper: Double) {
    let own = [0, 2, 3, 4, 5, 1][k] + 1
    return (-intercepts[own] / slopes[own], (1 - intercepts[own]) / slopes[own])
  }

  func clippedScore(_ f: [Double]) -> Double { min(max(score(f), 0), 100) }
}

/// A student's file, read and computed a second time and as plainly as possible, in Double: shares
/// no code with the library.
struct PlainStudent {
  private var tensors: [String: [Double]] = [:]
  private var layers = 0

  init(_ name: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appending(path: "Sources/CResources/students/\(name).safetensors")
    let bytes = [UInt8](try Data(contentsOf: path))
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
