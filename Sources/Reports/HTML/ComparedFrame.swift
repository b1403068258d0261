public import StillImages

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A frame as three small pictures: the reference, the distorted video and what differs.
public struct ComparedFrame: Sendable {
  /// The frame's number.
  public let frame: Int
  /// What it should look like.
  public let reference: RGBImage
  /// What it looks like.
  public let distorted: RGBImage
  /// The amplified difference.
  public let difference: RGBImage

  /// Takes pictures of one size.
  public init(frame: Int, reference: RGBImage, distorted: RGBImage, difference: RGBImage) {
    self.frame = frame
    self.reference = reference
    self.distorted = distorted
    self.difference = difference
  }
}

/// Pictures inside of a page, within a limit of bytes.
struct PictureBudget {
  private let width: Int
  private let quality: Int

  /// Finds the best size and quality at which all pictures fit the limit.
  ///
  /// Sizes are tried on every eighth picture, which are then taken for all.
  init(_ pictures: [RGBImage], limit: Int = 380_000) {
    let sample = stride(from: 0, to: pictures.count, by: max(pictures.count / 8, 1)).map {
      pictures[$0]
    }
    var choice = (width: 160, quality: 40)
    for candidate in [(400, 82), (400, 70), (320, 70), (320, 55), (240, 60), (200, 50)] {
      let bytes = sample.reduce(0) {
        $0 + $1.fitted(width: candidate.0, height: candidate.0).jpeg(quality: candidate.1).count
      }
      guard bytes * pictures.count / max(sample.count, 1) * 4 / 3 <= limit else { continue }
      choice = candidate
      break
    }
    (width, quality) = choice
  }

  /// An `img` element.
  func image(_ picture: RGBImage, label: String) -> String {
    let small = picture.fitted(width: width, height: width)
    let bytes = Data(small.jpeg(quality: quality)).base64EncodedString()
    return "<img src=\"data:image/jpeg;base64,\(bytes)\" width=\"\(small.width)\""
      + " height=\"\(small.height)\" alt=\"\(Markup.escaped(label))\" decoding=\"async\">"
  }
}
