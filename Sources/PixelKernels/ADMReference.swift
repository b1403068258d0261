/// The scalar reference of ADM: plane by plane, to be read beside the algorithm's sections 3.1
/// to 3.5, and the definition of what every vector version must compute.
///
/// Each frame is split by a wavelet into four scales of three detail bands. At every position
/// the distorted detail is decoupled into a *restored* part, the reference's detail times a gain
/// between 0 and 1, and an *additive* part, the rest. The restored detail counts as far as it
/// exceeds a masking threshold that the additive detail around it raises; the pooled ratio to
/// the reference's detail is the score. AIM swaps the roles of the two parts.
///
/// All arithmetic is on integers, apart from the test of the angle in
/// ``isEnhancement(referenceH:referenceV:distortedH:distortedV:)`` and the gain limit.
final class ADMReference {
  let geometry: ADMGeometry
  let sensitivity: ADMSensitivity
  let configuration: ADMConfiguration
  let gainLimits: [Double]
  private let referenceBands: [ADMBandPlanes]
  private let distortedBands: [ADMBandPlanes]
  private let work: ADMWorkPlanes

  init(width: Int, height: Int, gainLimits: [Double], configuration: ADMConfiguration) {
    geometry = ADMGeometry(width: width, height: height)
    sensitivity = ADMSensitivity(configuration)
    self.configuration = configuration
    self.gainLimits = gainLimits
    referenceBands = geometry.scales.map { ADMBandPlanes($0) }
    distortedBands = geometry.scales.map { ADMBandPlanes($0) }
    work = ADMWorkPlanes(geometry.scales[0])
  }

  /// The sums of each distorted frame and gain limit.
  func analyze(reference: PlaneView, distorted: [PlaneView]) -> [[ADMSums]] {
    decompose(reference, into: referenceBands)
    let denominators = geometry.scales.indices.map { denominator(scale: $0) }
    return distorted.map { plane in
      decompose(plane, into: distortedBands)
      return gainLimits.map { limit in
        let scales = geometry.scales.indices.map { scale in
          var sums = ADMScaleSums()
          if scale == 0 && configuration.skipScale0 { return sums }
          sums.denominator = denominators[scale]
          decouple(scale: scale, gainLimit: limit)
          weigh(work.additive, scale: scale)
          sums.numerator = pool(work.restored, scale: scale)
          if configuration.computeAIM {
            weigh(work.restored, scale: scale)
            sums.additive = pool(work.additive, scale: scale)
          }
          return sums
        }
        return ADMSums(
          scales: scales, width: geometry.frameWidth, height: geometry.frameHeight,
          configuration: configuration)
      }
    }
  }

  private func decompose(_ plane: PlaneView, into bands: [ADMBandPlanes]) {
    ADMWavelet.decomposeFrame(plane, into: bands[0], line: work.line)
    for scale in 1..<bands.count {
      ADMWavelet.decompose(bands[scale - 1], into: bands[scale], scale: scale, line: work.line)
    }
  }

  /// Splits the distorted bands of a scale into restored and additive detail, in the window and
  /// its margin.
  private func decouple(scale: Int, gainLimit: Double) {
    let (o, t) = (referenceBands[scale], distortedBands[scale])
    let decoupling = ADMDecoupling(scale: scale, gainLimit: gainLimit)
    let window = geometry.scales[scale]
    for y in window.marginRows {
      for x in window.marginColumns {
        let i = y * o.width + x
        let isEnhancement = ADMDecoupling.isEnhancement(
          referenceH: o.h[i], referenceV: o.v[i], distortedH: t.h[i], distortedV: t.v[i])
        let h = decoupling.restored(o.h[i], t.h[i], isEnhancement)
        let v = decoupling.restored(o.v[i], t.v[i], isEnhancement)
        let d = decoupling.restored(o.d[i], t.d[i], isEnhancement)
        (work.restored.h[i], work.restored.v[i], work.restored.d[i]) = (h, v, d)
        work.additive.h[i] = t.h[i] &- h
        work.additive.v[i] = t.v[i] &- v
        work.additive.d[i] = t.d[i] &- d
      }
    }
  }

