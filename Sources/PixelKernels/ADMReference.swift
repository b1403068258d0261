/// The scalar reference of ADM, to be read beside the algorithm's sections 3.1 to 3.5.
///
/// It is the definition of what every vector version must compute. First the bands of both
/// frames are made, plane by plane; then each scale is summed row by row.
///
/// Each frame is split by a wavelet into four scales of three detail bands. At every position
/// the distorted detail is decoupled into a *restored* part, the reference's detail times a gain
/// between 0 and 1, and an *additive* part, the rest. The restored detail counts as far as it
/// exceeds a masking threshold that the additive detail around it raises; the pooled ratio to
/// the reference's detail is the score. AIM swaps the roles of the two parts.
///
/// All arithmetic is on integers, apart from the test of the angle and the gain limit in
/// ``ADMDecoupling``.
final class ADMReference {
  let geometry: ADMGeometry
  let sensitivity: ADMSensitivity
  let configuration: ADMConfiguration
  let gainLimits: [Double]
  private let referenceBands: [ADMBandPlanes]
  private let distortedBands: [ADMBandPlanes]
  private let work: ADMWorkRows

  init(width: Int, height: Int, gainLimits: [Double], configuration: ADMConfiguration) {
    geometry = ADMGeometry(width: width, height: height)
    sensitivity = ADMSensitivity(configuration)
    self.configuration = configuration
    self.gainLimits = gainLimits
    referenceBands = geometry.scales.map { ADMBandPlanes($0) }
    distortedBands = geometry.scales.map { ADMBandPlanes($0) }
    work = ADMWorkRows(width: geometry.scales[0].width)
  }

  /// The sums of each distorted frame and gain limit.
  func analyze(reference: PlaneView, distorted: [PlaneView]) -> [[ADMSums]] {
    decompose(reference, into: referenceBands)
    let denominators = geometry.scales.indices.map { denominator(scale: $0) }
    return distorted.map { plane in
      decompose(plane, into: distortedBands)
      return gainLimits.map { limit in
        let scales = geometry.scales.indices.map { scale in
          if scale == 0 && configuration.skipScale0 { return ADMScaleSums() }
          var sums = numerators(scale: scale, gainLimit: limit)
          sums.denominator = denominators[scale]
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

  /// The numerators of a scale: its rows, and those next to the window, are decoupled and
  /// weighed, and each row is pooled as soon as the one below it is there.
  private func numerators(scale: Int, gainLimit: Double) -> ADMScaleSums {
    let window = geometry.scales[scale]
    let weighting = ADMWeighting(scale: scale, weights: sensitivity.weights[scale])
    var sums = ADMScaleSums()
    func poolRow(_ y: Int) {
      add(pool(y, work.restored, maskedBy: work.additive, scale, weighting), to: &sums.numerator)
      guard configuration.computeAIM else { return }
      add(pool(y, work.additive, maskedBy: work.restored, scale, weighting), to: &sums.additive)
    }
    for y in window.marginRows {
      if scale == 0 {
        decouple(y, scale: 0, by: ADMDecoupling(isFinest: true, gainLimit: gainLimit))
      } else {
        decouple(y, scale: scale, by: ADMDecoupling(isFinest: false, gainLimit: gainLimit))
      }
      weigh(y, work.additive, window, weighting)
      if configuration.computeAIM { weigh(y, work.restored, window, weighting) }
      if window.rows.contains(y - 1) { poolRow(y - 1) }
      if y + 1 == window.height && window.rows.contains(y) { poolRow(y) }
    }
    return sums
  }

  private func add(_ row: ADMBandSums, to sums: inout ADMBandSums) {
    sums.h += row.h
    sums.v += row.v
    sums.d += row.d
  }

  /// Splits row `y` of the distorted bands into restored and additive detail, in the window and
  /// its margin.
  @inline(__always)
  private func decouple(_ y: Int, scale: Int, by decoupling: ADMDecoupling) {
    let window = geometry.scales[scale]
    let (oh, ov, od) = referenceBands[scale].row(y)
    let (th, tv, td) = distortedBands[scale].row(y)
    let (rh, rv, rd) = work.restored.row(y)
    let (ah, av, ad) = work.additive.row(y)
    for x in window.marginColumns {
      let isEnhancement = ADMDecoupling.isEnhancement(
        referenceH: oh[x], referenceV: ov[x], distortedH: th[x], distortedV: tv[x])
      rh[x] = decoupling.restored(oh[x], th[x], isEnhancement)
      rv[x] = decoupling.restored(ov[x], tv[x], isEnhancement)
      rd[x] = decoupling.restored(od[x], td[x], isEnhancement)
      ah[x] = th[x] &- rh[x]
      av[x] = tv[x] &- rv[x]
      ad[x] = td[x] &- rd[x]
    }
  }

  /// Computes what row `y` of `detail` adds to the masking thresholds.
  private func weigh(
    _ y: Int, _ detail: ADMDetailRing, _ window: ADMScaleGeometry, _ weighting: ADMWeighting
  ) {
    let (h, v, d) = detail.row(y)
    let (neighbour, centre) = (detail.neighbour(y), detail.centre(y))
    for x in window.marginColumns {
      let parts = weighting.masking(h[x], v[x], d[x])
      (neighbour[x], centre[x]) = (parts.neighbour, parts.centre)
    }
  }

  /// Sums the masking contributions of row `y` and the rows next to it, column by column.
  ///
  /// Outside the plane, row and column -1 are 1, and the last ones repeat.
  private func sumColumns(
    _ y: Int, _ mask: ADMDetailRing, _ window: ADMScaleGeometry
  ) -> UnsafeMutablePointer<Int> {
    let (width, height) = (window.width, window.height)
    let above = mask.neighbour(y == 0 ? 1 : y - 1)
    let here = mask.neighbour(y)
    let below = mask.neighbour(y + 1 == height ? y : y + 1)
    let sums = work.columnSums + 1
    for x in window.marginColumns { sums[x] = Int(above[x]) &+ Int(here[x]) &+ Int(below[x]) }
    sums[-1] = sums[1]
    sums[width] = sums[width - 1]
    return sums
  }

  /// The rounded sums of the masked cubes of row `y` of `detail`.
  ///
  /// The masking threshold of a position is the sum of its eight neighbours' thirtieths and its
  /// own fifteenth.
  private func pool(
    _ y: Int, _ detail: ADMDetailRing, maskedBy mask: ADMDetailRing, _ scale: Int,
    _ weighting: ADMWeighting
  ) -> ADMBandSums {
    let window = geometry.scales[scale]
    let shift = geometry.numeratorCubeShift(scale: scale)
    let rowShift = geometry.numeratorRowShift(scale: scale)
    let columnSums = sumColumns(y, mask, window)
    let (neighbour, centre) = (mask.neighbour(y), mask.centre(y))
    let (h, v, d) = detail.row(y)
    var row = (h: 0, v: 0, d: 0)
    for x in window.columns {
      let block = columnSums[x - 1] &+ columnSums[x] &+ columnSums[x + 1]
      let threshold = block &- Int(neighbour[x]) &+ Int(centre[x])
      row.h &+= weighting.maskedCube(h[x], threshold: threshold, shift: shift.hv)
      row.v &+= weighting.maskedCube(v[x], threshold: threshold, shift: shift.hv)
      row.d &+= weighting.maskedCubeD(d[x], threshold: threshold, shift: shift.d)
    }
    return ADMBandSums(
      h: Int64(rounded(row.h, rowShift)), v: Int64(rounded(row.v, rowShift)),
      d: Int64(rounded(row.d, rowShift)))
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
