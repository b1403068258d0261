/// Which reference frame each distorted frame shows: the cheapest monotone path.
///
/// A distorted video is read as a walk through the reference, usually one frame at a time; a
/// repeated frame is a step of none, a dropped one a step of two. A step from reference frame `i`
/// to `i + m` predicts that the distorted picture changes by `g (a[i + m] - a[i])`, where `g` is the
/// contrast that the encoder left; its cost is the squared error of that prediction, in units of
/// the error that remains anyway. To it comes, at half weight, the error of the change over four
/// frames, which tells more where the motion is slow. Irregular steps cost a constant, so that only
/// evidence over several frames makes one. The path is found by dynamic programming (Viterbi).
struct FramePath {
  /// Shifts to either side of the centre that the path may take.
  static let reach = 8
  /// What an irregular step costs, in frames of ordinary error.
  private static let stepCost = 2.0
  /// What a frame without counterpart costs.
  private static let outsideCost = 3.0
  /// The most that one frame can say.
  private static let largestCost = 20.0
  /// The largest step that is read as dropped frames.
  private static let largestStep = 4
  /// The frames over which slow motion is judged, and the weight of that.
  private static let longDistance = 4
  private static let longWeight = 0.5

  /// The shift of each distorted frame.
  private(set) var shifts: [Int]

  private let band: ProductBand
  private let center: Int
  private let reference: Range<Int>
  /// `referenceChanges[k - 1][i]` is the squared change of reference frame `i` over `k` frames.
  private let referenceChanges: [[Double]]
  private let distortedChanges: [Int: [Double]]

  /// Finds the path.
  ///
  /// - Parameters:
  ///   - center: The shift around which the path runs.
  ///   - previous: The shift before the first frame, if there is one.
  init(distorted: SignatureView, reference: SignatureView, center: Int, previous: Int?) {
    let margin = Self.reach + Self.longDistance
    band = ProductBand(
      distorted: distorted, reference: reference, shifts: center - margin...center + margin)
    self.center = center
    self.reference = reference.range
    func changes(_ view: SignatureView, over distance: Int) -> [Double] {
      view.range.map { frame in
        frame - distance >= view.range.lowerBound ? view.change(frame, since: distance) : 0
      }
    }
    referenceChanges = (1...Self.largestStep).map { changes(reference, over: $0) }
    distortedChanges = [
      1: changes(distorted, over: 1),
      Self.longDistance: changes(distorted, over: Self.longDistance),
    ]
    shifts = []
    shifts = search(previous: previous)
  }

  /// The squared error of a prediction: that distorted frame `frame` changed over `distance` as
  /// the reference did in the `step` frames before `frame + shift`.
  private func error(_ frame: Int, _ shift: Int, over distance: Int, from step: Int, gain: Double)
    -> Double
  {
    let own = distortedChanges[distance]?[frame - band.frames.lowerBound] ?? 0
    guard step > 0 else { return own }
    let expected = referenceChanges[step - 1][frame + shift - reference.lowerBound]
    let product = band.changeProduct(frame, shift, over: distance, from: step)
    return max(own - 2 * gain * product + gain * gain * expected, 0)
  }

  /// The contrast that is left of the reference's changes, and the error that remains, both at
  /// the shift that fits each frame best, because frames may have been dropped in between.
  private func calibration(over distance: Int) -> (gain: Double, noise: Double) {
    let shifts = center - Self.reach...center + Self.reach
    var (product, energy) = (0.0, 0.0)
    for frame in band.frames {
      var best: (product: Double, energy: Double, fit: Double)?
      for shift in shifts where band.has(frame, shift, over: distance) {
        let one = band.changeProduct(frame, shift, over: distance, from: distance)
        let other = referenceChanges[distance - 1][frame + shift - reference.lowerBound]
        let fit = other > 0 ? one / other.squareRoot() : 0
        if fit > best?.fit ?? 0 { best = (one, other, fit) }
      }
      product += best?.product ?? 0
      energy += best?.energy ?? 0
    }
    let gain = energy > 0 ? min(max(product / energy, 0.5), 1.2) : 1
    var (sum, count) = (0.0, 0)
    for frame in band.frames {
      let errors = shifts.lazy.filter { band.has(frame, $0, over: distance) }.map {
        error(frame, $0, over: distance, from: distance, gain: gain)
      }
      guard let least = errors.min() else { continue }
      sum += least
      count += 1
    }
    // Below a quarter of a code value a difference says nothing.
    return (gain, max(count > 0 ? sum / Double(count) : 0, Double(LumaSignature.fineCount)))
  }

  private func search(previous: Int?) -> [Int] {
    let states = Array(center - Self.reach...center + Self.reach)
    let (gain, noise) = calibration(over: 1)
    let (longGain, longNoise) = calibration(over: Self.longDistance)
    var costs = states.map { state -> Double in
      if let previous { return state == previous ? 0 : Self.stepCost }
      return state == center || state == 0 ? 0 : Self.stepCost / 2
    }
    var origins: [[Int8]] = []
    for frame in band.frames.dropFirst() {
      var next: [Double] = []
      var origin: [Int8] = []
      for (position, shift) in states.enumerated() {
        var (best, bestOrigin) = (Double.infinity, position)
        for step in 0...Self.largestStep {
          // A step of m frames raises the shift by m - 1.
          let from = position - step + 1
          guard states.indices.contains(from) else { continue }
          var cost = costs[from] + (step == 1 ? 0 : Self.stepCost)
          if reference.contains(frame + shift), reference.contains(frame + shift - step) {
            let error = error(frame, shift, over: 1, from: step, gain: gain)
            cost += min(error / noise, Self.largestCost)
          } else {
            cost += Self.outsideCost
          }
          if cost < best { (best, bestOrigin) = (cost, from) }
        }
        if band.has(frame, shift, over: Self.longDistance) {
          let error = error(
            frame, shift, over: Self.longDistance, from: Self.longDistance, gain: longGain)
          best += Self.longWeight * min(error / longNoise, Self.largestCost)
        } else {
          best += Self.longWeight * Self.outsideCost
        }
        next.append(best)
        origin.append(Int8(bestOrigin))
      }
      costs = next
      origins.append(origin)
    }
    var position = costs.indices.min { costs[$0] < costs[$1] } ?? Self.reach
    var path = [states[position]]
    for origin in origins.reversed() {
      position = Int(origin[position])
      path.append(states[position])
    }
    return path.reversed()
  }
}