  /// Fills the planes from which the masking threshold is made.
  private func weigh(_ detail: ADMDetailPlanes, scale: Int) {
    let weighting = ADMWeighting(scale: scale, weights: sensitivity.weights[scale])
    let window = geometry.scales[scale]
    for y in window.marginRows {
      for x in window.marginColumns {
        let i = y * window.width + x
        let parts = weighting.masking(detail.h[i], detail.v[i], detail.d[i])
        (work.neighbour[i], work.centre[i]) = (parts.neighbour, parts.centre)
      }
    }
  }

  /// The masking threshold at a position.
  ///
  /// The eight neighbours' thirtieths and the position's own fifteenth. Outside the plane, row
  /// and column -1 are 1, and the last ones repeat.
  private func threshold(_ x: Int, _ y: Int, _ window: ADMScaleGeometry) -> Int {
    let (w, h) = (window.width, window.height)
    let left = x == 0 ? 1 : x - 1
    let right = x + 1 == w ? x : x + 1
    let rows = (y == 0 ? w : (y - 1) * w, y * w, (y + 1 == h ? y : y + 1) * w)
    let f = work.neighbour
    let above = Int(f[rows.0 + left]) + Int(f[rows.0 + x]) + Int(f[rows.0 + right])
    let below = Int(f[rows.2 + left]) + Int(f[rows.2 + x]) + Int(f[rows.2 + right])
    return above + below + Int(f[rows.1 + left]) + Int(f[rows.1 + right])
      + Int(work.centre[rows.1 + x])
  }

  /// The sums of the masked cubes of `detail`.
  private func pool(_ detail: ADMDetailPlanes, scale: Int) -> ADMBandSums {
    let weighting = ADMWeighting(scale: scale, weights: sensitivity.weights[scale])
    let shift = geometry.numeratorCubeShift(scale: scale)
    let rowShift = geometry.numeratorRowShift(scale: scale)
    let window = geometry.scales[scale]
    var sums = ADMBandSums()
    for y in window.rows {
      var (h, v, d) = (0, 0, 0)
      for x in window.columns {
        let i = y * window.width + x
        let threshold = threshold(x, y, window)
        h &+= weighting.maskedCube(detail.h[i], threshold: threshold, shift: shift.hv)
        v &+= weighting.maskedCube(detail.v[i], threshold: threshold, shift: shift.hv)
        d &+= weighting.maskedCubeD(detail.d[i], threshold: threshold, shift: shift.d)
      }
      sums.h += Int64(rounded(h, rowShift))
      sums.v += Int64(rounded(v, rowShift))
      sums.d += Int64(rounded(d, rowShift))
    }
    return sums
  }

  /// The sums of the cubes of the reference's detail.
  private func denominator(scale: Int) -> ADMBandSums {
    let bands = referenceBands[scale]
    let shift = geometry.denominatorCubeShift(scale: scale)
    let rowShift = geometry.denominatorRowShift(scale: scale)
    let window = geometry.scales[scale]
    func band(_ plane: UnsafeMutablePointer<Int32>) -> Int64 {
      var sum = 0
      for y in window.rows {
        let row = plane + y * window.width
        var rowSum = 0
        for x in window.columns {
          let magnitude = Int(row[x].magnitude)
          let square = magnitude &* magnitude
          if scale == 0 {
            rowSum &+= square &* magnitude
          } else {
            // Upstream adds a whole unit before this shift, not half of one.
            let bits = [0, 31, 30, 31][scale]
            rowSum &+= rounded(((square &+ 1 << bits) >> bits) &* magnitude, shift)
          }
        }
        sum &+= rounded(rowSum, rowShift)
      }
      return Int64(sum)
    }
    return ADMBandSums(h: band(bands.h), v: band(bands.v), d: band(bands.d))
  }
}

/// `value / 2^shift`, rounded to nearest, halves up.
@inline(__always)
func rounded(_ value: Int, _ shift: Int) -> Int {
  (value &+ (1 &<< shift) &>> 1) &>> shift
}
