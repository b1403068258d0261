#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Small files written by pyarrow 26.0.1: `pq.write_table(table, file, compression="none",
/// use_dictionary=False, data_page_version="1.0", write_statistics=False, store_schema=False)`, with
/// what differs said at each.
enum ParquetFixtures {
  /// `pa.table({"name": pa.array(["a", None, "bé", "bé"]), "n": pa.array([1, 2, 3, -4], pa.int32()),
  /// "x": pa.array([.5, None, None, 2.]), "y": pa.array([1.5, 2.5, None, -1.], pa.float32()),
  /// "big": pa.array([1 << 40, 2, 3, 4], pa.int64())})`.
  static let pyarrowOptional = decode(
    """
    UEFSMRUAFTIVMiwVCBUAFQYVBhwAAAACAAAAAw0BAAAAYQMAAABiw6kDAAAAYsOpFQAVLBUsLBUIFQAVBhUGHAAAAAIA
    AAAIAQEAAAACAAAAAwAAAPz///8VABUsFSwsFQgVABUGFQYcAAAAAgAAAAMJAAAAAAAA4D8AAAAAAAAAQBUAFSQVJCwV
    CBUAFQYVBhwAAAACAAAAAwsAAMA/AAAgQAAAgL8VABVMFUwsFQgVABUGFQYcAAAAAgAAAAgBAAAAAAABAAACAAAAAAAA
    AAMAAAAAAAAABAAAAAAAAAAVBBlsNQAYBnNjaGVtYRUKABUMJQIYBG5hbWUlAEwcAAAAFQIlAhgBbgAVCiUCGAF4ABUI
    JQIYAXkAFQQlAhgDYmlnABYIGRwZXCYAHBUMGSUGABkYBG5hbWUVABYIFlgWWCYISRwVABUAFQIAPBYOGQYZJgIGAAAA
    JgAcFQIZJQYAGRgBbhUAFggWUhZSJmBJHBUAFQAVAgA8KQYZJgAIAAAAJgAcFQoZJQYAGRgBeBUAFggWUhZSJrIBSRwV
    ABUAFQIAPCkGGSYEBAAAACYAHBUIGSUGABkYAXkVABYIFkoWSiaEAkkcFQAVABUCADwpBhkmAgYAAAAmABwVBBklBgAZ
    GANiaWcVABYIFnIWcibOAkkcFQAVABUCADwpBhkmAAgAAAAWuAMWCCYIFrgDACggcGFycXVldC1jcHAtYXJyb3cgdmVy
    c2lvbiAyNi4wLjEZXBwAABwAABwAABwAABwAAABlAQAAUEFSMQ==
    """)

  /// Column `n` with `compression="snappy"`.
  static let pyarrowSnappy = decode(
    """
    UEFSMRUAFSwVMCwVCBUAFQYVBhwAAAAWVAIAAAAIAQEAAAACAAAAAwAAAPz///8VBBksNQAYBnNjaGVtYRUCABUCJQIY
    AW4AFggZHBkcJgAcFQIZJQYAGRgBbhUCFggWUhZWJghJHBUAFQAVAgA8KQYZJgAIAAAAFlIWCCYIFlYAKCBwYXJxdWV0
    LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRkcHAAAAHoAAABQQVIx
    """)

  /// Column `n` with `use_dictionary=True`.
  static let pyarrowDictionary = decode(
    """
    UEFSMRUEFSAVIEwVCBUAEgAAAQAAAAIAAAADAAAA/P///xUAFRQVFCwVCBUQFQYVBhwAAAACAAAACAECA+QAFQQZLDUA
    GAZzY2hlbWEVAgAVAiUCGAFuABYIGRwZHCYAHBUCGTUABhAZGAFuFQAWCBZ2FnYmRCYIKSwVBBUAFQIAFQAVEBUCADwp
    BhkmAAgAAAAWdhYIJggWdgAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGRwcAAAAhAAAAFBBUjE=
    """)

  /// Column `n` with `data_page_version="2.0"`.
  static let pyarrowPageV2 = decode(
    """
    UEFSMRUGFSQVJFwVCBUAFQgVABUEFQASHAAAAAgBAQAAAAIAAAADAAAA/P///xUEGSw1ABgGc2NoZW1hFQIAFQIlAhgB
    bgAWCBkcGRwmABwVAhklBgAZGAFuFQAWCBZUFlQmCEkcFQAVABUCADwpBhkmAAgAAAAWVBYIJggWVAAoIHBhcnF1ZXQt
    Y3BwLWFycm93IHZlcnNpb24gMjYuMC4xGRwcAAAAegAAAFBBUjE=
    """)

  /// `pa.table({"l": pa.array([[1], [2]])})`.
  static let pyarrowList = decode(
    """
    UEFSMRUAFTgVOCwVBBUAFQYVBhwAAAACAAAABAACAAAABAMBAAAAAAAAAAIAAAAAAAAAFQQZTDUAGAZzY2hlbWEVAgA1
    AhgBbBUCFQZMPAAAADUEGARsaXN0FQIAFQQlAhgHZWxlbWVudAAWBBkcGRwmABwVBBklBgAZOAFsBGxpc3QHZWxlbWVu
    dBUAFgQWXhZeJghJHBUAFQAVAgA8KSYEABlGAAAABAAAABZeFgQmCBZeACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lv
    biAyNi4wLjEZHBwAAACqAAAAUEFSMQ==
    """)

  private static func decode(_ text: String) -> [UInt8] {
    Array(Data(base64Encoded: text.filter { !$0.isWhitespace }) ?? Data())
  }
}
