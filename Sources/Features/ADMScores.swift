import PixelKernels

/// The outputs of the `adm` extractor for one frame.
struct ADMScores {
  private let sums: ADMSums
  private let options: ADMOptions

  init(_ sums: ADMSums, options: ADMOptions) {
    self.sums = sums
    self.options = options
  }

  func values(of outputs: [FeatureExtractor.Output]) -> [Double] {
    let adm2 = sums.adm2
    let scaleScores = sums.scaleScores
    return outputs.map { output in
      switch output {
      case .adm2, .adm: adm2
      case .admScale(let scale): scaleScores[scale]
      case .aim: aim
      case .adm3: max(blend(adm2), options.minimumValue)
      case .admNumerator: total(sums.numerators)
      case .admDenominator: total(sums.denominators)
      case .admNumeratorScale(let scale): Double(sums.numerators[scale])
      case .admDenominatorScale(let scale): Double(sums.denominators[scale])
      default: .nan
      }
    }
  }

  /// 0 where the measure is skipped: the columns are still there, as in libvmaf.
  private var aim: Double { options.aim == .computed ? sums.aim ?? 0 : 0 }

  private func blend(_ adm2: Double) -> Double {
    adm2 * options.detailLossWeight + (1 - aim) * (1 - options.detailLossWeight)
  }

  private func total(_ scales: [Float]) -> Double { scales.reduce(0) { $0 + Double($1) } }
}
