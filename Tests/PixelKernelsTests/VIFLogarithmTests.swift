import CKernels
import Foundation
import Processor
import Testing

@testable import PixelKernels

/// The logarithm table, and the polynomials that stand for it in the vector kernels.
@Suite struct VIFLogarithmTests {
  @Test func tableIsThatOfTheReference() {
    let table = VIFFilter.logarithms
    #expect(table.count == 32768)
    #expect(table.first == 30720 && table.last == 32768)
    // Some of the entries where rounding the exact product would give another value.
    #expect(table[33108 - 32768] == 30751)
    let others = [33209, 34457, 34492, 34844]
    for argument in others {
      let exact = (log2(Double(argument)) * 2048).rounded(.toNearestOrAwayFromZero)
      #expect(Double(table[argument - 32768]) != exact)
    }
  }

  @Test(arguments: InstructionSet.supported)
  func polynomialsGiveEveryEntry(_ set: InstructionSet) {
    guard let kernels = VIFKernel.vectorKernels(set) else { return }
    var fractions = [Int32](repeating: 0, count: 32768)
    kernels.pointee.logarithms(&fractions)
    #expect(fractions == VIFFilter.logarithms.map { Int32($0) - 30720 })
  }
}
