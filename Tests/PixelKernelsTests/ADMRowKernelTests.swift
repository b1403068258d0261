import CKernels
import Foundation
import Processor
import Testing

/// The decoupling kernels on coefficients that frames seldom have: every divisor, and angles
/// close to the limit of one degree.
@Suite("ADM row kernels")
struct ADMRowKernelTests {
  static let sets = InstructionSet.supported.filter { $0 != .scalar }

  /// Debug builds take every 61st divisor.
  #if DEBUG
    static let divisorStep = 61
    static let angleRows = 40
  #else
    static let divisorStep = 1
    static let angleRows = 4000
  #endif

  @Test("gain for every divisor", arguments: sets)
  func gain(_ set: InstructionSet) throws {
    let kernels = try #require(Self.table(set))
    for bits in [16, 32] {
      let row = CoefficientRow(bits: bits, count: 512, gainLimit: 1)
      for divisor in stride(from: 1, through: 32767, by: Self.divisorStep) {
        var random = SplitMix(seed: UInt64(divisor))
        for x in 0..<row.count {
          // Small values, those around the divisor, and random ones; never an enhancement.
          let t =
            x < 200 ? x : x < 240 ? divisor + x - 220 : Int(random.next() % UInt64(divisor + 2))
          let sign = x & 1 == 0 ? 1 : -1
          row.set(
            x, reference: (1, 1, sign * divisor), distorted: (1, -100, sign * min(t, 32767)))
        }
        #expect(row.check(kernels), "\(set), \(bits) bits, divisor \(divisor)")
      }
    }
  }

  @Test("angles close to one degree", arguments: sets)
  func angles(_ set: InstructionSet) throws {
    let kernels = try #require(Self.table(set))
    for (bits, top) in [(16, 22000.0), (32, 2e9)] {
      for (index, limit) in [100.0, 1, 1.2, 37.5].enumerated() {
        var random = SplitMix(seed: UInt64(bits + index))
        let row = CoefficientRow(bits: bits, count: 256, gainLimit: limit)
        func uniform() -> Double { Double(random.next() >> 11) * 0x1p-53 }
        for _ in 0..<Self.angleRows {
          for x in 0..<row.count {
            // Powers from a few units to the largest; the angle misses a degree by 1e-3 to 1e-9.
            let length = top / Double(1 << (random.next() % 12))
            let (o, t) = (length * uniform(), length * uniform())
            let direction = uniform() * 2 * Double.pi
            let miss = (uniform() - 0.5) * Double([1e-3, 1e-5, 1e-7, 1e-9][x & 3])
            let degree = Double.pi / 180 * (1 + miss) * (x & 4 == 0 ? 1 : -1)
            let angle = direction + degree
            let third = Int((uniform() - 0.5) * top)
            row.set(
              x, reference: (Int(o * cos(direction)), Int(o * sin(direction)), third),
              distorted: (Int(t * cos(angle)), Int(t * sin(angle)), third / 2))
          }
          #expect(row.check(kernels), "\(set), \(bits) bits, limit \(limit)")
        }
      }
    }
  }

  static func table(_ set: InstructionSet) -> ck_adm_kernels? {
    switch set {
    case .scalar: nil
    case .avx2: ck_adm_kernels_avx2()?.pointee
    case .avx512: ck_adm_kernels_avx512()?.pointee
    case .neon: ck_adm_kernels_neon()?.pointee
    }
  }
}

/// A row of reference and distorted coefficients, and what a kernel restores from them.
final class CoefficientRow {
  let bits: Int
  let count: Int
  let gainLimit: Double
  private let memory: UnsafeMutableRawPointer
  private static let bytesPerRow = 4096

  init(bits: Int, count: Int, gainLimit: Double) {
    self.bits = bits
    self.count = count
    self.gainLimit = gainLimit
    memory = .allocate(byteCount: 12 * Self.bytesPerRow, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: 12 * Self.bytesPerRow)
  }

  deinit { memory.deallocate() }

  private func row(_ index: Int) -> UnsafeMutableRawPointer {
    memory + index * Self.bytesPerRow + 64
  }

  private subscript(_ index: Int, _ x: Int) -> Int {
    get {
      bits == 16
        ? Int(row(index).load(fromByteOffset: 2 * x, as: Int16.self))
        : Int(row(index).load(fromByteOffset: 4 * x, as: Int32.self))
    }
    set {
      if bits == 16 {
        row(index).storeBytes(of: Int16(newValue), toByteOffset: 2 * x, as: Int16.self)
      } else {
        row(index).storeBytes(of: Int32(newValue), toByteOffset: 4 * x, as: Int32.self)
      }
    }
  }

  func set(_ x: Int, reference: (Int, Int, Int), distorted: (Int, Int, Int)) {
    (self[0, x], self[1, x], self[2, x]) = reference
    (self[3, x], self[4, x], self[5, x]) = distorted
  }

  /// Runs the kernel and compares the restored coefficients with the formula.
  func check(_ kernels: ck_adm_kernels) -> Bool {
    var outcome = ck_adm_outcome(
      gain_limit: gainLimit, restored: ck_adm_detail(h: row(6), v: row(7), d: row(8)),
      neighbour: row(9).assumingMemoryBound(to: Int32.self),
      centre: row(10).assumingMemoryBound(to: Int32.self),
      additive: ck_adm_detail(h: nil, v: nil, d: nil), restored_neighbour: nil,
      restored_centre: nil)
    withUnsafeMutablePointer(to: &outcome) { outcome in
      var job = ck_adm_decoupling(
        reference: ck_adm_detail(h: row(0), v: row(1), d: row(2)),
        distorted: ck_adm_detail(h: row(3), v: row(4), d: row(5)), width: Int32(count), first: 0,
        last: Int32(count), weight_hv: 36453, weight_d: 49417, outcome_count: 1, outcomes: outcome)
      if bits == 16 { kernels.decouple_16(&job) } else { kernels.decouple_32(&job) }
    }
    return (0..<count).allSatisfy { x in
      let isEnhancement = isEnhancement(x)
      return (0..<3).allSatisfy { band in
        restored(self[band, x], self[band + 3, x], isEnhancement) == self[band + 6, x]
      }
    }
  }

  private func isEnhancement(_ x: Int) -> Bool {
    let (oh, ov, th, tv) = (self[0, x], self[1, x], self[3, x], self[4, x])
    let dot = Double(Float(oh * th + ov * tv))
    let squares = (Double(Float(oh * oh + ov * ov)), Double(Float(th * th + tv * tv)))
    let limit = Double(Float(cos(Double.pi / 180) * cos(Double.pi / 180)))
    return dot >= 0 && dot * dot >= (limit * squares.0) * squares.1
  }

  private func restored(_ o: Int, _ t: Int, _ isEnhancement: Bool) -> Int {
    if o == 0 { return 0 }
    var (divisor, excess) = (abs(o), 0)
    while bits == 32 && divisor >> excess >= 32768 { excess += 1 }
    if excess > 0 { divisor = (divisor + (1 << (excess - 1))) >> excess }
    let product = (1 << 30) / divisor * (o < 0 ? -t : t)
    let gain = min(max((product + (1 << (14 + excess))) >> (15 + excess), 0), 32768)
    let plain = (gain * o + 16384) >> 15
    guard isEnhancement && gain > 0 else { return plain }
    let limited = Double(plain) * gainLimit
    return Int(o > 0 ? min(limited, Double(t)) : max(limited, Double(t)))
  }
}
