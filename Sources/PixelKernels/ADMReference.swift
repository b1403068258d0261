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
    if scale == 0 {
      decouple(scale: 0, by: ADMDecoupling(isFinest: true, gainLimit: gainLimit))
    } else {
      decouple(scale: scale, by: ADMDecoupling(isFinest: false, gainLimit: gainLimit))
    }
  }

  @inline(__always)
  private func decouple(scale: Int, by decoupling: ADMDecoupling) {
    let (oh, ov, od) = referenceBands[scale].planes
    let (th, tv, td) = distortedBands[scale].planes
    let (rh, rv, rd) = work.restored.planes
    let (ah, av, ad) = work.additive.planes
    let window = geometry.scales[scale]
    for y in window.marginRows {
      for x in window.marginColumns {
        let i = y * window.width + x
        let isEnhancement = ADMDecoupling.isEnhancement(
          referenceH: oh[i], referenceV: ov[i], distortedH: th[i], distortedV: tv[i])
        rh[i] = decoupling.restored(oh[i], th[i], isEnhancement)
        rv[i] = decoupling.restored(ov[i], tv[i], isEnhancement)
        rd[i] = decoupling.restored(od[i], td[i], isEnhancement)
        ah[i] = th[i] &- rh[i]
        av[i] = tv[i] &- rv[i]
        ad[i] = td[i] &- rd[i]
      }
    }
  }

  /// Fills the planes from which the masking threshold is made.
  private func weigh(_ detail: ADMDetailPlanes, scale: Int) {
    let weighting = ADMWeighting(scale: scale, weights: sensitivity.weights[scale])
    let (h, v, d) = detail.planes
    let (neighbour, centre) = (work.neighbour, work.centre)
    let window = geometry.scales[scale]
    for y in window.marginRows {
      for x in window.marginColumns {
        let i = y * window.width + x
        let parts = weighting.masking(h[i], v[i], d[i])
        (neighbour[i], centre[i]) = (parts.neighbour, parts.centre)
      }
    }
  }

  /// Sums the masking contributions of row `y` and the rows next to it, column by column.
  ///
  /// Outside the plane, row and column -1 are 1, and the last ones repeat.
  private func sumColumns(_ y: Int, _ window: ADMScaleGeometry) -> UnsafeMutablePointer<Int> {
    let (width, height) = (window.width, window.height)
    let above = work.neighbour + (y == 0 ? 1 : y - 1) * width
    let here = work.neighbour + y * width
    let below = work.neighbour + (y + 1 == height ? y : y + 1) * width
    let sums = work.columnSums + 1
    for x in window.marginColumns { sums[x] = Int(above[x]) &+ Int(here[x]) &+ Int(below[x]) }
    sums[-1] = sums[1]
    sums[width] = sums[width - 1]
    return sums
  }

  /// The sums of the masked cubes of `detail`.
  ///
  /// The masking threshold of a position is the sum of its eight neighbours' thirtieths and its
  /// own fifteenth.
  private func pool(_ detail: ADMDetailPlanes, scale: Int) -> ADMBandSums {
    let weighting = ADMWeighting(scale: scale, weights: sensitivity.weights[scale])
    let shift = geometry.numeratorCubeShift(scale: scale)
    let rowShift = geometry.numeratorRowShift(scale: scale)
    let window = geometry.scales[scale]
    let (h, v, d) = detail.planes
    let (neighbour, centre) = (work.neighbour, work.centre)
    var sums = ADMBandSums()
    for y in window.rows {
      let columnSums = sumColumns(y, window)
      var row = (h: 0, v: 0, d: 0)
      for x in window.columns {
        let i = y * window.width + x
        let block = columnSums[x - 1] &+ columnSums[x] &+ columnSums[x + 1]
        let threshold = block &- Int(neighbour[i]) &+ Int(centre[i])
        row.h &+= weighting.maskedCube(h[i], threshold: threshold, shift: shift.hv)
        row.v &+= weighting.maskedCube(v[i], threshold: threshold, shift: shift.hv)
        row.d &+= weighting.maskedCubeD(d[i], threshold: threshold, shift: shift.d)
      }
      sums.h += Int64(rounded(row.h, rowShift))
      sums.v += Int64(rounded(row.v, rowShift))
      sums.d += Int64(rounded(row.d, rowShift))
    }
    return sums
  }

  /// The sums of the cubes of the reference's detail.
  private func denominator(scale: Int) -> ADMBandSums {
    let bands = referenceBands[scale]
    let shift = geometry.denominatorCubeShift(scale: scale)
    let rowShift = geometry.denominatorRowShift(scale: scale)
    let window = geometry.scales[scale]
    // Upstream adds a whole unit before this shift, not half of one.
    let bits = [0, 31, 30, 31][scale]
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
