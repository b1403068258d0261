import PixelKernels

/// The outputs of the `vif` extractor for one frame.
struct VIFScores {
  private let sums: VIFSums

  init(_ sums: VIFSums) { self.sums = sums }

  func values(of outputs: [FeatureExtractor.Output]) -> [Double] { outputs.map(value) }

  private var numerator: Double { sums.scales.reduce(0) { $0 + Double($1.numerator) } }
  private var denominator: Double { sums.scales.reduce(0) { $0 + Double($1.denominator) } }

  private func value(of output: FeatureExtractor.Output) -> Double {
    switch output {
    case .vifScale(let scale): sums.scales[scale].score
    case .vifNumeratorScale(let scale): Double(sums.scales[scale].numerator)
    case .vifDenominatorScale(let scale): Double(sums.scales[scale].denominator)
    case .vifNumerator: numerator
    case .vifDenominator: denominator
    case .vif: denominator == 0 ? 1 : numerator / denominator
    default: .nan
    }
  }
}
