import Dispatch

/// Draws feature vectors for a teacher to score: training rows without any video.
///
/// A teacher like VMAF's regressor is a closed-form function of its features, so labels are free.
/// The sampler covers where frames can be (a generator of plausible frames, mixtures and
/// perturbations of them), where the teacher can be asked (its unit box, the physical box, beyond
/// it) and the corners that such regressors get wrong (identity, nothing left, extremes). It
/// knows no real frame, so a network trained on its rows alone carries no corpus's licence; rows of
/// real frames can be mixed in.
///
/// Rows are drawn in blocks, each from its own stream of the seed: the same bytes for any number
/// of threads.
public struct DistillationSampler: Sendable {
  /// A part of the feature space.
  public enum Region: String, CaseIterable, Sendable, Hashable, Codable, CodingKeyRepresentable {
    /// Vectors like those of real frames: one quality drives all scales, motion is mostly small.
    case plausible
    /// Points on the line through two plausible vectors, up to a tenth beyond them.
    case interpolated
    /// Plausible vectors, each feature moved by a normal amount.
    case perturbed
    /// The box of the teacher's normalisation, a little enlarged.
    case unitBox
    /// All physically possible values.
    case physicalBox
    /// Extremes of the two boxes, with a little jitter.
    case corners
    /// Nearly undistorted frames with any motion.
    case identity
    /// Frames with nearly nothing left, with any motion.
    case zeros
    /// The physical box enlarged by an eighth on both sides.
    case beyond
    /// Given rows of real frames, half of them slightly moved.
    case real
  }

  /// The domain to cover.
  public let domain: FeatureDomain
  /// The share of each region; shares need not add up to one.
  public let mix: [Region: Double]
  /// Rows of real frames, one after the other; may be empty.
  public let realRows: [Double]

  /// The mix that the shipped students were trained on.
  public static let standardMix: [Region: Double] = [
    .plausible: 0.20, .interpolated: 0.10, .perturbed: 0.15, .unitBox: 0.20, .physicalBox: 0.18,
    .corners: 0.04, .identity: 0.04, .zeros: 0.04, .beyond: 0.05,
  ]

  /// Creates a sampler.
  ///
  /// - Throws: ``SamplerError`` if shares are negative or all zero, or real rows do not fit.
  public init(
    domain: FeatureDomain = .vmaf, mix: [Region: Double] = standardMix, realRows: [Double] = []
  ) throws(SamplerError) {
    self.domain = domain
    self.mix = mix
    self.realRows = realRows
    let width = domain.names.count
    guard width > 1, domain.physical.count == width, domain.unit.count == width else {
      throw .unequalDomain
    }
    for region in Region.allCases {
      guard let share = mix[region] else { continue }
      guard share >= 0, share.isFinite else { throw .invalidShare(region, share) }
    }
    guard mix.values.reduce(0, +) > 0 else { throw .emptyMix }
    guard realRows.count % width == 0, realRows.allSatisfy(\.isFinite) else {
      throw .invalidRealRows
    }
    guard !realRows.isEmpty || mix[.real, default: 0] == 0 else { throw .noRealRows }
  }

  private static let blockRows = 4_096

  /// Draws rows and labels them with the teacher.
  ///
  /// - Parameters:
  ///   - count: The number of rows.
  ///   - seed: Equal seeds give equal rows.
  ///   - target: The name of the label.
  ///   - threads: The most threads to use; the rows do not depend on it.
  ///   - teacher: The teacher's score of one row, not clipped to its range.
  /// - Throws: ``DatasetError`` if a label is not finite.
  public func dataset(
    count: Int, seed: UInt64, target: String = "vmaf", threads: Int = 1,
    teacher: @Sendable ([Double]) -> Double
  ) throws(DatasetError) -> Dataset {
    let width = domain.names.count
    let blocks = (count + Self.blockRows - 1) / Self.blockRows
    let rows = AlignedBuffer<Double>(count: count * width, repeating: 0)
    let labels = AlignedBuffer<Double>(count: count, repeating: 0)
    let workers = max(1, min(threads, blocks))
    // Every block writes its own rows.
    nonisolated(unsafe) let rowBase = rows.base
    nonisolated(unsafe) let labelBase = labels.base
    withoutActuallyEscaping(teacher) { teacher in
      @Sendable func work(_ worker: Int) {
        for block in stride(from: worker, to: blocks, by: workers) {
          var generator = SeededGenerator(seed: seed, stream: UInt64(block))
          let start = block * Self.blockRows
          for row in start..<min(start + Self.blockRows, count) {
            let vector = draw(&generator)
            for (k, value) in vector.enumerated() { rowBase[row * width + k] = value }
            labelBase[row] = teacher(vector)
          }
        }
      }
      if workers == 1 {
        work(0)
      } else {
        DispatchQueue.concurrentPerform(iterations: workers, execute: work)
      }
    }
    var dataset = Dataset(featureNames: domain.names, targetNames: [target])
    try dataset.append(features: rows.values, targets: labels.values, group: "sampled")
    return dataset
  }

  /// Draws rows without labels.
  public func rows(count: Int, seed: UInt64) -> [[Double]] {
    (0..<count).map { row in
      var generator = SeededGenerator(seed: seed, stream: UInt64(row) + (1 << 32))
      return draw(&generator)
    }
  }

  private func draw(_ generator: inout SeededGenerator) -> [Double] {
    let total = Region.allCases.reduce(0) { $0 + mix[$1, default: 0] }
    var place = generator.uniform() * total
    var chosen = Region.plausible
    for region in Region.allCases {
      let share = mix[region, default: 0]
      guard share > 0 else { continue }
      chosen = region
      if place < share { break }
      place -= share
    }
    return draw(chosen, &generator)
  }

