#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The floating-point end of ADM: sections 3.4 to 3.6 of the algorithm.
///
/// Single precision wherever upstream uses it, in upstream's order.
extension ADMSums {
  /// ADM of the frame: restored over reference detail, near 1 for an undamaged picture.
  public var adm2: Double {
    let numerator = clamped(numerators.reduce(0) { $0 + Double($1) })
    let denominator = clamped(denominators.reduce(0) { $0 + Double($1) })
    return denominator == 0 ? 1 : numerator / denominator
  }

  /// The ratio at each scale, finest first (`adm_scale0` to `adm_scale3`).
  public var scaleScores: [Double] {
    zip(numerators, denominators).map { Double($0) / Double($1) }
  }

  /// The additive impairment measure, or `nil` if it was not asked for: 0 for an undamaged
  /// picture; 0 as well where the denominator vanishes.
  public var aim: Double? {
    guard let additive = additiveNumerators else { return nil }
    let denominator = clamped(denominators.reduce(0) { $0 + Double($1) })
    return denominator == 0 ? 0 : additive.reduce(0) { $0 + Double($1) } / denominator
  }

  /// The blend of ``adm2`` and AIM that the version 1 models use, or `nil` without AIM.
  ///
  /// - Parameters:
  ///   - dlmWeight: The share of `adm2` (`adm_dlm_weight`).
  ///   - minimum: The smallest value that is returned (`adm_min_val`).
  public func adm3(dlmWeight: Double = 0.5, minimum: Double = 0) -> Double? {
    aim.map { max(adm2 * dlmWeight + (1 - $0) * (1 - dlmWeight), minimum) }
  }

  /// The pooled restored detail of each scale.
  public var numerators: [Float] {
    let geometry = ADMGeometry(width: width, height: height)
    return scales.indices.map { scale in
      if scale == 0 && configuration.skipScale0 { return 0 }
      return numerator(
        scales[scale].numerator, scale: scale, noise: configuration.noiseWeight, geometry)
    }
  }

  /// The pooled reference detail of each scale.
  public var denominators: [Float] {
    let geometry = ADMGeometry(width: width, height: height)
    let sensitivity = ADMSensitivity(configuration)
    return scales.indices.map { scale in
      if scale == 0 && configuration.skipScale0 { return 1e-10 }
      return denominator(scale: scale, geometry, sensitivity)
    }
  }

  /// The pooled additive impairment of each scale, if AIM was asked for.
  public var additiveNumerators: [Float]? {
    guard configuration.computeAIM else { return nil }
    let geometry = ADMGeometry(width: width, height: height)
    return scales.indices.map { scale in
      if scale == 0 && configuration.skipScale0 { return 0 }
      return numerator(scales[scale].additive, scale: scale, noise: 0, geometry)
    }
  }

  private func numerator(
    _ sums: ADMBandSums, scale: Int, noise: Double, _ geometry: ADMGeometry
  ) -> Float {
    let cube = geometry.numeratorCubeShift(scale: scale)
    let row = geometry.numeratorRowShift(scale: scale)
    let floor = noiseFloor(geometry.scales[scale], weight: noise)
    func band(_ sum: Int64, fraction: Int, shift: Int) -> Float {
      let unit = Double(sign: .plus, exponent: fraction - shift - row, significand: 1)
      // The finest scale divides in double precision, the others in single.
      let value = scale == 0 ? Float(Double(sum) / unit) : Float(sum) / Float(unit)
      return powf(value, 1 / 3) + floor
    }
    let fraction = [(52, 57), (45, 45), (39, 39), (36, 36)][scale]
    let h = band(sums.h, fraction: fraction.0, shift: cube.hv)
    let v = band(sums.v, fraction: fraction.0, shift: cube.hv)
    return h + v + band(sums.d, fraction: fraction.1, shift: cube.d)
  }

  private func denominator(
    scale: Int, _ geometry: ADMGeometry, _ sensitivity: ADMSensitivity
  ) -> Float {
    let shift =
      geometry.denominatorCubeShift(scale: scale) + geometry.denominatorRowShift(scale: scale)
    let unit = Double(sign: .plus, exponent: [18, 32, 27, 23][scale] - shift, significand: 1)
    let floor = noiseFloor(geometry.scales[scale], weight: configuration.noiseWeight)
    func band(_ sum: Int64, _ factor: Float) -> Float {
      powf(Float(Double(sum) / unit * pow(Double(factor), 3)), 1 / 3) + floor
    }
    let sums = scales[scale].denominator
    let factor = sensitivity.factors[scale]
    return band(sums.h, factor.hv) + band(sums.v, factor.hv) + band(sums.d, factor.d)
  }

  private func noiseFloor(_ window: ADMScaleGeometry, weight: Double) -> Float {
    powf(Float(Double(window.area) * weight), 1 / 3)
  }

  /// Upstream's treatment of sums that are nothing but rounding.
  private func clamped(_ value: Double) -> Double {
    let limit = 1e-10 * Double(width * height) / (1920.0 * 1080.0)
    return value < limit ? 0 : value
  }
}
