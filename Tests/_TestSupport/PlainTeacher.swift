import Foundation

/// The regressor of a libvmaf model, written a second time and as plainly as possible, in Double.
public struct PlainTeacher: Sendable {
  private let slopes: [Double]
  private let intercepts: [Double]
  private let gamma: Double
  private let rho: Double
  private let coefficients: [Double]
  private let vectors: [[Double]]

  /// Reads the embedded model of that name from the sources.
  public init(_ name: String) throws {
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
  public func score(_ f: [Double]) -> Double {
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
  public func unitBounds(ofCanonicalFeature k: Int) -> (lower: Double, upper: Double) {
    let own = [0, 2, 3, 4, 5, 1][k] + 1
    return (-intercepts[own] / slopes[own], (1 - intercepts[own]) / slopes[own])
  }

  /// The score of adm2, vif_scale0...3, motion2, clipped to 0...100.
  public func clippedScore(_ f: [Double]) -> Double { min(max(score(f), 0), 100) }
}
