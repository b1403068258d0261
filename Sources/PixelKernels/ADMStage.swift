internal import CKernels

/// One scale of the row pipeline: its buffers and the jobs of its kernels, prepared once.
///
/// A row of the four bands is made for every frame; the rows of band a go into a ring of four,
/// from which the next scale reads. The detail is decoupled into one of three slots (row number
/// modulo three), and a row is pooled when the row below it is there.
final class ADMStage {
  let geometry: ADMScaleGeometry
  /// The band columns and rows that this scale's window or the coarser scales need.
  let columns: Range<Int>
  let rows: Range<Int>
  /// Whether the scale's detail counts, or only its band a is needed.
  let isPooled: Bool
  /// The next row to make.
  var nextRow = 0

  let frameCount: Int
  let gainCount: Int
  /// Four rows of band a for each frame; frame 0 is the reference.
  let ring: UnsafeMutablePointer<UnsafeMutableRawPointer>
  let wavelets: UnsafeMutablePointer<ck_adm_wavelet>
  /// Indexed by slot, then distorted frame.
  let decouplings: UnsafeMutablePointer<ck_adm_decoupling>
  private let outcomes: UnsafeMutablePointer<ck_adm_outcome>
  /// Indexed by slot, then distorted frame, then gain limit.
  let poolings: UnsafeMutablePointer<ck_adm_pooling>
  /// As `poolings`, with the parts in swapped roles; `nil` without AIM.
  let additivePoolings: UnsafeMutablePointer<ck_adm_pooling>?
  var cubes: ck_adm_cubes
  /// Indexed by distorted frame, then gain limit.
  let numerators: UnsafeMutablePointer<ADMBandSums>
  let additives: UnsafeMutablePointer<ADMBandSums>
  var denominator = ADMBandSums()
  private let rowShift: Int
  private let denominatorShift: Int
  private let buffers = ADMRowBuffers()

  static let slotCount = 3

  init(
    scale: Int, geometry all: ADMGeometry, needed: (columns: Range<Int>, rows: Range<Int>),
    lines: [UnsafeMutablePointer<Int16>], distortedCount: Int, gainLimits: [Double],
    weights: (hv: Int32, d: Int32), configuration: ADMConfiguration, inputWidth: Int,
    bitDepth: Int
  ) {
    let geometry = all.scales[scale]
    let (width, bytes) = (geometry.width, scale == 0 ? 2 : 4)
    let buffers = buffers
    self.geometry = geometry
    (columns, rows) = needed
    isPooled = scale > 0 || !configuration.skipScale0
    frameCount = distortedCount + 1
    gainCount = gainLimits.count
    rowShift = all.numeratorRowShift(scale: scale)
    denominatorShift = all.denominatorRowShift(scale: scale)

    func detail() -> ck_adm_detail {
      ck_adm_detail(
        h: buffers.row(bytes: bytes, width), v: buffers.row(bytes: bytes, width),
        d: buffers.row(bytes: bytes, width))
    }

    // Frames.
    ring = .allocate(capacity: 4 * frameCount)
    wavelets = .allocate(capacity: frameCount)
    for frame in 0..<frameCount {
      for k in 0..<4 {
        (ring + 4 * frame + k).initialize(to: buffers.row(bytes: bytes, width))
      }
      let a = ring[4 * frame]
      let job = ck_adm_wavelet(
        rows: (UnsafeRawPointer(a), UnsafeRawPointer(a), UnsafeRawPointer(a), UnsafeRawPointer(a)),
        width: Int32(inputWidth), first: Int32(columns.lowerBound),
        last: Int32(columns.upperBound), bit_depth: Int32(bitDepth),
        lines: (lines[0], lines[1], lines[2], lines[3]), a: a, detail: detail())
      (wavelets + frame).initialize(to: job)
    }

    // The window.
    let mask = buffers.row(Int32.self, width)
    for x in geometry.columns { mask[x] = -1 }
    let window = (
      first: Int32(geometry.columns.lowerBound), last: Int32(geometry.columns.upperBound)
    )
    cubes = ck_adm_cubes(
      detail: wavelets[0].detail, mask: mask, first: window.first, last: window.last,
      square_shift: [0, 31, 30, 31][scale], shift: Int32(all.denominatorCubeShift(scale: scale)))

    // Decoupling.
    let outcomeCount = Self.slotCount * distortedCount * gainCount
    let margin = geometry.marginColumns
    outcomes = .allocate(capacity: outcomeCount)
    for index in 0..<outcomeCount {
      var outcome = ck_adm_outcome(
        gain_limit: gainLimits[index % gainCount], restored: detail(),
        neighbour: buffers.row(Int32.self, width), centre: buffers.row(Int32.self, width),
        additive: ck_adm_detail(h: nil, v: nil, d: nil), restored_neighbour: nil,
        restored_centre: nil)
      if configuration.computeAIM {
        outcome.additive = detail()
        outcome.restored_neighbour = buffers.row(Int32.self, width)
        outcome.restored_centre = buffers.row(Int32.self, width)
      }
      (outcomes + index).initialize(to: outcome)
    }
    decouplings = .allocate(capacity: Self.slotCount * distortedCount)
    for index in 0..<Self.slotCount * distortedCount {
      let job = ck_adm_decoupling(
        reference: wavelets[0].detail, distorted: wavelets[index % distortedCount + 1].detail,
        width: Int32(width), first: Int32(margin.lowerBound), last: Int32(margin.upperBound),
        weight_hv: weights.hv, weight_d: weights.d, outcome_count: Int32(gainCount),
        outcomes: outcomes + index * gainCount)
      (decouplings + index).initialize(to: job)
    }

    // Pooling.
    let shift = all.numeratorCubeShift(scale: scale)
    let perSlot = distortedCount * gainCount
    poolings = .allocate(capacity: outcomeCount)
    additivePoolings = configuration.computeAIM ? .allocate(capacity: outcomeCount) : nil
    for index in 0..<outcomeCount {
      let outcome = outcomes[index]
      let neighbour = UnsafePointer(outcome.neighbour)
      let job = ck_adm_pooling(
        detail: outcome.restored,
        neighbours: (neighbour, neighbour, neighbour),
        centre: outcome.centre, mask: mask, first: window.first, last: window.last,
        weight_hv: weights.hv, weight_d: weights.d, shift_hv: Int32(shift.hv),
        shift_d: Int32(shift.d))
      (poolings + index).initialize(to: job)
      if let additivePoolings, let centre = outcome.restored_centre {
        (additivePoolings + index).initialize(to: job)
        additivePoolings[index].detail = outcome.additive
        additivePoolings[index].centre = UnsafePointer(centre)
      }
    }
    numerators = .allocate(capacity: perSlot)
    numerators.initialize(repeating: ADMBandSums(), count: perSlot)
    additives = .allocate(capacity: perSlot)
    additives.initialize(repeating: ADMBandSums(), count: perSlot)
  }

