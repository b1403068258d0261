public import Evaluation

extension CalibratedInterval {
  /// The interval that was read off held-out errors, as a sidecar holds it.
  ///
  /// The method says that it is empirical, on how many sources it rests, and what was measured on
  /// them.
  public init(_ interval: EmpiricalInterval) {
    var method = "\(EmpiricalInterval.label), \(interval.method.rawValue) errors of "
    method += "\(interval.calibrationSources) sources"
    if interval.weighting == .sources { method += " that count alike" }
    if let coverage = interval.coverage {
      method += "; on held-out sources \(Self.share(coverage.measured)) of the videos lay inside, "
      method += "of the worst source \(Self.share(coverage.worstSource))"
    }
    self.init(
      level: interval.level, method: method, unit: interval.unit,
      videos: interval.calibrationClips,
      steps: [
        Step(from: 0, lower: interval.offsets.lowerBound, upper: interval.offsets.upperBound)
      ])
  }

  private static func share(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }
}
