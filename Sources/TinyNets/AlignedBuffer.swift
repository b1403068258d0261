/// A fixed number of elements on a cache-line boundary, freed with its last reference.
final class AlignedBuffer<Element: BitwiseCopyable> {
  let count: Int
  let base: UnsafeMutablePointer<Element>

  init(count: Int, repeating value: Element) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    base = raw.bindMemory(to: Element.self, capacity: max(count, 1))
    base.initialize(repeating: value, count: count)
  }

  convenience init(copying values: [Element], or value: Element) {
    self.init(count: values.count, repeating: value)
    for (index, element) in values.enumerated() { base[index] = element }
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  var values: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }

  func fill(_ value: Element) { base.update(repeating: value, count: count) }

  func copy(from other: UnsafePointer<Element>) { base.update(from: other, count: count) }
}
