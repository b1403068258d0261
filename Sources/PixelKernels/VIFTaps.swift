import CKernels

extension VIFFilter {
  /// The radius of a window as the vector kernels see it, an even number.
  static func evenRadius(scale: Int) -> Int { (windows[scale].count / 2 + 1) / 2 * 2 }

  /// A window as dot products of pairs of neighbours.
  ///
  /// Pair `p` holds the samples `2p` and `2p + 1` of an even output's neighbourhood, counted
  /// from its first sample. The odd output after it starts one sample later. A weight that does
  /// not fit 16 signed bits takes part twice, with half its value.
  static func taps(scale: Int) -> ck_vif_taps {
    let radius = evenRadius(scale: scale)
    let padding = radius - windows[scale].count / 2
    let zeros = Array(repeating: 0, count: padding + 1)
    // The window with a zero before it and after it: element k + 1 weighs sample k.
    let weights = zeros + windows[scale].map(Int.init) + zeros
    var taps = ck_vif_taps()
    func append(pair: Int, _ first: Int, _ weight: (Int) -> Int) {
      let even = pack(weight(first + 1), weight(first + 2))
      let odd = pack(weight(first), weight(first + 1))
      let index = Int(taps.count)
      set(&taps.pair, index, Int32(pair))
      set(&taps.even, index, even)
      set(&taps.odd, index, odd)
      taps.count += 1
    }
    for pair in 0...radius {
      let isLarge = weights[2 * pair...2 * pair + 2].contains { $0 > Int(Int16.max) }
      if !isLarge {
        append(pair: pair, 2 * pair) { weights[$0] }
      } else {
        append(pair: pair, 2 * pair) {
          weights[$0] > Int(Int16.max) ? weights[$0] / 2 : weights[$0]
        }
        append(pair: pair, 2 * pair) { weights[$0] > Int(Int16.max) ? weights[$0] / 2 : 0 }
      }
    }
    return taps
  }

  private static func pack(_ low: Int, _ high: Int) -> Int32 {
    Int32(truncatingIfNeeded: low | high << 16)
  }

  /// Sets an element of a C array, which Swift imports as a tuple.
  private static func set<Tuple>(_ tuple: inout Tuple, _ index: Int, _ value: Int32) {
    withUnsafeMutableBytes(of: &tuple) {
      $0.storeBytes(of: value, toByteOffset: 4 * index, as: Int32.self)
    }
  }
}