  /// Draws one vector of a region.
  func draw(_ region: Region, _ generator: inout SeededGenerator) -> [Double] {
    switch region {
    case .plausible:
      return plausible(&generator)
    case .interpolated:
      let t = generator.uniform(-0.1, 1.1)
      let a = plausible(&generator)
      let b = plausible(&generator)
      return limited(zip(a, b).map { $0 + t * ($1 - $0) })
    case .perturbed:
      let u = generator.uniform()
      return moved(plausible(&generator), by: 0.01 + 0.09 * u * u, &generator)
    case .unitBox:
      return domain.unit.map {
        generator.uniform($0.lower - 0.08 * $0.width, $0.upper + 0.08 * $0.width)
      }
    case .physicalBox:
      return domain.physical.map { generator.uniform($0.lower, $0.upper) }
    case .corners:
      return corner(&generator)
    case .identity:
      let spread = 0.05 * generator.uniform()
      return extreme(1, &generator) { 1 - spread * $0.normal() }
    case .zeros:
      let spread = 0.1 * generator.uniform()
      return extreme(0, &generator) { abs(spread * $0.normal()) }
    case .beyond:
      return domain.physical.map {
        generator.uniform($0.lower - $0.width / 8, $0.upper + $0.width / 8)
      }
    case .real:
      let width = domain.names.count
      let row = generator.index(below: realRows.count / width)
      let vector = Array(realRows[row * width..<(row + 1) * width])
      guard generator.uniform() < 0.5 else { return vector }
      return moved(vector, by: 0.1 * generator.uniform(), &generator)
    }
  }
}

extension DistillationSampler {
  /// A vector like a real frame's.
  ///
  /// One latent quality t in 0...1 is bent by `t / (t + (1 - t) k)` for each scale; finer scales
  /// lose more (k grows), and the first ratio (detail loss) has a floor that scales' ratios lack.
  private func plausible(_ generator: inout SeededGenerator) -> [Double] {
    let ratios = domain.names.count - 1
    let t = generator.uniform()
    func bent(_ k: Double) -> Double { t / (t + (1 - t) * k) }
    // From the coarsest scale (last) to the finest (second).
    var k = 0.05 + 1.2 * generator.uniform() * generator.uniform()
    var vector = [Double](repeating: 0, count: ratios + 1)
    for index in stride(from: ratios - 1, through: 1, by: -1) {
      vector[index] = bent(k)
      k *= index == 2 ? 1 + 5 * generator.uniform() : 1 + generator.uniform()
    }
    let floor = 0.6 * generator.uniform()
    vector[0] = floor + (1 - floor) * bent(0.1 + 1.2 * generator.uniform())
    vector[ratios] = motion(&generator)
    return limited(moved(vector, by: 0.02, &generator, motion: false))
  }

  /// Mostly small, sometimes none, sometimes up to the highest.
  private func motion(_ generator: inout SeededGenerator) -> Double {
    let highest = domain.physical[domain.physical.count - 1].upper
    let kind = generator.uniform()
    let u = generator.uniform()
    if kind < 0.1 { return 0 }
    if kind < 0.8 { return 0.25 * highest * u * u }
    return highest * u * u
  }

  private func corner(_ generator: inout SeededGenerator) -> [Double] {
    zip(domain.physical, domain.unit).map { physical, unit in
      let jitter = 0.01 * generator.normal() * unit.width
      switch generator.index(below: 6) {
      case 0: return physical.lower + abs(jitter)
      case 1: return physical.upper - abs(jitter)
      case 2: return unit.lower + jitter
      case 3: return unit.upper + jitter
      default: return generator.uniform(unit.lower, unit.upper)
      }
    }
  }

  /// All ratios near one value, any motion; the first ratio may stay away from zero.
  private func extreme(
    _ value: Double, _ generator: inout SeededGenerator,
    ratio: (inout SeededGenerator) -> Double
  ) -> [Double] {
    var vector = (0..<domain.names.count - 1).map { _ in ratio(&generator) }
    if value == 0, generator.uniform() < 0.5 { vector[0] += 0.4 * generator.uniform() }
    return limited(vector + [motion(&generator)])
  }

  private func moved(
    _ vector: [Double], by scale: Double, _ generator: inout SeededGenerator, motion: Bool = true
  ) -> [Double] {
    var result = vector
    for k in 0..<(motion ? vector.count : vector.count - 1) {
      result[k] += scale * generator.normal() * domain.unit[k].width
    }
    return limited(result)
  }

  /// Brings what no frame can have back to the lower bounds.
  private func limited(_ vector: [Double]) -> [Double] {
    zip(vector, domain.physical).map { max($0, $1.lower) }
  }
}

/// Why a sampler cannot be made.
public enum SamplerError: Error, Equatable, CustomStringConvertible {
  /// A share is negative or not finite.
  case invalidShare(DistillationSampler.Region, Double)
  /// All shares are zero.
  case emptyMix
  /// The lists of the domain have unequal lengths.
  case unequalDomain
  /// Real rows are no whole number of rows of finite numbers.
  case invalidRealRows
  /// Real rows have a share, but none are given.
  case noRealRows

  /// One sentence for a person: what is wrong and what to do.
  public var description: String {
    switch self {
    case .invalidShare(let region, let share):
      return "the share of '\(region.rawValue)' must be at least 0, not \(share)"
    case .emptyMix: return "the shares of all regions are zero: give at least one"
    case .unequalDomain: return "the domain's lists have unequal lengths, or fewer than two features"
    case .invalidRealRows: return "the real rows are no whole number of rows of finite numbers"
    case .noRealRows: return "the mix has a share of real rows, but none are given"
    }
  }
}
