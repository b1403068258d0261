/// Zeroed memory at multiples of 64 bytes that lives as long as its owner.
final class VIFWorkspace {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  /// Room for `count` values, and for a vector that starts at the last one.
  func allocate<T: BitwiseCopyable>(_ count: Int, of type: T.Type) -> UnsafeMutablePointer<T> {
    let byteCount = count * MemoryLayout<T>.stride + 64
    let block = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    blocks.append(block)
    return block.bindMemory(to: T.self, capacity: count)
  }
}
