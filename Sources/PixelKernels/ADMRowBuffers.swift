/// The memory of a row pipeline: rows that vector kernels may overrun on both sides.
///
/// Every row starts at a multiple of 64 bytes, after at least 64 readable bytes, and is followed
/// by room for 64 elements.
final class ADMRowBuffers {
  private var blocks: [UnsafeMutableRawPointer] = []

  /// A zeroed row of `count` elements.
  func row<Element: FixedWidthInteger>(_ type: Element.Type, _ count: Int)
    -> UnsafeMutablePointer<Element>
  {
    let size = MemoryLayout<Element>.size
    // An odd number of cache lines spreads rows of one length over the cache's sets.
    let lines = (count * size + 63) / 64 + size + 2 | 1
    let block = UnsafeMutableRawPointer.allocate(byteCount: lines * 64, alignment: 64)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: lines * 64)
    blocks.append(block)
    return (block + 64).assumingMemoryBound(to: type)
  }

  /// A row of elements of `bytes` bytes: 2 or 4.
  func row(bytes: Int, _ count: Int) -> UnsafeMutableRawPointer {
    bytes == 2
      ? UnsafeMutableRawPointer(row(Int16.self, count))
      : UnsafeMutableRawPointer(row(Int32.self, count))
  }

  deinit { for block in blocks { block.deallocate() } }
}