  deinit {
    ring.deallocate()
    wavelets.deallocate()
    outcomes.deallocate()
    decouplings.deallocate()
    poolings.deallocate()
    additivePoolings?.deallocate()
    numerators.deallocate()
    additives.deallocate()
  }

  /// Forgets the frame before.
  func reset() {
    nextRow = rows.lowerBound
    denominator = ADMBandSums()
    let count = (frameCount - 1) * gainCount
    numerators.update(repeating: ADMBandSums(), count: count)
    additives.update(repeating: ADMBandSums(), count: count)
  }

  /// Decouples the row of detail that was made last, and pools the rows that it completes.
  func process(row: Int, kernels: ADMStageKernels) {
    guard isPooled, geometry.marginRows.contains(row) else { return }
    if geometry.rows.contains(row) {
      let sums = kernels.cubes(&cubes)
      Self.add(sums, to: &denominator, shift: denominatorShift)
    }
    let slot = row % Self.slotCount
    let distortedCount = frameCount - 1
    for distorted in 0..<distortedCount {
      kernels.decouple(decouplings + slot * distortedCount + distorted)
    }
    if geometry.rows.contains(row - 1) { pool(row: row - 1, kernels: kernels) }
    // The last row of the plane stands in for the one below it.
    if row + 1 == geometry.height && geometry.rows.contains(row) {
      pool(row: row, kernels: kernels)
    }
  }

  private func pool(row: Int, kernels: ADMStageKernels) {
    let perSlot = (frameCount - 1) * gainCount
    let here = row % Self.slotCount * perSlot
    let above = (row == 0 ? 1 : row - 1) % Self.slotCount * perSlot
    let below = (row + 1 == geometry.height ? row : row + 1) % Self.slotCount * perSlot
    for index in 0..<perSlot {
      let rows = (outcomes + above + index, outcomes + here + index, outcomes + below + index)
      let job = poolings + here + index
      job.pointee.neighbours = (
        UnsafePointer(rows.0.pointee.neighbour), UnsafePointer(rows.1.pointee.neighbour),
        UnsafePointer(rows.2.pointee.neighbour)
      )
      Self.add(kernels.pool(job), to: &numerators[index], shift: rowShift)
      guard let additivePoolings, let f0 = rows.0.pointee.restored_neighbour,
        let f1 = rows.1.pointee.restored_neighbour, let f2 = rows.2.pointee.restored_neighbour
      else { continue }
      let additiveJob = additivePoolings + here + index
      additiveJob.pointee.neighbours = (UnsafePointer(f0), UnsafePointer(f1), UnsafePointer(f2))
      Self.add(kernels.pool(additiveJob), to: &additives[index], shift: rowShift)
    }
  }

  private static func add(_ row: ck_adm_sums, to sums: inout ADMBandSums, shift: Int) {
    sums.h &+= Int64(rounded(Int(row.h), shift))
    sums.v &+= Int64(rounded(Int(row.v), shift))
    sums.d &+= Int64(rounded(Int(row.d), shift))
  }
}

/// The kernels that fit one scale.
struct ADMStageKernels {
  let wavelet: @convention(c) (UnsafePointer<ck_adm_wavelet>) -> Void
  let decouple: @convention(c) (UnsafePointer<ck_adm_decoupling>) -> Void
  let pool: @convention(c) (UnsafePointer<ck_adm_pooling>) -> ck_adm_sums
  let cubes: @convention(c) (UnsafePointer<ck_adm_cubes>) -> ck_adm_sums

  init(_ kernels: ck_adm_kernels, scale: Int, bitDepth: Int) {
    let samples = bitDepth == 8 ? kernels.wavelet_u8 : kernels.wavelet_u16
    wavelet = [samples, kernels.wavelet_1, kernels.wavelet_2, kernels.wavelet_3][scale]
    decouple = scale == 0 ? kernels.decouple_16 : kernels.decouple_32
    pool = scale == 0 ? kernels.pool_16 : kernels.pool_32
    cubes = scale == 0 ? kernels.cubes_16 : kernels.cubes_32
  }
}
